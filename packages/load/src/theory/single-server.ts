import type { QueueFigures } from "./queue-figures.ts";
import { figuresOf } from "./queue-figures.ts";
import { checkNotNegative, checkPositive, checkSteady } from "./ranges.ts";

/** Poisson arrivals and one server; service times of any distribution. */
export interface SingleServer {
  /** λ, arrivals per unit of time. */
  readonly arrivalRate: number;
  readonly meanService: number;
  /** C², variance over squared mean: 0 for constant times, 1 for exponential ones, 1/k for Erlang's of k stages. */
  readonly squaredVariation: number;
}

/**
 * M/G/1, served in any order that does not look at the length of service: the formula of Pollaczek and Khinchine,
 * Wq = ρ (1 + C²) / (2 (1 − ρ)) × mean service. Pollaczek 1930, Khinchine 1932; Kleinrock, "Queueing Systems", volume 1
 * (1975), section 5.6. M/D/1 for C² = 0.
 *
 * @throws RangeError for values out of range, and where there is no steady state
 */
export function singleServer({ arrivalRate, meanService, squaredVariation }: SingleServer): QueueFigures {
  const utilisation = utilisationOf(arrivalRate, meanService);
  checkNotNegative("The squared coefficient of variation", squaredVariation);
  const meanWait = (utilisation * meanService * (1 + squaredVariation)) / (2 * (1 - utilisation));
  return figuresOf(arrivalRate, meanService, 1, utilisation, meanWait);
}

/** Moments about 0 of the time of service. */
export interface ServiceMoments {
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

/**
 * The variance of the wait in M/G/1, first come first served: E[W²] = 2 E[W]² + λ E[S³] / (3 (1 − ρ)). Takács, "A
 * Single-Server Queue with Poisson Input", Operations Research 10 (1962).
 *
 * @throws RangeError for values out of range, and where there is no steady state
 */
export function varianceOfWait(arrivalRate: number, { first, second, third }: ServiceMoments): number {
  const utilisation = utilisationOf(arrivalRate, first);
  checkNotNegative("The second moment", second);
  checkNotNegative("The third moment", third);
  const mean = (arrivalRate * second) / (2 * (1 - utilisation));
  return mean * mean + (arrivalRate * third) / (3 * (1 - utilisation));
}

/**
 * M/G/1 with processor sharing: the mean time of a job in the system is its length / (1 − ρ), whatever the distribution
 * of lengths. Kleinrock, "Time-shared Systems: A Theoretical Treatment", Journal of the ACM 14 (1967).
 *
 * @param length of the job: the mean for the mean of all jobs
 * @throws RangeError for values out of range, and where there is no steady state
 */
export function sharedSojourn(arrivalRate: number, meanService: number, length = meanService): number {
  const utilisation = utilisationOf(arrivalRate, meanService);
  checkNotNegative("The length of the job", length);
  return length / (1 - utilisation);
}

/** A class of customers; the first in a list is served first. */
export interface PriorityClass {
  readonly arrivalRate: number;
  readonly meanService: number;
  /** E[S²] */
  readonly secondMoment: number;
}

/**
 * The mean wait of each class in M/G/1 with priorities that do not interrupt a service. Cobham, "Priority Assignment in
 * Waiting Line Problems", Operations Research 2 (1954).
 *
 * @param classes the most urgent first
 * @returns one for each class
 * @throws RangeError for values out of range, and where all classes together have no steady state
 */
export function waitsByPriority(classes: readonly PriorityClass[]): readonly number[] {
  let residual = 0;
  for (const { arrivalRate, meanService, secondMoment } of classes) {
    checkPositive("The rate of arrivals", arrivalRate);
    checkPositive("The mean time of service", meanService);
    checkNotNegative("The second moment", secondMoment);
    residual += (arrivalRate * secondMoment) / 2;
  }
  checkSteady(classes.reduce((sum, { arrivalRate, meanService }) => sum + arrivalRate * meanService, 0));
  let before = 0;
  return classes.map(({ arrivalRate, meanService }) => {
    const upTo = before + arrivalRate * meanService;
    const wait = residual / ((1 - before) * (1 - upTo));
    before = upTo;
    return wait;
  });
}

function utilisationOf(arrivalRate: number, meanService: number): number {
  checkPositive("The rate of arrivals", arrivalRate);
  checkPositive("The mean time of service", meanService);
  const utilisation = arrivalRate * meanService;
  checkSteady(utilisation);
  return utilisation;
}
