import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { heatRows, Latencies } from "./latencies.ts";

const filled = (values: readonly number[]): Latencies => {
  const latencies = new Latencies(2);
  for (const value of values) latencies.add(value);
  latencies.closeSlice(0);
  return latencies;
};

describe("Latencies", () => {
  it("gives percentiles within 1/128 of those of the sorted values, over all sizes", () => {
    const random = keyedRandom(3);
    const values = Array.from({ length: 20_000 }, (_, k) => Math.floor(2 ** (40 * random.unit(1, k))));
    const summary = filled(values).summary();
    const sorted = values.toSorted((one, other) => one - other);
    for (const [share, value] of [
      [0.5, summary.p50],
      [0.9, summary.p90],
      [0.99, summary.p99],
      [0.999, summary.p999],
    ] as const) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
      expect(Math.abs(value / exact - 1)).toBeLessThan(1 / 128);
    }
    expect(summary.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 3);
    expect(summary.max).toBe(sorted.at(-1));
  });

  it("tells one value alone exactly, and never a percentile above the greatest", () => {
    const { p50, p999, max } = filled(Array.from({ length: 1_000 }, () => 7_000)).summary();
    expect([p50, p999, max]).toEqual([7_000, 7_000, 7_000]);
  });

  it("tells values that lie evenly in one bucket apart", () => {
    // All of them fall into the bucket from 13,824 to 13,887.
    const { p50, p90 } = filled(Array.from({ length: 640 }, (_, k) => 13_824 + (k % 64))).summary();
    expect(p50).toBeCloseTo(13_855.5, 0);
    expect(p90).toBeCloseTo(13_881, 0);
  });

  it("is exact for small values", () => {
    expect(filled([0, 0, 1, 7, 120]).summary()).toMatchObject({ p50: 1, p90: 120, max: 120, mean: 25.6 });
  });

  it("keeps slices apart, and forgets the warm-up in the whole alone", () => {
    const latencies = filled([1_000, 1_000]);
    latencies.restart();
    latencies.add(5_000);
    latencies.closeSlice(1);
    expect(latencies.summary()).toMatchObject({ count: 1, mean: 5_000 });
    expect([...latencies.series().mean]).toEqual([1_000, 5_000]);
  });

  it("counts each value in one row of the heat map, below its bound", () => {
    const { heat } = filled([10, 100, 1_000_000, 10 ** 12]).series();
    const rows = [...heat].flatMap((count, row) => (count > 0 ? [row] : []));
    expect(rows).toHaveLength(4);
    expect(heatRows[rows[2]!]).toBeGreaterThan(1_000_000);
    expect(heatRows[rows[2]! - 1]).toBeLessThanOrEqual(1_000_000);
    expect(heatRows[rows[3]!]).toBe(Infinity);
  });

  it("has no figures where nothing was counted", () => {
    expect(new Latencies(1).summary()).toMatchObject({ count: 0, p50: NaN, mean: NaN });
  });
});
