import { describe, expect, it } from "vitest";
import {
  availabilityAt,
  availabilityOfAll,
  availabilityOfSome,
  outageRate,
  renewalAvailability,
  varianceOfUptime,
} from "./renewal-availability.ts";

const part = { meanTimeToFailure: 99, meanTimeToRepair: 1 };

describe("availability", () => {
  it("is the share of a cycle that is up", () => {
    expect(renewalAvailability(part)).toBe(0.99);
    expect(outageRate(part)).toBe(0.01);
    expect(renewalAvailability({ meanTimeToFailure: 5, meanTimeToRepair: 0 })).toBe(1);
  });

  it("falls from 1 to that as its differential equation says", () => {
    // p' = −p/MTTF + (1 − p)/MTTR in small steps.
    let up = 1;
    for (let step = 0; step < 20_000; step += 1) up += 0.0001 * (-up / 99 + (1 - up));
    expect(availabilityAt(part, 2)).toBeCloseTo(up, 5);
    expect(availabilityAt(part, 0)).toBe(1);
    expect(availabilityAt(part, 1e9)).toBe(0.99);
    expect(availabilityAt({ meanTimeToFailure: 5, meanTimeToRepair: 0 }, 3)).toBe(1);
  });

  it("varies over a span with twice the integral of the covariance", () => {
    // Cov(s) = A (1 − A) e^(−(λ + μ) s); the variance of the mean over a long T is 2/T of its integral.
    const rate = 1 / 99 + 1;
    expect(varianceOfUptime(part, 1_000)).toBeCloseTo((2 * 0.99 * 0.01) / rate / 1_000, 12);
  });

  it("of thirty hard dependencies at 99.9 % is 97.04 %", () => {
    expect(availabilityOfAll(Array.from({ length: 30 }, () => 0.999))).toBeCloseTo(0.9704307, 6);
    expect(availabilityOfAll([])).toBe(1);
    expect(availabilityOfSome(0.99, 2)).toBeCloseTo(0.9999, 13);
    expect(availabilityOfSome(0.9, 3, 2)).toBeCloseTo(0.972, 13);
  });

  it("refuses values out of range", () => {
    expect(() => renewalAvailability({ meanTimeToFailure: 0, meanTimeToRepair: 1 })).toThrow("above 0; got 0");
    expect(() => availabilityOfAll([0.9, 99.9])).toThrow("Availability 2 is from 0 to 1; got 99.9.");
    expect(() => varianceOfUptime(part, 0)).toThrow("The span is above 0");
    expect(() => availabilityAt(part, -1)).toThrow("The time is 0 or more");
  });
});
