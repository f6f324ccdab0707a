import { describe, expect, it } from "vitest";
import { anySlow, enoughAnswered, exponentialFanOutMean, exponentialFanOutQuantile, leafQuantile } from "./fan-out.ts";
import { exponentialOrder, lastOfUniform, uniformOrderMean, uniformOrderVariance } from "./order-statistics.ts";

describe("a fan-out", () => {
  it("to a hundred makes the 99th percentile of a leaf the case of 63 %", () => {
    expect(anySlow(0.99, 100)).toBeCloseTo(0.633967658726771, 13);
    expect(anySlow(0.9999, 2_000)).toBeCloseTo(1 - Math.exp(2_000 * Math.log(0.9999)), 10);
    expect(anySlow(0.5, 0)).toBe(0);
    expect(leafQuantile(0.5, 100)).toBeCloseTo(0.993092495, 9);
    expect(anySlow(leafQuantile(0.3, 17), 17)).toBeCloseTo(0.7, 13);
  });

  it("takes a harmonic number of means until the last, and less for some", () => {
    expect(exponentialFanOutMean(10, 100)).toBeCloseTo(51.8737751763962, 10);
    expect(exponentialFanOutMean(10, 1)).toBe(10);
    expect(exponentialFanOutMean(12, 4, 2)).toBeCloseTo(12 * (1 / 4 + 1 / 3), 12);
  });

  it("has the quantiles of the slowest", () => {
    const within = exponentialFanOutQuantile(1, 20, 0.9);
    expect((1 - Math.exp(-within)) ** 20).toBeCloseTo(0.9, 12);
    expect(exponentialFanOutQuantile(1, 20, 0)).toBe(0);
  });

  it("counts the cases in which enough have answered", () => {
    expect(enoughAnswered(0.97, 100, 95)).toBeCloseTo(0.919162871098627, 13);
    expect(enoughAnswered(0.9, 3, 2)).toBeCloseTo(0.972, 14);
    expect(enoughAnswered(0.99, 100, 100)).toBeCloseTo(1 - anySlow(0.99, 100), 13);
  });

  it("refuses values out of range", () => {
    expect(() => anySlow(99, 100)).toThrow("The share of quick answers is from 0 to 1; got 99.");
    expect(() => leafQuantile(0.5, 0)).toThrow("at least 1; got 0");
    expect(() => enoughAnswered(0.9, 3, 4)).toThrow("4 answers are needed, but only 3 are asked.");
    expect(() => exponentialFanOutQuantile(1, 3, 1)).toThrow("less than 1");
  });
});

describe("order statistics", () => {
  it("of even draws have the moments of the beta distribution", () => {
    // ∫ x and ∫ x² of the density n C(n − 1, k − 1) x^(k − 1) (1 − x)^(n − k), by a sum of midpoints.
    let [mean, square] = [0, 0];
    for (let at = 0.5; at < 10_000; at += 1) {
      const x = at / 10_000;
      const density = 5 * 4 * x * (1 - x) ** 3;
      mean += (x * density) / 10_000;
      square += (x * x * density) / 10_000;
    }
    expect(uniformOrderMean(1, 5, 2)).toBeCloseTo(mean, 6);
    expect(uniformOrderVariance(1, 5, 2)).toBeCloseTo(square - mean * mean, 6);
    expect(uniformOrderMean(60, 5, 5)).toBeCloseTo(50, 12);
    expect(lastOfUniform(60, 1_000_000, 0.5) / 60).toBeCloseTo(0.5 ** 1e-6, 12);
    expect(lastOfUniform(60, 3, 0)).toBe(0);
  });

  it("of exponential draws are sums of exponentials", () => {
    expect(exponentialOrder(1, 3, 3).mean).toBeCloseTo(11 / 6, 14);
    expect(exponentialOrder(2, 3, 1)).toMatchObject({ mean: 2 / 3 });
    expect(exponentialOrder(2, 3, 1).variance).toBeCloseTo(4 / 9, 14);
  });

  it("refuse a rank beyond the draws", () => {
    expect(() => uniformOrderMean(1, 3, 4)).toThrow("at most the number of draws, 3; got 4");
    expect(() => exponentialOrder(0, 3, 1)).toThrow("above 0; got 0");
  });
});
