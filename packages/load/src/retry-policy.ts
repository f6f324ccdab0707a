import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import type { RetryBudgetTerms } from "./retry-budget.ts";
import { streams } from "./streams.ts";

/** How long a client waits before it tries again. */
export type RetryDelay =
  | { readonly kind: "fixed"; readonly after: Microseconds }
  /**
   * Exponential back-off with full jitter: the k-th retry waits from 0 to min(`cap`, `base` · 2^(k − 1)), each moment
   * as likely (Brooker, "Exponential Backoff And Jitter", 2015).
   */
  | { readonly kind: "exponential-jitter"; readonly base: Microseconds; readonly cap: Microseconds };

/** What a client does when an attempt was rejected or not answered in time. */
export interface RetryPolicy {
  /** How often a request is tried again after its first attempt; 0 for never. */
  readonly retries: number;
  readonly delay: RetryDelay;
  /** Without one, every client retries as it likes. */
  readonly budget?: RetryBudgetTerms;
}

export const noRetries: RetryPolicy = { retries: 0, delay: { kind: "fixed", after: 0 } };

/**
 * The wait before a request's `retry`-th retry.
 *
 * @param retry from 1
 */
export function retryDelay(delay: RetryDelay, random: KeyedRandom, request: number, retry: number): Microseconds {
  if (delay.kind === "fixed") return delay.after;
  let longest = delay.base;
  for (let doubled = 1; doubled < retry && longest < delay.cap; doubled += 1) longest *= 2;
  return Math.floor(random.unit(streams.retryDelay, request, retry) * (Math.min(longest, delay.cap) + 1));
}
