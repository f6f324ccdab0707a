import { naturalLogarithm } from "@fieldbook/kernel";
import { checkCount, checkPositive, checkShare, checkShareBelowOne, shareToThe } from "./ranges.ts";

/**
 * The share of requests that meet at least one slow answer when each asks `leaves` servers, independent and alike:
 * 1 − p^n, where p is the share of answers that are not slow. Dean and Barroso, "The Tail at Scale", Communications of
 * the ACM 56 (2013): with a hundred leaves and p = 0.99, 63 %.
 *
 * @param quick p, from 0 to 1
 * @param leaves a whole number, at least 0
 * @throws RangeError for other values
 */
export function anySlow(quick: number, leaves: number): number {
  checkShare("The share of quick answers", quick);
  checkCount("The number of leaves", leaves);
  return 1 - shareToThe(quick, leaves);
}

/**
 * Which quantile of a leaf is the quantile `share` of the slowest of `leaves`: share^(1/n). The median of a fan-out to a
 * hundred is the 99.3rd percentile of one leaf.
 *
 * @param share from 0 to 1
 * @param leaves a whole number, at least 1
 * @throws RangeError for other values
 */
export function leafQuantile(share: number, leaves: number): number {
  checkShare("The share", share);
  checkCount("The number of leaves", leaves, 1);
  return share === 0 ? 0 : shareToThe(share, 1 / leaves);
}

/**
 * The mean time until `needed` of `leaves` have answered, when each takes an exponential time: mean × Σ 1/j for j from
 * n − k + 1 to n. Rényi, "On the Theory of Order Statistics", Acta Mathematica Hungarica 4 (1953).
 *
 * @param needed a whole number from 1 to `leaves`; all when absent
 * @throws RangeError for values out of range
 */
export function exponentialFanOutMean(mean: number, leaves: number, needed = leaves): number {
  checkPositive("The mean time of a leaf", mean);
  checkNeeded(leaves, needed);
  let sum = 0;
  for (let left = leaves; left > leaves - needed; left -= 1) sum += 1 / left;
  return mean * sum;
}

/**
 * The time within which all of `leaves` have answered, for a share of the requests, when each takes an exponential time:
 * −mean × ln(1 − share^(1/n)).
 *
 * @param share from 0 to less than 1
 * @throws RangeError for values out of range
 */
export function exponentialFanOutQuantile(mean: number, leaves: number, share: number): number {
  checkPositive("The mean time of a leaf", mean);
  checkShareBelowOne("The share", share);
  const inOne = leafQuantile(share, leaves);
  if (inOne === 1) throw new RangeError(`A share that can be told from 1 is needed; got ${String(share)}.`);
  return inOne === 0 ? 0 : -mean * naturalLogarithm(1 - inOne);
}

/**
 * The share of requests for which at least `needed` of `leaves` have answered, when each has with probability `answered`:
 * the upper part of a binomial distribution. O(leaves²)
 *
 * @param answered from 0 to 1
 * @param needed a whole number from 1 to `leaves`
 * @throws RangeError for values out of range
 */
export function enoughAnswered(answered: number, leaves: number, needed: number): number {
  checkShare("The share answered", answered);
  checkNeeded(leaves, needed);
  // Each leaf in turn moves the distribution of the count by one: no factorials, positive terms alone.
  const probabilities = new Float64Array(leaves + 1);
  probabilities[0] = 1;
  for (let leaf = 1; leaf <= leaves; leaf += 1) {
    for (let count = leaf; count >= 1; count -= 1) {
      probabilities[count] = probabilities[count]! * (1 - answered) + probabilities[count - 1]! * answered;
    }
    probabilities[0] *= 1 - answered;
  }
  let sum = 0;
  for (let count = needed; count <= leaves; count += 1) sum += probabilities[count]!;
  return Math.min(1, sum);
}

function checkNeeded(leaves: number, needed: number): void {
  checkCount("The number of leaves", leaves, 1);
  checkCount("The number needed", needed, 1);
  if (needed > leaves) throw new RangeError(`${needed} answers are needed, but only ${leaves} are asked.`);
}
