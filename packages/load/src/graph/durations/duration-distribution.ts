import type { Microseconds } from "@fieldbook/kernel";

/** How long something takes. Means and bounds are whole microseconds. */
export type DurationDistribution =
  | { readonly kind: "constant"; readonly value: Microseconds }
  | { readonly kind: "uniform"; readonly min: Microseconds; readonly max: Microseconds }
  | { readonly kind: "exponential"; readonly mean: Microseconds }
  /** The sum of `stages` exponentials; the squared coefficient of variation is 1 / stages. */
  | { readonly kind: "erlang"; readonly mean: Microseconds; readonly stages: number }
  /** Exponential of mean `means[i]` with probability `shares[i]`. */
  | { readonly kind: "hyperexponential"; readonly means: readonly Microseconds[]; readonly shares: readonly number[] }
  /** By the median and the 99th percentile, as latencies are measured. */
  | { readonly kind: "log-normal"; readonly median: Microseconds; readonly p99: Microseconds }
  /** Heavy tail: P(X > x) = (min / x)^shape, cut off at `max` when it is given. */
  | { readonly kind: "pareto"; readonly min: Microseconds; readonly shape: number; readonly max?: Microseconds }
  | { readonly kind: "weibull"; readonly scale: Microseconds; readonly shape: number }
  /** Measured values, each as likely. */
  | { readonly kind: "empirical"; readonly values: readonly Microseconds[] };
