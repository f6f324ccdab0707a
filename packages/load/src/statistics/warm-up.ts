/** Means of batches of five are what White, Cobb and Spratt found to work best. */
const batch = 5;
/** A standard error of fewer means says nothing, and is 0 by chance. */
const fewest = 5;

/**
 * The rule MSER-5: how many values to leave out at the start, so that the mean of the rest has the smallest standard
 * error, over means of batches of five. White, "An Effective Truncation Heuristic for Bias Reduction in Simulation
 * Output", Simulation 69 (1997); batches of five: White, Cobb, Spratt, "A Comparison of Five Steady-State Truncation
 * Heuristics for Simulation", Winter Simulation Conference 2000. Where the least lies in the later half, the run is too
 * short, or has no steady state.
 *
 * @param values in order of time; NaN where there is none
 * @returns a multiple of five, at most half of the values; undefined when the least lies in the later half
 */
export function mser5(values: readonly number[]): number | undefined {
  const means = batchesOf(values);
  let best = Infinity;
  let cut = 0;
  let count = 0;
  let mean = 0;
  let squares = 0;
  // From the end, so that each cut costs O(1); by Welford's recurrence, so that a large mean does not hide the variance.
  for (let from = means.length - 1; from >= 0; from -= 1) {
    const value = means[from]!;
    if (Number.isNaN(value)) continue;
    count += 1;
    const distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
    if (count < fewest) continue;
    const statistic = squares / (count * count);
    if (statistic <= best) {
      best = statistic;
      cut = from;
    }
  }
  return cut * 2 > means.length ? undefined : cut * batch;
}

/** Means of batches, of what is known in each; NaN where nothing is. */
function batchesOf(values: readonly number[]): readonly number[] {
  return Array.from({ length: Math.floor(values.length / batch) }, (_, index) => {
    let count = 0;
    let sum = 0;
    for (let at = index * batch; at < (index + 1) * batch; at += 1) {
      if (Number.isNaN(values[at])) continue;
      count += 1;
      sum += values[at]!;
    }
    return count === 0 ? NaN : sum / count;
  });
}
