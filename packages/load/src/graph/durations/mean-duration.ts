import { naturalExponential, naturalLogarithm, power } from "@fieldbook/kernel";
import type { DurationDistribution } from "./duration-distribution.ts";
import { normalQuantile } from "./normal-quantile.ts";

/** The mean of a distribution, µs; Infinity for a Pareto distribution of shape 1 or less that is not cut off. */
export function meanDuration(distribution: DurationDistribution): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "uniform":
      return (distribution.min + distribution.max) / 2;
    case "exponential":
    case "erlang":
      return distribution.mean;
    case "hyperexponential":
      return distribution.means.reduce((sum, mean, branch) => sum + mean * distribution.shares[branch]!, 0);
    case "log-normal": {
      const sigma = logNormalSigma(distribution.median, distribution.p99);
      return distribution.median * naturalExponential((sigma * sigma) / 2);
    }
    case "pareto":
      return paretoMean(distribution.min, distribution.shape, distribution.max);
    case "weibull":
      return distribution.scale * gamma(1 + 1 / distribution.shape);
    case "empirical":
      return distribution.values.reduce((sum, value) => sum + value, 0) / distribution.values.length;
  }
}

/** The standard deviation of the logarithm of a log-normal duration. */
export const logNormalSigma = (median: number, p99: number): number =>
  naturalLogarithm(p99 / median) / normalQuantile(0.99);

function paretoMean(min: number, shape: number, max: number | undefined): number {
  if (max === undefined) return shape > 1 ? (shape * min) / (shape - 1) : Infinity;
  if (max === min) return min;
  const ratio = min / max;
  const kept = 1 - power(ratio, shape);
  if (shape === 1) return (min * naturalLogarithm(max / min)) / kept;
  return ((shape * min) / (shape - 1)) * ((1 - power(ratio, shape - 1)) / kept);
}

const lanczos = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 0.000009984369578019572, 1.5056327351493116e-7,
];

/** The gamma function for x ≥ 1; Lanczos 1964 with g = 7 and nine terms, relative error below 10^−13. */
function gamma(x: number): number {
  const z = x - 1;
  const sum = lanczos.reduce((total, term, index) => (index === 0 ? term : total + term / (z + index)), 0);
  const t = z + 7.5;
  return Math.sqrt(2 * Math.PI) * power(t, z + 0.5) * naturalExponential(-t) * sum;
}
