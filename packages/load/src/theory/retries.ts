import { checkCount, checkNotNegative, checkShare, shareToThe } from "./ranges.ts";

/**
 * The mean number of attempts of a request that is tried up to `attempts` times, when each attempt fails on its own with
 * probability `failure`: the geometric series (1 − p^n) / (1 − p).
 *
 * @param failure from 0 to 1
 * @param attempts a whole number, at least 1
 * @throws RangeError for values out of range
 */
export function meanAttempts(failure: number, attempts: number): number {
  checkShare("The share of failures", failure);
  checkCount("The number of attempts", attempts, 1);
  if (failure === 1) return attempts;
  // Near 1 the quotient loses its digits; the sum does not.
  if (attempts <= 1_000) {
    let sum = 0;
    for (let at = 0; at < attempts; at += 1) sum = sum * failure + 1;
    return sum;
  }
  return (1 - shareToThe(failure, attempts)) / (1 - failure);
}

/** The share of requests that fail in the end: p^n. */
export function failsInTheEnd(failure: number, attempts: number): number {
  checkShare("The share of failures", failure);
  checkCount("The number of attempts", attempts, 1);
  return shareToThe(failure, attempts);
}

/**
 * How many attempts reach the lowest of `layers` for one request when it answers none, and each layer above tries
 * `attempts` times: attempts^layers. Brooker, "Timeouts, Retries, and Backoff with Jitter", Amazon Builders' Library
 * (2019): five layers of three attempts make 243.
 *
 * @param layers how many layers retry: a whole number, at least 0
 * @throws RangeError for values out of range
 */
export function layeredAttempts(attempts: number, layers: number): number {
  checkCount("The number of attempts", attempts, 1);
  checkCount("The number of layers", layers);
  let product = 1;
  for (let layer = 0; layer < layers; layer += 1) product *= attempts;
  return product;
}

/**
 * The greatest mean number of attempts of a request in the long run with a budget that earns `share` of a token with each
 * request and spends one on each retry: 1 + share, or less where failures ask for less.
 *
 * @param share at least 0; 0.1 for a budget of 10 %
 * @throws RangeError for values out of range
 */
export function meanAttemptsWithBudget(failure: number, attempts: number, share: number): number {
  checkNotNegative("The share of the budget", share);
  return Math.min(meanAttempts(failure, attempts), 1 + share);
}
