import { describe, expect, it } from "vitest";
import { certificateCliff } from "./certificate-cliff.ts";

const seeds = Array.from({ length: 5 }, (_, seed) => seed);
const run = (values: Readonly<Record<string, number>>, seed: number) => certificateCliff.run(values, seed);

describe("claim: certificates of one day run out in one hour", () => {
  it("holds in every seed: the whole fleet is lost at once", () => {
    for (const seed of seeds) {
      const { verdicts, metrics } = run({}, seed);
      expect(verdicts["noCliff"]!.verdict).toBe("violated");
      expect(metrics).toMatchObject({ peakExpired: 100, steepestHour: 100, formula: 100 });
    }
  });

  it("control: issued over 300 days, less than one in ten is lost before renewal works again", () => {
    for (const seed of seeds) {
      expect(run({ issuedWithinDays: 300 }, seed).verdicts["noCliff"]!.verdict).toBe("holds");
    }
  });

  it("control: issued over 300 days and renewed 30 days ahead, no one is lost", () => {
    for (const seed of seeds) {
      expect(run({ issuedWithinDays: 300, leadDays: 30 }, seed).verdicts["noOutage"]!.verdict).toBe("holds");
    }
  });

  it("lead time alone is enough only where it is longer than the repair", () => {
    expect(run({ leadDays: 30 }, 1).verdicts["noOutage"]!.verdict).toBe("holds");
    expect(run({ leadDays: 30, repairDays: 31 }, 1).metrics["peakExpired"]).toBe(100);
  });
});

describe("the quantile formula", () => {
  it("agrees with the run within the noise and the two hours until a device tries again", () => {
    const cases = [
      { issuedWithinDays: 30, repairDays: 5 },
      { issuedWithinDays: 30, repairDays: 5, failuresToNotice: 400 },
      { issuedWithinDays: 100, repairDays: 30, leadDays: 10 },
      { issuedWithinDays: 60, repairDays: 60, leadDays: 15, failuresToNotice: 100 },
    ];
    for (const values of cases) {
      for (const seed of seeds) {
        const { metrics } = run(values, seed);
        // 4 standard errors of a share of 2,000 and of the quantile, and 2 h of 30 days.
        expect(Math.abs(metrics["peakExpired"]! - metrics["formula"]!), JSON.stringify(values)).toBeLessThan(5);
        expect(metrics["formula"]).toBeGreaterThan(10);
      }
    }
  });
});

it("values that do not go together are refused in words", () => {
  expect(() => run({ lifetimeDays: 30, issuedWithinDays: 30 }, 1)).toThrow("0 and 30 days do not fit into 30");
});

it("the picture begins shortly before the first renewals are due", () => {
  const drawn = certificateCliff.picture({}, 1, { values: { issuedWithinDays: 300 }, name: "spread" });
  if (drawn.kind !== "time-series") throw new Error("A time series was expected.");
  expect(drawn.x[0]).toBe(360 * 86_400);
  expect(drawn.says).toMatch(/^The failure is noticed on day 365\.0; at the worst 100\.0 %.*Spread: the failure/);
  for (const { series } of drawn.panels) for (const { values } of series) expect(values.length).toBe(drawn.x.length);
});
