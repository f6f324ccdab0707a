import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { mser5 } from "./warm-up.ts";

/** Noise of mean 0 about a bias that falls by `decay` from value to value. */
const decaying = (seed: number, count: number, bias: number, decay: number): readonly number[] => {
  const random = keyedRandom(seed);
  let left = bias;
  return Array.from({ length: count }, (_, k) => {
    left *= decay;
    return left + random.unit(1, k) + random.unit(2, k) - 1;
  });
};

/** The definition, with no economy: the least squared standard error over cuts that leave five means or more. */
function byDefinition(values: readonly number[]): number {
  const means = Array.from({ length: Math.floor(values.length / 5) }, (_, batch) => {
    const part = values.slice(5 * batch, 5 * batch + 5);
    return part.reduce((sum, value) => sum + value, 0) / 5;
  });
  const statistics = means.slice(0, -4).map((_, cut) => {
    const rest = means.slice(cut);
    const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
    return rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2;
  });
  return 5 * statistics.indexOf(Math.min(...statistics));
}

describe("mser5", () => {
  it("cuts a bias off and little more", () => {
    const values = [...Array.from({ length: 50 }, () => 10), ...decaying(1, 450, 0, 0)];
    expect(mser5(values)).toBeGreaterThanOrEqual(50);
    expect(mser5(values)).toBeLessThanOrEqual(60);
  });

  it("agrees with the definition", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const values = decaying(seed, 1_003, 5, 0.97);
      expect(mser5(values)).toBe(byDefinition(values));
      expect(mser5(values)).toBeLessThan(400);
    }
  });

  it("takes the bias out of the mean", () => {
    const values = decaying(7, 1_000, 20, 0.98);
    const mean = (from: number): number =>
      values.slice(from).reduce((sum, value) => sum + value, 0) / (values.length - from);
    expect(mean(0)).toBeGreaterThan(0.5);
    expect(Math.abs(mean(mser5(values)!))).toBeLessThan(0.15);
  });

  it("does not lose the variance beside a large mean", () => {
    const values = decaying(3, 500, 5, 0.97);
    // A power of two adds to these values without rounding them much.
    expect(mser5(values.map((value) => value + 2 ** 30))).toBe(mser5(values));
  });

  it("finds no steady state where the values grow to the end", () => {
    expect(mser5(Array.from({ length: 200 }, (_, k) => k * k))).toBeUndefined();
  });

  it("leaves out what is not known, and cuts nothing from a few values", () => {
    const values = [...Array.from({ length: 10 }, () => NaN), ...Array.from({ length: 40 }, () => 9)];
    expect(mser5([...values, ...decaying(1, 300, 0, 0)])).toBeGreaterThanOrEqual(50);
    expect(mser5([5, 1, 1, 1, 1, 1, 1])).toBe(0);
    expect(mser5([])).toBe(0);
  });
});
