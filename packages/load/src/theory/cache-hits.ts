import { power } from "@fieldbook/kernel";
import { checkCount, checkNotNegative, checkPositive, decay } from "./ranges.ts";

/**
 * How often each of `count` keys is asked for, of a rate of 1 in all, by the law of Zipf: proportional to 1 / rank^skew.
 *
 * @param count a whole number, at least 1
 * @param skew at least 0; 0 makes all as likely
 * @throws RangeError for values out of range
 */
export function zipfRates(count: number, skew: number): readonly number[] {
  checkCount("The number of keys", count, 1);
  checkNotNegative("The skew", skew);
  const weights = Array.from({ length: count }, (_, index) => power(index + 1, -skew));
  const sum = weights.reduceRight((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

export interface CacheFigures {
  /** Share of the requests that hit. */
  readonly hitShare: number;
  /** Share of its own requests that hit, for each key. */
  readonly hitShares: readonly number[];
  /** How long a key stays after it was asked for last, in the unit of the rates; Infinity where all keys have room. */
  readonly characteristicTime: number;
}

/**
 * The hits of a cache that drops the least recently used key, under independent requests: Che's approximation. A key
 * leaves when it was not asked for during a time t, the same for all, at which Σ (1 − e^(−rate t)) = capacity; it hits with
 * probability 1 − e^(−rate t). Che, Tung, Wang, "Hierarchical Web Caching Systems: Modeling, Design and Experimental
 * Results", IEEE JSAC 20 (2002); why it is so near: Fricker, Robert, Roberts, "A Versatile and Accurate Approximation for
 * LRU Cache Performance", ITC 24 (2012). O(keys) for each of about 60 bisections.
 *
 * @param rates of the keys, each above 0, in any order
 * @param capacity how many keys have room: a whole number, at least 1
 * @throws RangeError for values out of range
 */
export function leastRecentlyUsed(rates: readonly number[], capacity: number): CacheFigures {
  checkRates(rates);
  checkCount("The capacity", capacity, 1);
  if (capacity >= rates.length) return hitsWithin(rates, Infinity);
  const kept = (time: number): number => rates.reduce((sum, rate) => sum + 1 - decay(-rate * time), 0);
  let low = 0;
  let high = capacity / rates.reduce((sum, rate) => sum + rate, 0);
  while (kept(high) < capacity) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (kept(middle) < capacity) low = middle;
    else high = middle;
  }
  return hitsWithin(rates, (low + high) / 2);
}

/**
 * The hits of a cache with room for all, whose entries live for `timeToLive` from the moment they were fetched, under
 * Poisson requests: rate × T / (1 + rate × T) for each key. Exact. Jung, Berger, Balakrishnan, "Modeling TTL-based
 * Internet Caches", INFOCOM 2003.
 *
 * @param lifetime at least 0, in the unit of the rates
 * @throws RangeError for values out of range
 */
export function timeToLive(rates: readonly number[], lifetime: number): CacheFigures {
  checkRates(rates);
  checkNotNegative("The time to live", lifetime);
  const hitShares = rates.map((rate) => (rate * lifetime) / (1 + rate * lifetime));
  return { hitShare: weighed(rates, hitShares), hitShares, characteristicTime: lifetime };
}

/**
 * How many times the load behind a cache grows when its hits fall: (1 − after) / (1 − before). A cache that hits 95 % hides
 * 20 times the load of its database.
 *
 * @throws RangeError where a share is not from 0 to 1, or `before` is 1
 */
export function loadBehind(before: number, after: number): number {
  if (!(before >= 0 && before < 1)) throw new RangeError(`Hits are from 0 to less than 1; got ${String(before)}.`);
  if (!(after >= 0 && after <= 1)) throw new RangeError(`Hits are from 0 to 1; got ${String(after)}.`);
  return (1 - after) / (1 - before);
}

function hitsWithin(rates: readonly number[], characteristicTime: number): CacheFigures {
  const hitShares = rates.map((rate) => 1 - decay(-rate * characteristicTime));
  return { hitShare: weighed(rates, hitShares), hitShares, characteristicTime };
}

function weighed(rates: readonly number[], shares: readonly number[]): number {
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  return rates.reduce((sum, rate, index) => sum + rate * shares[index]!, 0) / total;
}

function checkRates(rates: readonly number[]): void {
  if (rates.length === 0) throw new RangeError("A cache needs keys that are asked for; got no rates.");
  for (const [index, rate] of rates.entries()) checkPositive(`The rate of key ${index + 1}`, rate);
}
