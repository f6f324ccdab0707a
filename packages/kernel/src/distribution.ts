import { naturalLogarithm } from "./logarithm.ts";
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
