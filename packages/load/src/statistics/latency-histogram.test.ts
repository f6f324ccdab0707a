import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "./latency-histogram.ts";

const histogramOf = (values: readonly number[], bits = 7): LatencyHistogram => {
  const histogram = new LatencyHistogram(bits);
  for (const value of values) histogram.add(value);
  return histogram;
};

const spread = (seed: number, count: number, powers: number): readonly number[] => {
  const random = keyedRandom(seed);
  return Array.from({ length: count }, (_, k) => Math.floor(2 ** (powers * random.unit(1, k))));
};

const shares = [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1];

describe("LatencyHistogram", () => {
  it("gives every percentile within its relative error, over all sizes and precisions", () => {
    const values = spread(3, 20_000, 53);
    const sorted = values.toSorted((one, other) => one - other);
    for (const bits of [1, 5, 7, 12]) {
      const histogram = histogramOf(values, bits);
      for (const share of shares) {
        const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
        expect(Math.abs(histogram.percentile(share) - exact)).toBeLessThanOrEqual(histogram.relativeError * exact);
      }
      expect(histogram.percentile(1)).toBe(sorted.at(-1));
      expect(histogram).toMatchObject({ count: 20_000, min: sorted[0], max: sorted.at(-1) });
    }
  });

  it("is exact for small values", () => {
    const histogram = histogramOf([0, 0, 1, 7, 200]);
    expect([0.4, 0.5, 0.6, 0.8, 0.9].map((share) => histogram.percentile(share))).toEqual([0, 1, 1, 7, 200]);
    expect(histogram.mean).toBe(41.6);
    expect(histogram.shareUpTo(1)).toBe(0.6);
    expect(histogram.shareUpTo(-1)).toBe(0);
    expect(histogram.shareUpTo(1e9)).toBe(1);
  });

  it("merges without loss", () => {
    const [one, other] = [spread(1, 5_000, 20), spread(2, 7_000, 40)];
    const merged = histogramOf(one);
    merged.merge(histogramOf(other));
    const both = histogramOf([...one, ...other]);
    for (const share of shares) expect(merged.percentile(share)).toBe(both.percentile(share));
    expect(merged.max).toBe(both.max);
    expect(merged.mean).toBeCloseTo(both.mean, 3);
    merged.merge(new LatencyHistogram());
    expect(merged.count).toBe(12_000);
  });

  it("counts a value many times at once", () => {
    const histogram = new LatencyHistogram();
    histogram.add(1_000, 999);
    histogram.add(50_000);
    histogram.add(9_000_000, 0);
    expect(histogram.count).toBe(1_000);
    expect(Math.abs(histogram.percentile(0.999) - 1_000)).toBeLessThan(4);
    expect(histogram.max).toBe(50_000);
  });

  it("has no figures where nothing was counted", () => {
    expect(new LatencyHistogram()).toMatchObject({ count: 0, mean: NaN, min: NaN, max: NaN });
    expect(new LatencyHistogram().percentile(0.5)).toBeNaN();
    expect(new LatencyHistogram().shareUpTo(3)).toBeNaN();
  });

  it("refuses other values, shares and precisions", () => {
    const histogram = new LatencyHistogram();
    for (const value of [-1, 0.5, NaN, 2 ** 53]) {
      expect(() => histogram.add(value)).toThrow("A histogram counts whole numbers from 0 to 2^53 − 1");
    }
    expect(() => histogram.add(1, -1)).toThrow("a whole number of times, at least 0; got -1");
    expect(() => histogram.percentile(99)).toThrow("by a share from 0 to 1, as 0.99; got 99.");
    expect(() => new LatencyHistogram(0)).toThrow("from 1 to 16 bits; got 0");
    expect(() => histogram.addCorrected(5, 0)).toThrow("at least 1; got 0");
    expect(() => histogram.merge(new LatencyHistogram(5))).toThrow("got 7 and 5 bits");
  });
});

describe("a closed loop that omits what it should have sent", () => {
  // One request each 10 ms, answered in 1 ms, for 100 s; then nothing is answered for 100 s, and one request waits.
  const interval = 10_000;
  const recorded = new LatencyHistogram();
  const corrected = new LatencyHistogram();
  for (let k = 0; k < 10_000; k += 1) {
    recorded.add(1_000);
    corrected.addCorrected(1_000, interval);
  }
  recorded.add(100_000_000);
  corrected.addCorrected(100_000_000, interval);

  it("records a 99.99th percentile of 1 ms", () => {
    expect(Math.abs(recorded.percentile(0.9999) / 1_000 - 1)).toBeLessThan(0.004);
  });

  it("shows after correction what open arrivals would have met", () => {
    // Half of all requests meet the stall, evenly over its 100 s: the 75th percentile is 50 s, the 99th is 98 s.
    expect(corrected.count).toBe(20_000);
    expect(Math.abs(corrected.percentile(0.5) / 1_000 - 1)).toBeLessThan(0.004);
    expect(Math.abs(corrected.percentile(0.75) / 50e6 - 1)).toBeLessThan(0.005);
    expect(Math.abs(corrected.percentile(0.99) / 98e6 - 1)).toBeLessThan(0.005);
  });
});
