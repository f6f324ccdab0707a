import type { DurationDistribution } from "../graph/durations/duration-distribution.ts";
import { listOf } from "./collections.ts";
import { optional, required } from "./fields.ts";
import { kinds } from "./kinds.ts";
import { count, duration, number, share } from "./quantities.ts";

/** How long something takes: "5 ms" is constant, all other kinds are named. */
export const distribution = kinds<DurationDistribution>({
  name: "a distribution",
  bare: "constant <value>",
  variants: {
    exponential: {
      says: "Many short times and few long ones; what queueing theory takes for work.",
      fields: { mean: required(duration(1), "The mean.") },
      main: "mean",
      short: ["exponential mean <mean>", "exponential <mean>"],
      example: "exponential 20 ms",
    },
    constant: {
      says: "Always the same.",
      fields: { value: required(duration(), "The time.") },
      main: "value",
      short: ["constant <value>"],
      example: "constant 5 ms",
    },
    uniform: {
      says: "Every time between two bounds is as likely.",
      fields: {
        min: required(duration(), "The shortest time."),
        max: required(duration(), "The longest time; at least min."),
      },
      short: ["uniform <min> to <max>"],
      example: "uniform 5 ms to 10 ms",
    },
    "log-normal": {
      says: "As latencies are measured: by the median and the 99th percentile.",
      fields: {
        median: required(duration(1), "Half of all times are below."),
        p99: required(duration(1), "99 % of all times are below; at least the median."),
      },
      short: ["log-normal median <median> p99 <p99>"],
      example: "log-normal median 12 ms p99 90 ms",
    },
    pareto: {
      says: "A heavy tail: the chance of more than x is (min / x) to the power of shape.",
      fields: {
        min: required(duration(1), "The shortest time."),
        shape: required(number(0.01, 1_000), "The lower, the heavier; without max the mean is infinite up to 1."),
        max: optional(duration(1), "Cut off here.", "not cut off"),
      },
      short: ["pareto min <min> shape <shape> max <max>", "pareto min <min> shape <shape>"],
      example: "pareto min 5 ms shape 1.5",
    },
    weibull: {
      says: "Times to failure: shape below 1 for parts that fail early, above 1 for parts that wear out.",
      fields: {
        scale: required(duration(1), "63 % of all times are below."),
        shape: required(number(0.1, 100), "1 is the exponential."),
      },
      short: ["weibull scale <scale> shape <shape>"],
      example: "weibull scale 30 d shape 0.7",
    },
    erlang: {
      says: "The sum of equal exponential stages: steadier than one of them.",
      fields: {
        mean: required(duration(1), "The mean of the whole."),
        stages: required(count(1, 1_000), "1 is the exponential; the more, the steadier."),
      },
      short: ["erlang mean <mean> stages <stages>", "erlang <mean> stages <stages>"],
      example: "erlang 20 ms stages 4",
    },
    hyperexponential: {
      says: "A mix of exponentials, such as quick hits and slow misses.",
      fields: {
        shares: required(listOf(share(), 2), "How often each; together 100 %."),
        means: required(listOf(duration(1), 2), "The mean of each, in the same order."),
      },
      short: ["hyperexponential <shares> of <means>"],
      example: "hyperexponential 90 %, 10 % of 5 ms, 100 ms",
    },
    empirical: {
      says: "Measured times, each as likely.",
      fields: { values: required(listOf(duration()), "The times.") },
      main: "values",
      short: ["empirical <values>"],
      example: "empirical 4 ms, 5 ms, 5 ms, 30 ms",
    },
  },
});
