import type { Microseconds } from "@fieldbook/kernel";
import type { Backoff } from "../declaration.ts";

/**
 * How long to wait before a retry. The kinds are those of Brooker, "Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015.
 *
 * @param retry from 1
 * @param last the delay before; 0 for the first
 * @param unit a draw from [0, 1)
 */
export function backoffDelay(backoff: Backoff, retry: number, last: Microseconds, unit: number): Microseconds {
  if (backoff.kind === "fixed") return backoff.delay;
  const { base, cap } = backoff;
  if (backoff.kind === "decorrelated-jitter") {
    const before = Math.max(base, last);
    return Math.min(cap, Math.round(base + unit * (before * 3 - base)));
  }
  // 2^50 µs is 35 years: beyond any cap.
  const longest = Math.min(cap, base * 2 ** Math.min(50, retry - 1));
  return backoff.kind === "exponential" ? longest : Math.round(unit * longest);
}
