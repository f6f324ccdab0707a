import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { batchMeans } from "./batch-means.ts";
import { coverage } from "./coverage.ts";
import { estimateMean } from "./estimate.ts";

/** An autoregressive series of mean 0: each value is `weight` times the one before, and noise. */
function dependent(seed: number, count: number, weight: number): readonly number[] {
  const random = keyedRandom(seed);
  const values: number[] = [];
  let value = 0;
  for (let k = 0; k < count; k += 1) {
    value = weight * value + random.unit(1, k) + random.unit(2, k) + random.unit(3, k) - 1.5;
    values.push(value);
  }
  return values;
}

describe("batchMeans", () => {
  it("cuts the values into batches and leaves what is over out at the start", () => {
    const result = batchMeans([99, 1, 3, 5, 7, 9, 11], 3);
    expect(result).toMatchObject({ batchSize: 2, count: 3, mean: 6 });
    // Batches 2, 6, 10: variance 16.
    expect(result.halfWidth).toBeCloseTo(4.302653 * Math.sqrt(16 / 3), 5);
    expect(result.correlation).toBe(0);
  });

  it("contains the truth where the values depend on each other, and the plain interval does not", () => {
    const series = Array.from({ length: 200 }, (_, run) => dependent(run, 4_000, 0.9));
    expect(coverage(0, 200, (run) => batchMeans(series[run]!)).share).toBeGreaterThanOrEqual(0.9);
    expect(coverage(0, 200, (run) => estimateMean(series[run]!)).share).toBeLessThan(0.6);
  });

  it("shows by the correlation that batches are too short", () => {
    expect(batchMeans(dependent(1, 400, 0.99), 100).correlation).toBeGreaterThan(0.5);
    expect(Math.abs(batchMeans(dependent(1, 100_000, 0.9), 100).correlation)).toBeLessThan(0.25);
    expect(batchMeans([2, 2, 2, 2], 2).correlation).toBe(0);
  });

  it("refuses fewer values than batches", () => {
    expect(() => batchMeans([1, 2, 3])).toThrow("20 batches need as many values; got 3. Make the run longer.");
    expect(() => batchMeans([1, 2, 3], 1)).toThrow("at least 2; got 1");
    expect(() => batchMeans([1, 2, Infinity, 4], 2)).toThrow("Infinity");
  });
});
