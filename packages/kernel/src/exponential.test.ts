import { describe, expect, it } from "vitest";
import { naturalExponential, power } from "./exponential.ts";

describe("naturalExponential", () => {
  it("is near the true value over its range", () => {
    for (let x = -700; x <= 700; x += 0.37) {
      expect(Math.abs(naturalExponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
    }
  });

  it("is exact at 0 and known at 1", () => {
    expect(naturalExponential(0)).toBe(1);
    expect(naturalExponential(1)).toBeCloseTo(Math.E, 15);
  });

  it.each([701, -701, NaN, Infinity])("refuses %s", (x) => {
    expect(() => naturalExponential(x)).toThrow("−700 to 700");
  });
});

describe("power", () => {
  it("is near the true value", () => {
    for (const [base, exponent] of [
      [2, 0.5],
      [10, -3],
      [1e-9, -0.7],
      [3, 40],
      [1.0001, 1e5],
    ] as const) {
      expect(Math.abs(power(base, exponent) / base ** exponent - 1)).toBeLessThan(1e-13);
    }
  });

  it.each([0, -1])("refuses the base %s", (base) => {
    expect(() => power(base, 2)).toThrow("positive");
  });
});
