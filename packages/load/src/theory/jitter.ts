import { checkCount, checkNotNegative, checkPositive, checkShare, decay } from "./ranges.ts";

/**
 * The longest delay before retry `retry`, counted from 1, in exponential back-off: min(cap, base × 2^(retry − 1)).
 * Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog (2015).
 *
 * @throws RangeError for values out of range
 */
export function backoffCeiling(base: number, cap: number, retry: number): number {
  checkPositive("The base", base);
  checkPositive("The cap", cap);
  checkCount("The retry", retry, 1);
  return Math.min(cap, base * 2 ** Math.min(1_000, retry - 1));
}

/**
 * The delay that a share of the clients does not exceed before retry `retry`: of full jitter, even from 0 to the ceiling;
 * of equal jitter, even from half the ceiling to all of it.
 *
 * @param share from 0 to 1
 * @throws RangeError for values out of range
 */
export function jitterQuantile(
  kind: "full-jitter" | "equal-jitter",
  terms: { readonly base: number; readonly cap: number; readonly retry: number },
  share: number,
): number {
  checkShare("The share", share);
  const ceiling = backoffCeiling(terms.base, terms.cap, terms.retry);
  return kind === "full-jitter" ? ceiling * share : (ceiling / 2) * (1 + share);
}

/** How many of so many clients, spread evenly over so many slices, come in one slice: a binomial distribution. */
export function clientsPerSlice(clients: number, slices: number): { readonly mean: number; readonly variance: number } {
  checkCount("The number of clients", clients);
  checkCount("The number of slices", slices, 1);
  return { mean: clients / slices, variance: (clients / slices) * (1 - 1 / slices) };
}

/**
 * A number of clients that no slice exceeds, with a probability of at least `share`, when clients spread themselves evenly
 * over the slices: a server that takes so many in a slice is not overrun. By the bound of Boole: the chance that any slice
 * has more is at most `slices` times that of one. The count of one is binomial, whose upper tail is below that of the
 * Poisson variable with its mean: Anderson and Samuels, "Some Inequalities among Binomial and Poisson Probabilities",
 * 5th Berkeley Symposium (1967).
 *
 * @param share from 0 to less than 1
 * @throws RangeError for values out of range
 */
export function peakOfSlices(clients: number, slices: number, share: number): number {
  const { mean } = clientsPerSlice(clients, slices);
  if (!(share >= 0 && share < 1)) throw new RangeError(`The share is from 0 to less than 1; got ${String(share)}.`);
  const allowed = (1 - share) / slices;
  if (allowed >= 1) return 0;
  let peak = Math.max(1, Math.ceil(mean));
  while (peak < clients && poissonBeyond(mean, peak) > allowed) peak += 1;
  return Math.min(peak, clients);
}

/**
 * P(more than `count`) of a Poisson variable, by its terms from `count` + 1 on.
 *
 * @param count at least mean − 1, so that the terms fall
 */
function poissonBeyond(mean: number, count: number): number {
  checkNotNegative("The mean", mean);
  // The largest term first: P(N = count + 1), as a product that neither grows nor falls out of range.
  let term = 1;
  let left = mean;
  for (let k = 1; k <= count + 1; k += 1) {
    term *= mean / k;
    while (term > 1 && left > 0) {
      const step = Math.min(left, 1);
      term *= decay(-step);
      left -= step;
    }
  }
  term *= decay(-left);
  let sum = 0;
  for (let k = count + 2; term > sum * 1e-17; k += 1) {
    sum += term;
    term *= mean / k;
  }
  return sum;
}
