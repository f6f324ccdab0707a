import type { QueueFigures } from "./queue-figures.ts";
import { checkCount, checkPositive } from "./ranges.ts";

/** Poisson arrivals, exponential service, and room for so many; who finds none is turned away. */
export interface BoundedQueue {
  readonly arrivalRate: number;
  readonly meanService: number;
  /** A whole number, at least 1; 1 when absent. */
  readonly servers?: number;
  /** K, in queue and service together: a whole number, at least `servers`. */
  readonly places: number;
}

export interface BoundedQueueFigures extends QueueFigures {
  /** The share of arrivals turned away. */
  readonly lostShare: number;
  /** Arrivals that are served, per unit of time. */
  readonly throughput: number;
  /** P(n inside) for n from 0 to K. */
  readonly probabilities: readonly number[];
}

/**
 * M/M/c/K, and with it M/M/1/K and the loss system M/M/c/c; it has a steady state under any load. Waits are those of the
 * customers who are served. By the equations of balance of a birth and death process: Kleinrock, "Queueing Systems",
 * volume 1 (1975), sections 3.2 and 3.6. O(places)
 *
 * @throws RangeError for values out of range
 */
export function boundedQueue({ arrivalRate, meanService, servers = 1, places }: BoundedQueue): BoundedQueueFigures {
  checkPositive("The rate of arrivals", arrivalRate);
  checkPositive("The mean time of service", meanService);
  checkCount("The number of servers", servers, 1);
  checkCount("The number of places", places, servers);
  const load = arrivalRate * meanService;
  const probabilities = fromRatios(places, (inside) => load / Math.min(inside, servers));
  const lostShare = probabilities[places]!;
  const throughput = arrivalRate * (1 - lostShare);
  let meanInside = 0;
  let meanWaiting = 0;
  let delayed = 0;
  for (const [inside, probability] of probabilities.entries()) {
    meanInside += inside * probability;
    meanWaiting += Math.max(0, inside - servers) * probability;
    if (inside >= servers && inside < places) delayed += probability;
  }
  return {
    utilisation: (throughput * meanService) / servers,
    waitingShare: delayed / (1 - lostShare),
    meanWait: meanWaiting / throughput,
    meanSojourn: meanInside / throughput,
    meanWaiting,
    meanInside,
    lostShare,
    throughput,
    probabilities,
  };
}

/** So many users, each of whom thinks, sends a request, waits for its end, and thinks again. */
export interface FiniteSource {
  readonly users: number;
  readonly meanThink: number;
  readonly meanService: number;
  /** A whole number, at least 1; 1 when absent. */
  readonly servers?: number;
}

/**
 * M/M/c//N, the repairman's problem: think and service times are exponential (those of thinking may be any). Palm 1947;
 * Kleinrock 1975, section 3.8. The waiting share is that of the requests sent, who do not see themselves. O(users)
 *
 * @throws RangeError for values out of range
 */
export function finiteSource({ users, meanThink, meanService, servers = 1 }: FiniteSource): BoundedQueueFigures {
  checkCount("The number of users", users, 1);
  checkPositive("The mean time of thinking", meanThink);
  checkPositive("The mean time of service", meanService);
  checkCount("The number of servers", servers, 1);
  const load = meanService / meanThink;
  const probabilities = fromRatios(users, (inside) => ((users - inside + 1) * load) / Math.min(inside, servers));
  let meanInside = 0;
  let meanWaiting = 0;
  let meanBusy = 0;
  let delayed = 0;
  for (const [inside, probability] of probabilities.entries()) {
    meanInside += inside * probability;
    meanWaiting += Math.max(0, inside - servers) * probability;
    meanBusy += Math.min(inside, servers) * probability;
    if (inside >= servers) delayed += (users - inside) * probability;
  }
  const throughput = meanBusy / meanService;
  return {
    utilisation: meanBusy / servers,
    waitingShare: delayed / (users - meanInside),
    meanWait: meanWaiting / throughput,
    meanSojourn: meanInside / throughput,
    meanWaiting,
    meanInside,
    lostShare: 0,
    throughput,
    probabilities,
  };
}

/** Probabilities from the ratio of each to the one before; scaled on the way, so that none grows beyond a number. */
function fromRatios(last: number, ratio: (at: number) => number): readonly number[] {
  const weights = [1];
  let sum = 1;
  for (let at = 1; at <= last; at += 1) {
    const weight = weights[at - 1]! * ratio(at);
    weights.push(weight);
    sum += weight;
    if (sum > 1e200) {
      for (let index = 0; index <= at; index += 1) weights[index]! *= 1e-200;
      sum *= 1e-200;
    }
  }
  return weights.map((weight) => weight / sum);
}
