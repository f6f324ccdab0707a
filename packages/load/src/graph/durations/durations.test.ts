import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { DurationDistribution } from "./duration-distribution.ts";
import { durationSampler } from "./duration-sampler.ts";
import { meanDuration } from "./mean-duration.ts";
import { normalQuantile } from "./normal-quantile.ts";

const draws = (distribution: DurationDistribution, count = 100_000): readonly number[] => {
  const sampler = durationSampler(distribution, keyedRandom(11), 1, 0);
  return Array.from({ length: count }, (_, key) => sampler.draw(key));
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(share * values.length)]!;

describe("normalQuantile", () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.001, -3.090232306167813],
    [1e-9, -5.9978070150076865],
    [1e-20, -9.262340089798409],
  ])("at %s is %s", (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 12);
  });

  it.each([0, 1, NaN])("refuses %s", (probability) => {
    expect(() => normalQuantile(probability)).toThrow("above 0 and below 1");
  });
});

describe("draws", () => {
  const all: readonly (readonly [string, DurationDistribution, number])[] = [
    ["constant", { kind: "constant", value: 7_000 }, 0],
    ["uniform", { kind: "uniform", min: 1_000, max: 3_000 }, 0.0833],
    ["exponential", { kind: "exponential", mean: 20_000 }, 1],
    ["erlang", { kind: "erlang", mean: 20_000, stages: 4 }, 0.25],
    // 2 Σ p m² / mean² − 1 with means 10 ms and 100 ms.
    ["hyperexponential", { kind: "hyperexponential", means: [10_000, 100_000], shares: [0.9, 0.1] }, 4.8],
    ["log-normal", { kind: "log-normal", median: 10_000, p99: 30_000 }, 0.2498],
    ["bounded pareto", { kind: "pareto", min: 1_000, shape: 1.5, max: 50_000 }, 1.7376],
    ["weibull", { kind: "weibull", scale: 10_000, shape: 2 }, 0.2732],
    ["empirical", { kind: "empirical", values: [1_000, 2_000, 6_000] }, 0.5185],
  ];

  it.each(all)("of the %s distribution have its mean and its squared coefficient of variation", (_, of, variation) => {
    const values = draws(of);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean / meanDuration(of) - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance / mean ** 2 - variation)).toBeLessThan(0.02 + variation / 10);
  });

  it("of the log-normal distribution have the declared percentiles", () => {
    const values = draws({ kind: "log-normal", median: 10_000, p99: 80_000 });
    expect(Math.abs(quantile(values, 0.5) / 10_000 - 1)).toBeLessThan(0.02);
    expect(Math.abs(quantile(values, 0.99) / 80_000 - 1)).toBeLessThan(0.05);
  });

  it("of the Pareto distribution have its tail, and none beyond the cut", () => {
    const free = draws({ kind: "pareto", min: 1_000, shape: 1.2 });
    // P(X > 100 min) = 100^−1.2
    expect(free.filter((value) => value > 100_000).length / free.length).toBeCloseTo(100 ** -1.2, 3);
    expect(Math.max(...draws({ kind: "pareto", min: 1_000, shape: 1.2, max: 50_000 }))).toBeLessThanOrEqual(50_000);
  });

  it("have no mean where the tail is too heavy, and stay finite", () => {
    expect(meanDuration({ kind: "pareto", min: 1_000, shape: 1 })).toBe(Infinity);
    expect(draws({ kind: "pareto", min: 1_000, shape: 0.05 }, 1_000).every(Number.isSafeInteger)).toBe(true);
  });

  it("are the same for the same key, and others for another stream", () => {
    const of = { kind: "erlang", mean: 1_000_000, stages: 3 } as const;
    const sampler = durationSampler(of, keyedRandom(1), 1, 0);
    expect(sampler.draw(5)).toBe(durationSampler(of, keyedRandom(1), 1, 0).draw(5));
    expect(sampler.draw(5)).not.toBe(durationSampler(of, keyedRandom(1), 2, 0).draw(5));
  });
});
