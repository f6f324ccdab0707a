export interface RateLimit {
  /** How many may come at once. */
  readonly burst: number;
  /** How many come back in a minute. */
  readonly perMinute: number;
  /** How many keys are kept; of more, the one that was used the longest ago is forgotten. Default: 10,000. */
  readonly mostKeys?: number;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** Token buckets, one for each key (a person or an address), in bounded memory. */
export class RateLimiter {
  readonly #limit: Required<RateLimit>;
  readonly #now: () => number;
  /** In the order of last use. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param now in milliseconds */
  constructor(limit: RateLimit, now: () => number = Date.now) {
    this.#limit = { mostKeys: 10_000, ...limit };
    this.#now = now;
  }

  /** @returns 0 when the request may go on, or the seconds after which it may be tried again */
  take(key: string): number {
    const { burst, perMinute, mostKeys } = this.#limit;
    const now = this.#now();
    const known = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, known.tokens + (Math.max(0, now - known.at) * perMinute) / 60_000);
    const allowed = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > mostKeys) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return allowed ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute));
  }

  get size(): number {
    return this.#buckets.size;
  }
}
