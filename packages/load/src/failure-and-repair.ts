import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { exponential, sample } from "@fieldbook/kernel";
import type { Outage } from "./outages.ts";
import { streams } from "./streams.ts";

/** Something that is up and down in turn; both times are exponential and independent. */
export interface FailureAndRepair {
  readonly meanTimeToFailure: Microseconds;
  readonly meanTimeToRepair: Microseconds;
}

/** The share of the time up in the long run, from 0 to 1: MTTF / (MTTF + MTTR). */
export function availabilityOf({ meanTimeToFailure, meanTimeToRepair }: FailureAndRepair): number {
  return meanTimeToFailure / (meanTimeToFailure + meanTimeToRepair);
}

/**
 * The failures and repairs that give an availability.
 *
 * @param availability above 0 and below 1
 */
export function failureAndRepair(availability: number, meanTimeToRepair: Microseconds): FailureAndRepair {
  if (!(availability > 0 && availability < 1)) {
    throw new RangeError(`An availability lies between 0 and 1; got ${String(availability)}.`);
  }
  return { meanTimeToFailure: (meanTimeToRepair * availability) / (1 - availability), meanTimeToRepair };
}

/**
 * The outages of one process from 0 to `duration`: an alternating renewal process that begins in its steady state, so
 * that the expected share of time up is the availability itself, with no warm-up to cut off.
 *
 * @param process the logical id that keys all draws: a process keeps its outages whatever else changes
 */
export function simulateOutages(
  model: FailureAndRepair,
  duration: Microseconds,
  random: KeyedRandom,
  process: number,
): Outage[] {
  const outages: Outage[] = [];
  const timeUp = exponential(model.meanTimeToFailure);
  const timeDown = exponential(model.meanTimeToRepair);
  let at = 0;
  // Exponential times have no memory: the rest of the first span is distributed like a whole one.
  let isUp = random.unit(streams.firstState, process) < availabilityOf(model);
  for (let k = 0; at < duration; k += 1) {
    if (isUp) at += sample(timeUp, random.unit(streams.timeToFailure, process, k));
    isUp = true;
    if (at >= duration) break;
    const repaired = at + sample(timeDown, random.unit(streams.timeToRepair, process, k));
    if (repaired > at) outages.push({ from: at, to: Math.min(repaired, duration) });
    at = repaired;
  }
  return outages;
}
