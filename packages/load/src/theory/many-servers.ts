import { naturalLogarithm } from "@fieldbook/kernel";
import { erlangC } from "./erlang.ts";
import type { QueueFigures } from "./queue-figures.ts";
import { figuresOf } from "./queue-figures.ts";
import { checkCount, checkNotNegative, checkPositive, checkShareBelowOne, decay } from "./ranges.ts";

/** Poisson arrivals, exponential service, one queue without a bound, first come first served. */
export interface ManyServers {
  /** λ, arrivals per unit of time. */
  readonly arrivalRate: number;
  /** 1/μ, in the same unit of time. */
  readonly meanService: number;
  /** A whole number, at least 1; 1 when absent. */
  readonly servers?: number;
}

/**
 * M/M/c, and M/M/1 where nothing is said of servers: Kleinrock, "Queueing Systems", volume 1 (1975), sections 3.2 and 3.5.
 *
 * @throws RangeError for values that are not positive, and where there is no steady state
 */
export function manyServers(queue: ManyServers): QueueFigures {
  const { arrivalRate, meanService, servers, waitingShare, drain } = known(queue);
  return figuresOf(arrivalRate, meanService, servers, waitingShare, waitingShare / drain);
}

/**
 * P(wait > t) in M/M/c: C(c, a) e^(−(cμ − λ)t).
 *
 * @param time at least 0
 */
export function waitBeyond(queue: ManyServers, time: number): number {
  checkNotNegative("The time", time);
  const { waitingShare, drain } = known(queue);
  return waitingShare * decay(-drain * time);
}

/**
 * The wait that a share of the customers does not exceed, in M/M/c; 0 where as many do not wait at all.
 *
 * @param share from 0 to less than 1; 0.99 for the 99th percentile
 */
export function waitQuantile(queue: ManyServers, share: number): number {
  checkShareBelowOne("The share", share);
  const { waitingShare, drain } = known(queue);
  return waitingShare <= 1 - share ? 0 : naturalLogarithm(waitingShare / (1 - share)) / drain;
}

/**
 * P(wait and service > t) in M/M/c; for one server e^(−(μ − λ)t).
 *
 * @param time at least 0
 */
export function sojournBeyond(queue: ManyServers, time: number): number {
  checkNotNegative("The time", time);
  const { arrivalRate, meanService, servers, waitingShare } = known(queue);
  // P(T > t) = e^(−μt) (1 + C (1 − e^(−μt d)) / d), where d = c − 1 − a: wait and service are sums of exponentials.
  const difference = servers - 1 - arrivalRate * meanService;
  const inServices = time / meanService;
  const served = decay(-inServices);
  // Near 0 the quotient tends to μt, and would lose its digits.
  if (Math.abs(difference) < 1e-9) return served * (1 + waitingShare * inServices);
  // Multiplied out, so that no exponent is positive: 1 + d is at least 0 where there is a steady state.
  return served + (waitingShare * (served - decay(-inServices * (1 + difference)))) / difference;
}

/**
 * The time in the system that a share of the customers does not exceed, in M/M/c; by bisection of `sojournBeyond`.
 *
 * @param share from 0 to less than 1
 */
export function sojournQuantile(queue: ManyServers, share: number): number {
  checkShareBelowOne("The share", share);
  let low = 0;
  let high = queue.meanService;
  while (sojournBeyond(queue, high) > 1 - share) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (sojournBeyond(queue, middle) > 1 - share) low = middle;
    else high = middle;
  }
}

interface Known extends Required<ManyServers> {
  readonly waitingShare: number;
  /** cμ − λ: how fast a queue is worked off. */
  readonly drain: number;
}

function known({ arrivalRate, meanService, servers = 1 }: ManyServers): Known {
  checkPositive("The rate of arrivals", arrivalRate);
  checkPositive("The mean time of service", meanService);
  checkCount("The number of servers", servers, 1);
  const waitingShare = erlangC(servers, arrivalRate * meanService);
  return { arrivalRate, meanService, servers, waitingShare, drain: servers / meanService - arrivalRate };
}
