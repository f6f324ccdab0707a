import { naturalLogarithm, roughLogarithm, roughLogarithmError } from "./logarithm.ts";
import type { DrawSeries } from "./random.ts";
import type { Microseconds } from "./time.ts";

/** How long something takes. All figures are whole microseconds. */
export type Distribution =
  | { readonly kind: "constant"; readonly value: Microseconds }
  /** Each whole value from `min` to `max`, both included, as likely. */
  | { readonly kind: "uniform"; readonly min: Microseconds; readonly max: Microseconds }
  /** `min` plus an exponential of mean `mean` − `min`. */
  | { readonly kind: "exponential"; readonly mean: Microseconds; readonly min?: Microseconds };

export const constant = (value: Microseconds): Distribution => ({ kind: "constant", value });
export const uniform = (min: Microseconds, max: Microseconds): Distribution => ({ kind: "uniform", min, max });
export const exponential = (mean: Microseconds, min: Microseconds = 0): Distribution => ({
  kind: "exponential",
  mean,
  min,
});

/**
 * The value that a draw picks from a distribution, by inversion.
 *
 * @param unit in [0, 1), usually from `KeyedRandom.unit`
 * @returns whole microseconds, at least 0
 */
export function sample(distribution: Distribution, unit: number): Microseconds {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "uniform":
      return distribution.min + Math.floor(unit * (distribution.max - distribution.min + 1));
    case "exponential": {
      const min = distribution.min ?? 0;
      return min + Math.round(-naturalLogarithm(1 - unit) * (distribution.mean - min));
    }
  }
}

const upperHalf = 0x800_0000;

/**
 * The same value as `sample(distribution, series.unit(id))`, for those who draw often. The upper 27 bits of the draw alone
 * say between which two values the result lies; where both round to one number the rest is never drawn.
 */
export function drawSample(distribution: Distribution, series: DrawSeries, id: number): Microseconds {
  if (distribution.kind === "constant") return distribution.value;
  const upper = series.u32(id) >>> 5;
  if (distribution.kind === "uniform") {
    const values = distribution.max - distribution.min + 1;
    const least = Math.floor((upper / upperHalf) * values);
    if (least === Math.floor(((upper + 1) / upperHalf) * values)) return distribution.min + least;
  } else {
    const min = distribution.min ?? 0;
    const scale = distribution.mean - min;
    // One minus the draw is more than (rest − 1) / 2^27 and at most rest / 2^27.
    const rest = upperHalf - upper;
    const least = (27 * Math.LN2 - roughLogarithm(rest)) * scale;
    const error = roughLogarithmError * scale;
    const rounded = Math.round(least - error);
    // ln(rest / (rest − 1)) < 1 / (rest − 1). Without a scale, or with a negative one, this is no bound.
    if (scale > 0 && rest > 1 && rounded === Math.round(least + scale / (rest - 1) + error)) return min + rounded;
  }
  return sample(distribution, series.unit(id));
}

/**
 * An exponential of mean 1 from 32 bits of one draw, for those who draw often and need no whole number: at most 22.2, in
 * steps of 2^−32 of the probability.
 */
export function drawExponential(series: DrawSeries, id: number): number {
  // Of the two ends of a step the one above 0.
  return 32 * Math.LN2 - roughLogarithm(series.u32(id) || 1);
}

/** The mean of a distribution, in microseconds. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "uniform":
      return (distribution.min + distribution.max) / 2;
    case "exponential":
      return distribution.mean;
  }
}
