const batch = 5;

/**
 * The rule MSER-5: how many values from the start to leave out, so that the mean of the rest has the smallest standard
 * error, over means of batches of five. White, "An Effective Truncation Heuristic for Bias Reduction in Simulation
 * Output", Simulation 69 (1997); batches of five: White, Cobb, Spratt, "A Comparison of Five Steady-State Truncation
 * Heuristics for Simulation", WSC 2000. At most half is left out: where the least lies later there is no steady state.
 *
 * @param values in order; NaN where there is none
 * @returns a multiple of five; undefined when the least lies in the later half
 */
export function mser5(values: readonly number[]): number | undefined {
  const means: number[] = [];
  for (let at = 0; at + batch <= values.length; at += batch) {
    const known = values.slice(at, at + batch).filter((value) => !Number.isNaN(value));
    means.push(known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length);
  }
  let best = Infinity;
  let cut = 0;
  let count = 0;
  let sum = 0;
  let squares = 0;
  // From the end, so that each cut costs O(1).
  for (let from = means.length - 1; from >= 0; from -= 1) {
    const mean = means[from]!;
    if (Number.isNaN(mean)) continue;
    count += 1;
    sum += mean;
    squares += mean * mean;
    // Too few for a standard error that means anything.
    if (count < batch) continue;
    const statistic = (squares - (sum * sum) / count) / (count * count);
    if (statistic <= best) {
      best = statistic;
      cut = from;
    }
  }
  return cut * 2 > means.length ? undefined : cut * batch;
}
