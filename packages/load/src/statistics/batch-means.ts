import type { Estimate } from "./estimate.ts";
import { estimateMean, momentsOf, usualConfidence } from "./estimate.ts";

export interface BatchMeans extends Estimate {
  /** How many values a batch has. */
  readonly batchSize: number;
  /**
   * Correlation of neighbouring batch means. Near 0 where batches are long enough to pass for independent; well above 0,
   * the interval is too narrow and the run has to be longer.
   */
  readonly correlation: number;
}

/**
 * The mean of one long run with its interval: its values are cut into batches of equal length, whose means are nearly
 * independent and normal. Schmeiser, "Batch Size Effects in the Analysis of Simulation Output", Operations Research 30
 * (1982): between 10 and 30 batches; more gain little, and shorter batches are dependent. The warm-up is to be left out
 * before. What does not fill a batch is left out at the start.
 *
 * @param values in order of time
 * @param batches a whole number, at least 2
 * @throws RangeError where a batch would have no value, a value is not finite, or the confidence is out of range
 */
export function batchMeans(values: readonly number[], batches = 20, confidence = usualConfidence): BatchMeans {
  if (!(Number.isSafeInteger(batches) && batches >= 2)) {
    throw new RangeError(`The number of batches is a whole number, at least 2; got ${String(batches)}.`);
  }
  const batchSize = Math.floor(values.length / batches);
  if (batchSize === 0) {
    throw new RangeError(`${batches} batches need as many values; got ${values.length}. Make the run longer.`);
  }
  const first = values.length - batches * batchSize;
  const means = Array.from({ length: batches }, (_, batch) => {
    const from = first + batch * batchSize;
    return momentsOf(values.slice(from, from + batchSize)).mean;
  });
  return { ...estimateMean(means, confidence), batchSize, correlation: neighbourCorrelation(means) };
}

/** The correlation of each value with the next; 0 where all are equal. */
function neighbourCorrelation(values: readonly number[]): number {
  const { mean, variance } = momentsOf(values);
  if (variance === 0) return 0;
  let products = 0;
  for (let at = 1; at < values.length; at += 1) products += (values[at]! - mean) * (values[at - 1]! - mean);
  return products / (variance * (values.length - 1));
}
