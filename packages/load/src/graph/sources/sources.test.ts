import { keyedRandom, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Arrivals } from "../declaration.ts";
import { arrivalTimes } from "./arrival-times.ts";
import type { TrafficChange } from "./arrival-times.ts";
import { cosineOfTurn } from "./cosine.ts";
import { TermsOfRequests } from "./request-terms.ts";

/** How many arrive in each stretch of `length` seconds. */
function counts(
  arrivals: Exclude<Arrivals, { readonly kind: "closed" }>,
  length: number,
  stretches: number,
  changes: readonly TrafficChange[] = [],
): readonly number[] {
  const result = Array.from({ length: stretches }, () => 0);
  for (const times of arrivalTimes(arrivals, changes, keyedRandom(5), 0)) {
    for (let time = times.next(); time < seconds(length * stretches); time = times.next()) {
      result[Math.floor(time / seconds(length))]! += 1;
    }
  }
  return result;
}

describe("arrivals", () => {
  it("of Poisson's process vary as much as their mean", () => {
    const seen = counts({ kind: "poisson", rate: 100 }, 1, 2_000);
    const mean = seen.reduce((sum, count) => sum + count, 0) / seen.length;
    const variance = seen.reduce((sum, count) => sum + (count - mean) ** 2, 0) / seen.length;
    expect(mean / 100).toBeCloseTo(1, 1);
    expect(variance / mean).toBeCloseTo(1, 0);
  });

  it("of a clock come at equal distances, also while traffic is multiplied", () => {
    expect(counts({ kind: "constant", rate: 40 }, 1, 3)).toEqual([39, 40, 40]);
    expect(counts({ kind: "constant", rate: 40 }, 10, 3, [{ at: seconds(10), until: seconds(20), factor: 2 }])).toEqual(
      [399, 800, 400],
    );
  });

  it("in bursts come at the rate of the burst at the beginning of each period", () => {
    const arrivals = { kind: "bursts", rate: 10, burstRate: 200, period: seconds(100), length: seconds(50) } as const;
    const seen = counts(arrivals, 50, 4);
    expect(seen.map((count) => Math.round(count / 500))).toEqual([20, 1, 20, 1]);
  });

  it("of a day rise and fall with its hours", () => {
    const arrivals = { kind: "daily", mean: 100, swing: 0.8, period: seconds(400), peakAt: seconds(50) } as const;
    const [peak, fall, trough, rise] = counts(arrivals, 100, 4);
    // Means of the cosine over a quarter about the peak: 1 ± 0.8 · 2√2/π, and 1 beside.
    expect(peak! / 10_000).toBeCloseTo(1.72, 1);
    expect(fall! / 10_000).toBeCloseTo(1, 1);
    expect(trough! / 10_000).toBeCloseTo(0.28, 1);
    expect(rise! / 10_000).toBeCloseTo(1, 1);
  });

  it("of a trace come at its times, more often where traffic is multiplied", () => {
    const arrivals = { kind: "trace", times: [1, 2, 11, 12].map(seconds) } as const;
    expect(counts(arrivals, 10, 2)).toEqual([2, 2]);
    expect(counts(arrivals, 10, 2, [{ at: seconds(10), until: seconds(20), factor: 1.5 }])).toEqual([2, 3]);
  });

  it("under changes that overlap are multiplied by both", () => {
    const changes = [
      { at: 0, until: seconds(200), factor: 2 },
      { at: seconds(100), until: seconds(200), factor: 3 },
    ];
    const [twice, sixTimes] = counts({ kind: "poisson", rate: 100 }, 100, 2, changes);
    expect(twice! / 10_000).toBeCloseTo(2, 1);
    expect(sixTimes! / 10_000).toBeCloseTo(6, 0.5);
  });
});

describe("cosineOfTurn", () => {
  it("is near the true value over several turns", () => {
    for (let turns = -3; turns <= 3; turns += 0.0137) {
      expect(Math.abs(cosineOfTurn(turns) - Math.cos(2 * Math.PI * turns))).toBeLessThan(1e-14);
    }
  });
});

describe("keys of requests", () => {
  it("follow Zipf's law", () => {
    const source = {
      arrivals: { kind: "poisson", rate: 1 },
      calls: { to: "x" },
      keys: { count: 100, skew: 1 },
    } as const;
    const terms = new TermsOfRequests(source, keyedRandom(1), 0);
    const seen = Array.from({ length: 100 }, () => 0);
    const dealt = { tenant: 0, priority: 0, item: 0, deadline: 0, weight: 1, isPoison: false, trace: 0 };
    for (let request = 0; request < 50_000; request += 1) {
      terms.deal(request, dealt);
      seen[dealt.item]! += 1;
    }
    // 1 / H(100) and half of that.
    expect(seen[0]! / 50_000).toBeCloseTo(1 / 5.187, 2);
    expect(seen[1]! / 50_000).toBeCloseTo(0.5 / 5.187, 2);
  });
});
