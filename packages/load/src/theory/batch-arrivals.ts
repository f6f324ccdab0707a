import type { QueueFigures } from "./queue-figures.ts";
import { figuresOf } from "./queue-figures.ts";
import { checkPositive, checkSteady } from "./ranges.ts";

/** Batches that arrive at random, and one exponential server that takes their members one by one. */
export interface BatchArrivals {
  /** Batches per unit of time. */
  readonly batchRate: number;
  /** E[X], at least 1. */
  readonly meanSize: number;
  /** E[X²], at least E[X]². */
  readonly secondMomentOfSize: number;
  /** Of one member. */
  readonly meanService: number;
}

/**
 * M^[X]/M/1, seen from a member of a batch: L = ρ (1 + E[X²] / E[X]) / (2 (1 − ρ)). Gross, Shortle, Thompson and Harris,
 * "Fundamentals of Queueing Theory", 4th edition (2008), section 3.1.
 *
 * @throws RangeError for values out of range, and where there is no steady state
 */
export function batchArrivals(queue: BatchArrivals): QueueFigures {
  const { batchRate, meanSize, secondMomentOfSize, meanService } = queue;
  checkPositive("The rate of batches", batchRate);
  checkPositive("The mean time of service", meanService);
  if (!(meanSize >= 1 && meanSize < Infinity)) {
    throw new RangeError(`The mean size of a batch is 1 or more; got ${String(meanSize)}.`);
  }
  // A little below is rounding.
  if (!(secondMomentOfSize >= meanSize * meanSize * (1 - 1e-12) && secondMomentOfSize < Infinity)) {
    throw new RangeError(
      `The second moment of a size is at least its squared mean, ${meanSize * meanSize}; got ${String(secondMomentOfSize)}.`,
    );
  }
  const arrivalRate = batchRate * meanSize;
  const utilisation = arrivalRate * meanService;
  checkSteady(utilisation);
  const meanInside = (utilisation * (1 + secondMomentOfSize / meanSize)) / (2 * (1 - utilisation));
  // All wait but the first of a batch that finds the system empty.
  const waitingShare = 1 - (1 - utilisation) / meanSize;
  return figuresOf(arrivalRate, meanService, 1, waitingShare, meanInside / arrivalRate - meanService);
}
