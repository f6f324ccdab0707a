import type { DurationSampler } from "../durations/duration-sampler.ts";
import { durationSampler } from "../durations/duration-sampler.ts";
import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { naturalLogarithm } from "@fieldbook/kernel";
import type { Cache as CacheDeclaration } from "../declaration.ts";
import type { Call } from "../records.ts";
import { graphStreams } from "../streams.ts";

interface Entry {
  expiresAt: Microseconds;
  /** How long it took to get it. */
  readonly took: Microseconds;
}

/** What the cache says to a call. */
export type Lookup =
  /** Answered from the cache. `renews`: besides, one call is to renew the entry. */
  | { readonly kind: "hit"; readonly renews: boolean }
  | { readonly kind: "miss" }
  /** Another call is under way for the same key; this one is answered with it. */
  | { readonly kind: "joined" };

const hit: Lookup = { kind: "hit", renews: false };
const hitAndRenew: Lookup = { kind: "hit", renews: true };
const miss: Lookup = { kind: "miss" };
const joined: Lookup = { kind: "joined" };

/** A cache in front of a service: the least recently used entry goes first. Lookups cost O(1). */
export class Cache {
  readonly hitTime: DurationSampler | undefined;
  readonly #terms: CacheDeclaration;
  readonly #random: KeyedRandom;
  readonly #site: number;
  /** The most recently used comes last. */
  readonly #entries = new Map<number, Entry>();
  /** Keys for which a call is under way, with those that wait for it. */
  readonly #underWay = new Map<number, Call[]>();
  #draws = 0;
  hits = 0;
  staleHits = 0;
  misses = 0;
  joined = 0;

  constructor(terms: CacheDeclaration, random: KeyedRandom, site: number, items: number) {
    this.#terms = terms;
    this.#random = random;
    this.#site = site;
    this.hitTime =
      terms.hitTime === undefined ? undefined : durationSampler(terms.hitTime, random, graphStreams.hit, site);
    const warm = Math.min(terms.capacity, Math.round((terms.warm ?? 0) * items));
    // The least popular first, so that they are the first to go; of any age.
    for (let key = warm - 1; key >= 0; key -= 1) {
      const left = Math.ceil(random.unit(graphStreams.warmth, site, key) * terms.timeToLive);
      this.#entries.set(key, { expiresAt: left, took: 0 });
    }
  }

  lookUp(call: Call, now: Microseconds): Lookup {
    const key = call.item;
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      if (now < entry.expiresAt) {
        this.hits += 1;
        if (!this.#expiresEarly(entry, now) || this.#underWay.has(key)) return hit;
        this.#underWay.set(key, []);
        return hitAndRenew;
      }
      if (now < entry.expiresAt + (this.#terms.staleWhileRevalidate ?? 0)) {
        this.staleHits += 1;
        if (this.#underWay.has(key)) return hit;
        this.#underWay.set(key, []);
        return hitAndRenew;
      }
    }
    if (this.#terms.singleFlight === true) {
      const waiting = this.#underWay.get(key);
      if (waiting !== undefined) {
        this.joined += 1;
        waiting.push(call);
        return joined;
      }
      this.#underWay.set(key, []);
      call.fills = true;
    }
    this.misses += 1;
    return miss;
  }

  /** XFetch: expires early with a probability that grows towards the end; Vattani, Chierichetti, Lowenstein 2015. */
  #expiresEarly(entry: Readonly<Entry>, now: Microseconds): boolean {
    const { earlyExpiry } = this.#terms;
    if (earlyExpiry === undefined) return false;
    this.#draws += 1;
    const unit = this.#random.unit(graphStreams.earlyExpiry, this.#site, this.#draws);
    return now - entry.took * earlyExpiry * naturalLogarithm(1 - unit) >= entry.expiresAt;
  }

  /** Whether an expired entry may stand in for an answer that failed. */
  mayServeStale(key: number, now: Microseconds): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && now < entry.expiresAt + (this.#terms.staleIfError ?? 0);
  }

  /** @param took how long the call took, µs */
  store(key: number, now: Microseconds, took: Microseconds): void {
    this.#entries.delete(key);
    this.#entries.set(key, { expiresAt: now + this.#terms.timeToLive, took });
    if (this.#entries.size <= this.#terms.capacity) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }

  /** Ends the call under way for a key. @returns those that waited for it */
  finish(key: number): readonly Call[] {
    const waiting = this.#underWay.get(key) ?? [];
    this.#underWay.delete(key);
    return waiting;
  }

  flush(): void {
    this.#entries.clear();
  }

  restart(): void {
    this.hits = 0;
    this.staleHits = 0;
    this.misses = 0;
    this.joined = 0;
  }
}
