import { studentTQuantile } from "./student-t.ts";

/** A mean with its interval. */
export interface Estimate {
  readonly mean: number;
  /** Half the width of the interval; NaN where there are fewer than two values. */
  readonly halfWidth: number;
  /** Share of such intervals that contain the truth, where the assumptions hold. */
  readonly confidence: number;
  /** How many independent values, batches or cycles it rests on. */
  readonly count: number;
}

/** What a figure is given with when nothing else is asked. */
export const usualConfidence = 0.95;

/**
 * The mean of independent values, one from each replication, with its interval by Student's t. Law, "Simulation Modeling
 * and Analysis", 5th edition (2015), section 9.4.1. It rests on independence, and on means of runs being nearly normal.
 *
 * @param values any number; the mean of none is NaN
 * @param confidence from 0.5 to 0.9998
 * @throws RangeError where a value is not finite, or for another confidence
 */
export function estimateMean(values: readonly number[], confidence = usualConfidence): Estimate {
  const { mean, variance } = momentsOf(values);
  const count = values.length;
  const halfWidth = count < 2 ? NaN : halfWidthFactor(confidence, count - 1) * Math.sqrt(variance / count);
  return { mean, halfWidth, confidence, count };
}

/** Whether the interval contains a value. */
export const contains = ({ mean, halfWidth }: Estimate, value: number): boolean => Math.abs(mean - value) <= halfWidth;

/**
 * How many standard errors an interval reaches to each side.
 *
 * @throws RangeError for a confidence that is not from 0.5 to 0.9998
 */
export function halfWidthFactor(confidence: number, freedom: number): number {
  if (!(confidence >= 0.5 && confidence <= 0.9998)) {
    throw new RangeError(`A confidence from 0.5 to 0.9998 is needed, 0.95 usually; got ${String(confidence)}.`);
  }
  return studentTQuantile((1 + confidence) / 2, freedom);
}

/**
 * Mean and unbiased variance in one pass, without the cancellation of sums of squares. Welford, "Note on a Method for
 * Calculating Corrected Sums of Squares and Products", Technometrics 4 (1962).
 *
 * @returns NaN for the mean of no value, and for the variance of fewer than two
 * @throws RangeError where a value is not finite
 */
export function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  let mean = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Value ${index + 1} of ${values.length} is ${String(value)}; leave it out or mend its run.`);
    }
    const distance = value - mean;
    mean += distance / (index + 1);
    squares += distance * (value - mean);
  }
  const { length } = values;
  return { mean: length === 0 ? NaN : mean, variance: length < 2 ? NaN : squares / (length - 1) };
}
