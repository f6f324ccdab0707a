import { describe, expect, it } from "vitest";
import { droppedWhenExpired } from "./deadlines.ts";
import { manyServers, sojournBeyond } from "./many-servers.ts";

describe("droppedWhenExpired", () => {
  it("agrees with the density of the work met on arrival, integrated with 30 digits", () => {
    for (const [arrivalRate, deadline, inTime, wasted, dropped] of [
      [0.8, 5, 0.826779989571037, 0.0962333391272016, 0.0769866713017613],
      [0.5, 0.5, 0.274679337764782, 0.483547108156812, 0.241773554078406],
      [1, 4, 2 / 3, 1 / 6, 1 / 6],
      [1.5, 10, 0.442775756703138, 0.222889697318745, 0.334334545978117],
      [3, 2, 0.109298470269312, 0.222675382432672, 0.668026147298016],
    ] as const) {
      const shares = droppedWhenExpired({ arrivalRate, meanService: 1, deadline });
      expect(shares.inTime).toBeCloseTo(inTime, 13);
      expect(shares.wasted).toBeCloseTo(wasted, 13);
      expect(shares.dropped).toBeCloseTo(dropped, 13);
    }
  });

  it("is smooth where the load is the capacity", () => {
    const inTime = (arrivalRate: number): number =>
      droppedWhenExpired({ arrivalRate, meanService: 1, deadline: 4 }).inTime;
    expect(inTime(1 - 1e-9)).toBeCloseTo(inTime(1), 8);
    expect(inTime(1 + 1e-9)).toBeCloseTo(inTime(1), 8);
    expect(inTime(1 - 3e-5) - inTime(1)).toBeCloseTo(inTime(1) - inTime(1 + 3e-5), 8);
  });

  it("drops almost nobody with a long deadline, and what is too much under overload", () => {
    const calm = droppedWhenExpired({ arrivalRate: 0.5, meanService: 1, deadline: 20 });
    expect(calm.wasted).toBeCloseTo(0.5 * Math.exp(-10), 8);
    // Nearly all that pass the deadline in M/M/1 are late by their wait or by their service.
    const queue = { arrivalRate: 0.5, meanService: 1 };
    expect(manyServers(queue).meanSojourn).toBe(2);
    expect(calm.wasted + calm.dropped).toBeLessThan(sojournBeyond(queue, 20));
    const flooded = droppedWhenExpired({ arrivalRate: 5, meanService: 1, deadline: 1e6 });
    expect(flooded.dropped).toBeCloseTo(0.8, 6);
    expect(flooded.inTime + flooded.wasted + flooded.dropped).toBeCloseTo(1, 12);
  });

  it("refuses values that are not positive", () => {
    expect(() => droppedWhenExpired({ arrivalRate: 1, meanService: 1, deadline: 0 })).toThrow(
      "The deadline is above 0",
    );
  });
});
