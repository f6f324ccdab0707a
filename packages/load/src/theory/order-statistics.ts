import { checkCount, checkPositive, checkShare, shareToThe } from "./ranges.ts";

/**
 * The mean of the k-th smallest of n even draws from 0 to `width`: k / (n + 1) × width. David and Nagaraja, "Order
 * Statistics", 3rd edition (2003), section 3.1.
 *
 * @param rank k, a whole number from 1 to `count`
 * @throws RangeError for values out of range
 */
export function uniformOrderMean(width: number, count: number, rank: number): number {
  checkOrder(width, count, rank);
  return (width * rank) / (count + 1);
}

/** The variance of the k-th smallest of n even draws: k (n + 1 − k) / ((n + 1)² (n + 2)) × width². */
export function uniformOrderVariance(width: number, count: number, rank: number): number {
  checkOrder(width, count, rank);
  return (width * width * rank * (count + 1 - rank)) / ((count + 1) ** 2 * (count + 2));
}

/**
 * The time by which all of n clients have come that spread themselves evenly over `width`, with probability `share`:
 * share^(1/n) × width.
 *
 * @throws RangeError for values out of range
 */
export function lastOfUniform(width: number, count: number, share: number): number {
  checkOrder(width, count, 1);
  checkShare("The share", share);
  return share === 0 ? 0 : width * shareToThe(share, 1 / count);
}

/**
 * The mean of the k-th smallest of n exponential draws: mean × Σ 1/j for j from n − k + 1 to n; and its variance,
 * mean² × Σ 1/j². Rényi, "On the Theory of Order Statistics", Acta Mathematica Hungarica 4 (1953).
 *
 * @param rank k, a whole number from 1 to `count`
 * @throws RangeError for values out of range
 */
export function exponentialOrder(
  mean: number,
  count: number,
  rank: number,
): { readonly mean: number; readonly variance: number } {
  checkOrder(mean, count, rank);
  let sum = 0;
  let squares = 0;
  for (let left = count; left > count - rank; left -= 1) {
    sum += 1 / left;
    squares += 1 / (left * left);
  }
  return { mean: mean * sum, variance: mean * mean * squares };
}

function checkOrder(size: number, count: number, rank: number): void {
  checkPositive("The width or mean", size);
  checkCount("The number of draws", count, 1);
  checkCount("The rank", rank, 1);
  if (rank > count) throw new RangeError(`The rank is at most the number of draws, ${count}; got ${rank}.`);
}
