import type { Estimate } from "./estimate.ts";
import { contains } from "./estimate.ts";

export interface Coverage {
  readonly runs: number;
  /** How many of the intervals contained the truth. */
  readonly contained: number;
  /** contained / runs; for a sound method near the confidence of its intervals. */
  readonly share: number;
  /** Mean of half the widths: an interval may also contain the truth by being useless. */
  readonly halfWidth: number;
}

/**
 * How often an interval contains the truth: the test of a method of estimation, and of the simulation under it. With 200
 * runs of a sound 95 % interval the share is from 0.90 to 0.99 in all but about 2 of 1,000 such tests.
 *
 * @param runs at least 1
 * @param estimateOne the interval of one run, by its number from 0 on
 * @throws RangeError for fewer than one run
 */
export function coverage(truth: number, runs: number, estimateOne: (run: number) => Estimate): Coverage {
  if (!(Number.isSafeInteger(runs) && runs >= 1)) {
    throw new RangeError(`Coverage needs a whole number of runs, at least 1; got ${String(runs)}.`);
  }
  let contained = 0;
  let widths = 0;
  for (let run = 0; run < runs; run += 1) {
    const estimate = estimateOne(run);
    if (contains(estimate, truth)) contained += 1;
    widths += estimate.halfWidth;
  }
  return { runs, contained, share: contained / runs, halfWidth: widths / runs };
}
