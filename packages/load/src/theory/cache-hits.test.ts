import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { leastRecentlyUsed, loadBehind, timeToLive, zipfRates } from "./cache-hits.ts";

/** The share of hits of a real cache of so many keys, from request 10,000 on. */
function simulatedHits(rates: readonly number[], capacity: number): number {
  const random = keyedRandom(2);
  const kept = new Set<number>();
  let hits = 0;
  const [requests, warmUp] = [110_000, 10_000];
  for (let request = 0; request < requests; request += 1) {
    let left = random.unit(1, request);
    let key = 0;
    while (key < rates.length - 1 && left >= rates[key]!) {
      left -= rates[key]!;
      key += 1;
    }
    if (kept.delete(key) && request >= warmUp) hits += 1;
    kept.add(key);
    if (kept.size > capacity) for (const oldest of [...kept].slice(0, 1)) kept.delete(oldest);
  }
  return hits / (requests - warmUp);
}

describe("a cache that drops the least recently used", () => {
  it("agrees with the approximation, solved with 30 digits", () => {
    for (const [keys, skew, capacity, time, hits, first] of [
      [100, 0.8, 10, 11.745624129424, 0.26326082538344, 0.76400349375794],
      [50, 0, 20, 25.5412811883, 0.4, 0.4],
      [200, 1.2, 5, 6.2473768409101, 0.33574498825388, 0.80183694171121],
    ] as const) {
      const figures = leastRecentlyUsed(zipfRates(keys, skew), capacity);
      expect(figures.characteristicTime / time).toBeCloseTo(1, 10);
      expect(figures.hitShare).toBeCloseTo(hits, 11);
      expect(figures.hitShares[0]).toBeCloseTo(first, 11);
    }
  });

  it("agrees with a real one within half a percent", () => {
    const rates = zipfRates(100, 0.8);
    expect(Math.abs(simulatedHits(rates, 10) - leastRecentlyUsed(rates, 10).hitShare)).toBeLessThan(0.005);
  });

  it("keeps all where all have room", () => {
    expect(leastRecentlyUsed([3, 2], 2)).toMatchObject({ hitShare: 1, characteristicTime: Infinity });
  });

  it("does not depend on the unit of the rates", () => {
    const rates = zipfRates(100, 1);
    const faster = rates.map((rate) => 5_000 * rate);
    expect(leastRecentlyUsed(faster, 7).hitShare).toBeCloseTo(leastRecentlyUsed(rates, 7).hitShare, 11);
  });
});

describe("a cache whose entries expire", () => {
  it("misses once in a time to live and the wait for the next request", () => {
    expect(timeToLive([2], 10).hitShare).toBeCloseTo(20 / 21, 13);
    expect(timeToLive([2, 1], 1).hitShare).toBeCloseTo((2 * (2 / 3) + 1 / 2) / 3, 13);
    expect(timeToLive([2], 0).hitShare).toBe(0);
  });

  it("hides the load behind it", () => {
    expect(loadBehind(0.95, 0)).toBeCloseTo(20, 12);
    expect(loadBehind(0.5, 0.5)).toBe(1);
  });
});

describe("what caches refuse", () => {
  it("is named", () => {
    expect(() => zipfRates(0, 1)).toThrow("The number of keys is a whole number, at least 1; got 0.");
    expect(() => zipfRates(3, -1)).toThrow("The skew is 0 or more");
    expect(() => leastRecentlyUsed([1, 0], 1)).toThrow("The rate of key 2 is above 0; got 0.");
    expect(() => leastRecentlyUsed([], 1)).toThrow("got no rates");
    expect(() => leastRecentlyUsed([1, 1], 0)).toThrow("The capacity is a whole number, at least 1");
    expect(() => timeToLive([1], -1)).toThrow("The time to live is 0 or more");
    expect(() => loadBehind(1, 0)).toThrow("from 0 to less than 1; got 1");
    expect(() => loadBehind(0.5, 2)).toThrow("from 0 to 1; got 2");
  });
});
