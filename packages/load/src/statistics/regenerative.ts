import type { Estimate } from "./estimate.ts";
import { halfWidthFactor, momentsOf, usualConfidence } from "./estimate.ts";

/** What one cycle came to: the sum of what is measured, and over how many customers, or how much time. */
export interface Cycle {
  readonly sum: number;
  readonly length: number;
}

/**
 * A ratio of means over cycles that are independent and alike: from one moment at which the system is empty to the next.
 * It needs neither a warm-up nor a choice of batches. Crane and Lemoine, "An Introduction to the Regenerative Method for
 * Simulation Analysis" (1977); Law 2015, section 9.5.3. The estimate is biased by the order of 1/cycles.
 *
 * It serves as well for a ratio over independent runs, as waits in all over customers in all.
 *
 * @throws RangeError where the cycles are fewer than two, a value is not finite or the lengths sum to 0 or less
 */
export function estimateRatio(cycles: readonly Cycle[], confidence = usualConfidence): Estimate {
  const count = cycles.length;
  if (count < 2) throw new RangeError(`A ratio needs two cycles or more; got ${count}. Make the run longer.`);
  const sums = momentsOf(cycles.map(({ sum }) => sum));
  const lengths = momentsOf(cycles.map(({ length }) => length));
  if (!(lengths.mean > 0)) throw new RangeError("The lengths of the cycles sum to 0 or less: nothing was measured.");
  const mean = sums.mean / lengths.mean;
  const { variance } = momentsOf(cycles.map(({ sum, length }) => sum - mean * length));
  const halfWidth = (halfWidthFactor(confidence, count - 1) * Math.sqrt(variance / count)) / lengths.mean;
  return { mean, halfWidth, confidence, count };
}
