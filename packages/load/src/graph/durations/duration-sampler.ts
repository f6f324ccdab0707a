import type { DrawSeries, KeyedRandom, Microseconds } from "@fieldbook/kernel";
import {
  avalanche,
  drawExponential,
  drawSample,
  naturalExponential,
  naturalLogarithm,
  power,
  uniform,
} from "@fieldbook/kernel";
import type { DurationDistribution } from "./duration-distribution.ts";
import { logNormalSigma, meanDuration } from "./mean-duration.ts";
import { normalQuantile } from "./normal-quantile.ts";

/** Draws durations of one distribution. */
export interface DurationSampler {
  /** In µs, before rounding. */
  readonly mean: number;
  /** @param key a whole number of 32 bits; the same key gives the same duration */
  draw(key: number): Microseconds;
}

/** No duration is longer: 100 years, so that times stay whole numbers. */
const longest = 100 * 365.25 * 86_400 * 1_000_000;
const halfDraw = 2 ** -54;

class Fixed implements DurationSampler {
  readonly mean: number;

  constructor(value: Microseconds) {
    this.mean = value;
  }

  draw(): Microseconds {
    return this.mean;
  }
}

class Uniform implements DurationSampler {
  readonly mean: number;
  readonly #distribution: ReturnType<typeof uniform>;
  readonly #series: DrawSeries;

  constructor(min: Microseconds, max: Microseconds, series: DrawSeries) {
    this.mean = (min + max) / 2;
    this.#distribution = uniform(min, max);
    this.#series = series;
  }

  draw(key: number): Microseconds {
    return drawSample(this.#distribution, this.#series, key);
  }
}

class Exponential implements DurationSampler {
  readonly mean: number;
  readonly #series: DrawSeries;

  constructor(mean: Microseconds, series: DrawSeries) {
    this.mean = mean;
    this.#series = series;
  }

  draw(key: number): Microseconds {
    return Math.round(this.mean * drawExponential(this.#series, key));
  }
}

/** By inversion: a value for each share of the probability. */
class ByQuantile implements DurationSampler {
  readonly mean: number;
  readonly #quantile: (share: number) => number;
  readonly #series: DrawSeries;

  constructor(quantile: (share: number) => number, mean: number, series: DrawSeries) {
    this.mean = mean;
    this.#quantile = quantile;
    this.#series = series;
  }

  draw(key: number): Microseconds {
    // In the middle of the draw's step, so that neither 0 nor 1 comes.
    return Math.min(longest, Math.round(this.#quantile(this.#series.unit(key) + halfDraw)));
  }
}

/** From several draws. */
class FromDraws implements DurationSampler {
  readonly mean: number;
  readonly #value: (draw: (index: number) => number) => number;
  readonly #series: DrawSeries;

  constructor(value: (draw: (index: number) => number) => number, mean: number, series: DrawSeries) {
    this.mean = mean;
    this.#value = value;
    this.#series = series;
  }

  draw(key: number): Microseconds {
    const draw = (index: number): number =>
      this.#series.unit(avalanche(key + Math.imul(index, 0x9e37_79b1))) + halfDraw;
    return Math.min(longest, Math.round(this.#value(draw)));
  }
}

const exponentialQuantile = (share: number): number => -naturalLogarithm(1 - share);

/**
 * @param stream one for each use, so that uses do not share draws
 * @param id within the stream
 */
export function durationSampler(
  distribution: DurationDistribution,
  random: KeyedRandom,
  stream: number,
  id: number,
): DurationSampler {
  const series = random.series(stream, id);
  const mean = meanDuration(distribution);
  const byQuantile = (quantile: (share: number) => number): DurationSampler => new ByQuantile(quantile, mean, series);
  switch (distribution.kind) {
    case "constant":
      return new Fixed(distribution.value);
    case "uniform":
      return new Uniform(distribution.min, distribution.max, series);
    case "exponential":
      return new Exponential(distribution.mean, series);
    case "erlang":
      return new FromDraws((draw) => erlang(distribution.mean, distribution.stages, draw), mean, series);
    case "hyperexponential":
      return new FromDraws((draw) => hyperexponential(distribution.means, distribution.shares, draw), mean, series);
    case "log-normal": {
      const sigma = logNormalSigma(distribution.median, distribution.p99);
      return byQuantile((share) => distribution.median * naturalExponential(sigma * normalQuantile(share)));
    }
    case "pareto": {
      const { min, shape, max } = distribution;
      // Cut off: the part of the distribution below the maximum, made whole again.
      const kept = max === undefined ? 1 : 1 - power(min / max, shape);
      return byQuantile((share) => min * power(1 - share * kept, -1 / shape));
    }
    case "weibull":
      return byQuantile((share) => distribution.scale * power(exponentialQuantile(share), 1 / distribution.shape));
    case "empirical": {
      const { values } = distribution;
      return byQuantile((share) => values[Math.min(values.length - 1, Math.floor(share * values.length))]!);
    }
  }
}

function erlang(mean: number, stages: number, draw: (index: number) => number): number {
  let sum = 0;
  for (let stage = 0; stage < stages; stage += 1) sum += exponentialQuantile(draw(stage));
  return (mean / stages) * sum;
}

function hyperexponential(
  means: readonly number[],
  shares: readonly number[],
  draw: (index: number) => number,
): number {
  let rest = draw(0);
  let branch = 0;
  while (branch < means.length - 1 && rest >= shares[branch]!) {
    rest -= shares[branch]!;
    branch += 1;
  }
  return means[branch]! * exponentialQuantile(draw(1));
}
