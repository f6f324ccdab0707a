/** An interval that a value is believed to lie in, at the confidence its maker names. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantiles: two-sided 95 % and 99 %. */
const z95 = 1.959_963_984_540_054;
const z99 = 2.575_829_303_548_901;

/**
 * Wilson's score interval at 95 % for a share of `count` in `runs` (Wilson, JASA 22, 1927). Unlike the textbook interval
 * it stays within [0, 1] and says something sensible for 0 of n.
 */
export function shareInterval(count: number, runs: number): Interval {
  if (!(runs > 0) || count < 0 || count > runs) {
    throw new RangeError(
      `A share needs a count from 0 to the number of runs; got ${String(count)} of ${String(runs)}.`,
    );
  }
  const p = count / runs;
  const square = (z95 * z95) / runs;
  const centre = (p + square / 2) / (1 + square);
  const half = (z95 * Math.sqrt((p * (1 - p)) / runs + square / (4 * runs))) / (1 + square);
  return { low: count === 0 ? 0 : centre - half, high: count === runs ? 1 : centre + half };
}

/** Count, mean and sum of squared deviations; two of them merge into the moments of the whole. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

export const noMoments: Moments = { count: 0, mean: 0, squares: 0 };

/** Welford's step (Technometrics 4(3), 1962). */
export function addValue(moments: Moments, value: number): Moments {
  const count = moments.count + 1;
  const delta = value - moments.mean;
  const mean = moments.mean + delta / count;
  return { count, mean, squares: moments.squares + delta * (value - mean) };
}

/** Chan, Golub, LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979). */
export function mergeMoments(one: Moments, other: Moments): Moments {
  const count = one.count + other.count;
  if (count === 0) return noMoments;
  const delta = other.mean - one.mean;
  return {
    count,
    mean: one.mean + (delta * other.count) / count,
    squares: one.squares + other.squares + (delta * delta * one.count * other.count) / count,
  };
}

/** Fewer runs make the normal approximation of a mean's interval too bold. */
export const runsForInterval = 30;

/**
 * The 99 % confidence interval of the mean of independent runs, by the normal approximation.
 *
 * @throws RangeError for fewer than 30 runs, where the approximation is too bold
 */
export function meanInterval(moments: Moments): Interval {
  if (moments.count < runsForInterval) {
    throw new RangeError(
      `An interval of a mean needs at least ${String(runsForInterval)} runs; got ${String(moments.count)}.`,
    );
  }
  const half = z99 * Math.sqrt(moments.squares / (moments.count - 1) / moments.count);
  return { low: moments.mean - half, high: moments.mean + half };
}
