import { checkPositive, decay } from "./ranges.ts";

/** Poisson arrivals, one exponential server, and a time after which an answer is of no use. */
export interface QueueWithDeadline {
  readonly arrivalRate: number;
  readonly meanService: number;
  /** From arrival on; the same for all. */
  readonly deadline: number;
}

/** Shares of the arrivals; they sum to 1. */
export interface DeadlineShares {
  /** Served before their deadline. */
  readonly inTime: number;
  /** Served, but past the deadline: work for nobody. */
  readonly wasted: number;
  /** Not served, since the deadline had passed when their turn came. */
  readonly dropped: number;
}

/**
 * M/M/1 in order of arrival, where a customer whose deadline has passed when its turn comes is dropped unserved: M/M/1+D.
 * It has a steady state under any load. Dropped: ρE(1 − ρ) / (1 − ρ²E) with E = e^(−(μ − λ)D); Barrer, "Queuing with
 * Impatient Customers and Ordered Service", Operations Research 5 (1957); Baccelli, Hébuterne, "On Queues with Impatient
 * Customers", Performance '81. Wasted: E(1 − ρ) / (1 − ρ²E), by the density of the work that an arrival meets.
 *
 * However long the deadline is, a server under overload wastes work: what it serves has waited nearly as long as it may.
 *
 * @throws RangeError for values that are not positive
 */
export function droppedWhenExpired({ arrivalRate, meanService, deadline }: QueueWithDeadline): DeadlineShares {
  checkPositive("The rate of arrivals", arrivalRate);
  checkPositive("The mean time of service", meanService);
  checkPositive("The deadline", deadline);
  const load = arrivalRate * meanService;
  const services = deadline / meanService;
  const x = (1 - load) * services;
  // All terms are multiplied by e^(−|x|) where x is below 0, so that none grows beyond a number.
  const late = x >= 0 ? decay(-x) : 1;
  const empty = x >= 0 ? 1 : decay(x);
  const before = services * meanDecay(Math.abs(x));
  const sum = empty + load * before + load * late;
  return { inTime: before / sum, wasted: late / sum, dropped: (load * late) / sum };
}

/** (1 − e^(−x)) / x, which is 1 at 0. @param x at least 0 */
function meanDecay(x: number): number {
  // The quotient loses its digits near 0, the series does not.
  return x < 1e-4 ? 1 - x / 2 + (x * x) / 6 : (1 - decay(-x)) / x;
}
