import { describe, expect, it } from "vitest";
import { keyedRandom } from "./random.ts";

/** Pearson's statistic of counts against equal expectation. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("keyedRandom", () => {
  it("gives a draw that depends on seed, stream and id alone, in any order of asking", () => {
    const forwards = keyedRandom(7);
    const backwards = keyedRandom(7);
    const ids = Array.from({ length: 100 }, (_, id) => id);
    const first = ids.map((id) => forwards.u32(1, id));
    const second = ids.toReversed().map((id) => backwards.u32(1, id));
    expect(second.toReversed()).toEqual(first);
  });

  it("gives the draws that were recorded once", () => {
    const random = keyedRandom(20_261_123);
    expect([random.u32(1, 2, 3, 4), random.u32(0, 0), random.below(1_000_000, 5, 6)]).toMatchInlineSnapshot(`
      [
        1662301901,
        2264514680,
        237378,
      ]
    `);
  });

  it("changes with every part of the key", () => {
    const draws = [
      keyedRandom(1).u32(1, 1, 1, 1),
      keyedRandom(2).u32(1, 1, 1, 1),
      keyedRandom(1 + 2 ** 32).u32(1, 1, 1, 1),
      keyedRandom(1).u32(2, 1, 1, 1),
      keyedRandom(1).u32(1, 2, 1, 1),
      keyedRandom(1).u32(1, 1, 2, 1),
      keyedRandom(1).u32(1, 1, 1, 2),
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });

  // 99.99 % of the chi-square distribution with 255 degrees of freedom lies below 347.
  it.each([
    ["neighbouring ids", (n: number) => keyedRandom(1).u32(1, n)],
    ["neighbouring seeds", (n: number) => keyedRandom(n).u32(1, 0)],
    ["neighbouring streams", (n: number) => keyedRandom(1).u32(n, 5, 5)],
    ["third part of the id", (n: number) => keyedRandom(1).u32(1, 2, 3, n)],
  ])("spreads evenly over %s, in its high and in its low byte", (_, draw) => {
    const high = Array.from({ length: 256 }, () => 0);
    const low = Array.from({ length: 256 }, () => 0);
    for (let n = 0; n < 50_000; n += 1) {
      const value = draw(n);
      high[value >>> 24]! += 1;
      low[value & 255]! += 1;
    }
    expect(chiSquare(high)).toBeLessThan(347);
    expect(chiSquare(low)).toBeLessThan(347);
  });

  it("does not pass a generator that repeats itself", () => {
    const counts = Array.from({ length: 256 }, () => 0);
    for (let n = 0; n < 50_000; n += 1) counts[(n * n) & 255]! += 1;
    expect(chiSquare(counts)).toBeGreaterThan(347);
  });

  it("keeps chances: a share within four standard deviations", () => {
    const random = keyedRandom(3);
    let hits = 0;
    for (let n = 0; n < 100_000; n += 1) if (random.chance(50_000, 9, n)) hits += 1;
    expect(Math.abs(hits - 5_000)).toBeLessThan(4 * Math.sqrt(100_000 * 0.05 * 0.95));
    expect(random.chance(0, 9, 1)).toBe(false);
    expect(random.chance(1_000_000, 9, 1)).toBe(true);
  });

  it("gives in a series what it gives one by one", () => {
    const random = keyedRandom(2 ** 40 + 7);
    const series = random.series(8, 3);
    for (let n = 0; n < 1_000; n += 1) {
      expect(series.u32(n)).toBe(random.u32(8, 3, n));
      expect(series.unit(n)).toBe(random.unit(8, 3, n));
      expect(series.chance(300_000, n)).toBe(random.chance(300_000, 8, 3, n));
    }
  });

  it("takes every seed it says it takes and no other", () => {
    expect(keyedRandom(Number.MAX_SAFE_INTEGER).seed).toBe(Number.MAX_SAFE_INTEGER);
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => keyedRandom(seed)).toThrow(/whole number from 0 to/);
  });
});
