import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { coverage } from "./coverage.ts";
import { contains, estimateMean, momentsOf } from "./estimate.ts";
import { estimateRatio } from "./regenerative.ts";

/** `count` values, each the sum of twelve even draws less six: nearly normal, mean 0, variance 1. */
const nearlyNormal = (seed: number, count: number): readonly number[] => {
  const random = keyedRandom(seed);
  return Array.from({ length: count }, (_, k) => {
    let sum = -6;
    for (let draw = 0; draw < 12; draw += 1) sum += random.unit(k, draw);
    return sum;
  });
};

describe("estimateMean", () => {
  it("gives mean and interval", () => {
    // Mean 3, variance 2.5; t for 4 degrees of freedom is 2.776445.
    const estimate = estimateMean([1, 2, 3, 4, 5]);
    expect(estimate.mean).toBe(3);
    expect(estimate.halfWidth).toBeCloseTo(2.776445 * Math.sqrt(2.5 / 5), 5);
    expect(contains(estimate, 4.9)).toBe(true);
    expect(contains(estimate, 5)).toBe(false);
    expect(estimateMean([1, 2, 3, 4, 5], 0.99).halfWidth).toBeCloseTo(4.604095 * Math.sqrt(0.5), 5);
  });

  it("has no interval for one value, and no mean for none", () => {
    expect(estimateMean([4])).toMatchObject({ mean: 4, halfWidth: NaN });
    expect(estimateMean([])).toMatchObject({ mean: NaN, halfWidth: NaN });
    expect(contains(estimateMean([4]), 4)).toBe(false);
  });

  it("keeps the variance of values that are large and close", () => {
    expect(momentsOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance).toBeCloseTo(30, 6);
  });

  it("contains the truth as often as it says, and a biased one does not", () => {
    const sound = coverage(0, 400, (run) => estimateMean(nearlyNormal(run, 8)));
    expect(sound.share).toBeGreaterThan(0.92);
    expect(sound.share).toBeLessThan(0.98);
    expect(coverage(0.5, 400, (run) => estimateMean(nearlyNormal(run, 8))).share).toBeLessThan(0.85);
    expect(coverage(0, 400, (run) => estimateMean(nearlyNormal(run, 8), 0.8)).share).toBeCloseTo(0.8, 1);
  });

  it("refuses values that are not finite, and other confidences", () => {
    expect(() => estimateMean([1, NaN, 3])).toThrow("Value 2 of 3 is NaN");
    expect(() => estimateMean([1, 2], 1)).toThrow("A confidence from 0.5 to 0.9998 is needed, 0.95 usually; got 1.");
    expect(() => estimateMean([1, 2], 95)).toThrow("got 95");
    expect(() => coverage(0, 0, () => estimateMean([1, 2]))).toThrow("at least 1; got 0");
  });
});

describe("estimateRatio", () => {
  it("weighs cycles by their length", () => {
    const estimate = estimateRatio([
      { sum: 10, length: 1 },
      { sum: 10, length: 9 },
    ]);
    expect(estimate.mean).toBe(2);
  });

  it("is certain where every cycle has the same ratio", () => {
    const cycles = [1, 2, 5].map((length) => ({ sum: 3 * length, length }));
    expect(estimateRatio(cycles).mean).toBeCloseTo(3, 14);
    expect(estimateRatio(cycles).halfWidth).toBeLessThan(1e-14);
  });

  it("contains the truth as often as it says", () => {
    const { share } = coverage(1, 300, (run) => {
      const lengths = nearlyNormal(run, 40).map((value) => 5 + value);
      const noise = nearlyNormal(run + 10_000, 40);
      return estimateRatio(lengths.map((length, k) => ({ sum: length + noise[k]!, length })));
    });
    expect(share).toBeGreaterThan(0.91);
    expect(share).toBeLessThan(0.985);
  });

  it("refuses one cycle, and cycles in which nothing happened", () => {
    expect(() => estimateRatio([{ sum: 1, length: 1 }])).toThrow("two cycles or more; got 1");
    const empty = { sum: 0, length: 0 };
    expect(() => estimateRatio([empty, empty])).toThrow("nothing was measured");
  });
});
