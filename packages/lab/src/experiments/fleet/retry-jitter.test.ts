import { describe, expect, it } from "vitest";
import { retryJitter } from "./retry-jitter.ts";

const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const devices = 10_000;
const spanSeconds = 100;
const metric = (jitter: string, name: string, seed: number): number =>
  retryJitter.run({ jitter, devices, spanSeconds }, seed).metrics[name]!;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("claim: full jitter spreads N retries to N / cap a second", () => {
  it("holds in every seed", () => {
    for (const seed of seeds) {
      expect(retryJitter.run({ devices, spanSeconds }, seed).verdicts["spread"]!.verdict).toBe("holds");
      expect(Math.abs(metric("full", "rate", seed) / (devices / spanSeconds) - 1)).toBeLessThan(0.01);
    }
  });

  it("agrees with uniform order statistics: the k-th of N arrives at cap · k / (N + 1)", () => {
    // Standard error of the mean of 20 first arrivals: 0.01 s / √20; of 20 medians: cap / (2 √N √20).
    const first = mean(seeds.map((seed) => metric("full", "firstSecond", seed)));
    expect(Math.abs(first - spanSeconds / (devices + 1))).toBeLessThan(0.001 + (4 * 0.01) / Math.sqrt(20));
    const middle = mean(seeds.map((seed) => metric("full", "middleSecond", seed)));
    expect(Math.abs(middle - spanSeconds / 2)).toBeLessThan((4 * spanSeconds) / (2 * Math.sqrt(devices * 20)));
    const last = mean(seeds.map((seed) => metric("full", "lastSecond", seed)));
    expect(Math.abs(last - (spanSeconds * devices) / (devices + 1))).toBeLessThan(0.001 + (4 * 0.01) / Math.sqrt(20));
  });

  it("control: without jitter all N arrive in one second, in every seed", () => {
    for (const seed of seeds) {
      const { verdicts, metrics } = retryJitter.run({ jitter: "none", devices, spanSeconds }, seed);
      expect(verdicts["spread"]!.verdict).toBe("violated");
      expect(metrics["peak"]).toBe(devices);
    }
  });

  it("half a jitter arrives at twice the rate, in the second half", () => {
    expect(metric("half", "firstSecond", 1)).toBeGreaterThanOrEqual(50);
    expect(metric("half", "rate", 1)).toBeCloseTo((2 * devices) / spanSeconds, -1);
  });
});

it("the picture begins with the waits and sums to the fleet", () => {
  const drawn = retryJitter.picture({ devices, spanSeconds }, 1, {
    values: { jitter: "none" },
    name: "without jitter",
  });
  if (drawn.kind !== "time-series") throw new Error("A time series was expected.");
  expect(drawn.x[0]).toBe(15);
  const run = drawn.panels[0]!.series.find(({ role }) => role === "run")!;
  expect(run.values.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(devices);
  expect(drawn.says).toContain("Without jitter: at most 10000 of 10000 retries arrive in one second");
});
