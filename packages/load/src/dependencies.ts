import type { Microseconds } from "@fieldbook/kernel";
import { hashPlain, keyedRandom, RunningHash } from "@fieldbook/kernel";
import { failureAndRepair, simulateOutages } from "./failure-and-repair.ts";
import type { Outage } from "./outages.ts";
import { totalLength, whenAtLeast } from "./outages.ts";

/** Something a service calls. */
export interface Dependency {
  /** From 0 to 1; 1 never fails. With several copies, the availability of each copy. */
  readonly availability: number;
  readonly meanTimeToRepair: Microseconds;
  /** Copies of which one is enough. */
  readonly copies: number;
  /**
   * Which share of a copy's time down has a cause that takes all copies of this dependency down together, from 0 to 1:
   * the beta factor of reliability engineering. It changes nothing for a single copy.
   */
  readonly commonCause: number;
  /** Hard: without it the service is down. Soft: there is a fallback, and the service goes on, degraded. */
  readonly kind: "hard" | "soft";
}

export interface DependenciesRun {
  /** By dependency, in the order given. */
  readonly outages: readonly (readonly Outage[])[];
  /** When the service is down. */
  readonly down: readonly Outage[];
  /** How long the service is up but on a fallback. */
  readonly degraded: Microseconds;
  /** 16 hexadecimal digits over all outages. */
  readonly traceHash: string;
  /** Failures and repairs of all processes. */
  readonly events: number;
}

/** Processes of one dependency: the common cause first, then its copies. */
const processesMax = 16;

/**
 * A service whose dependencies fail and are repaired, each independently of the others.
 *
 * @throws RangeError for an availability or share out of range
 */
export function simulateDependencies(
  dependencies: readonly Dependency[],
  duration: Microseconds,
  seed: number,
): DependenciesRun {
  const random = keyedRandom(seed);
  const hash = new RunningHash();
  let events = 0;
  const process = (availability: number, meanTimeToRepair: Microseconds, id: number): Outage[] => {
    if (availability === 1) return [];
    const outages = simulateOutages(failureAndRepair(availability, meanTimeToRepair), duration, random, id);
    for (const { from, to } of outages) {
      hash.add(id);
      hash.add(hashPlain(from));
      hash.add(hashPlain(to));
    }
    events += 2 * outages.length;
    return outages;
  };
  const outages = dependencies.map((dependency, index) => {
    checkDependency(dependency, index);
    const { availability, meanTimeToRepair, copies } = dependency;
    const ofCommonCause = 1 - dependency.commonCause * (1 - availability);
    const firstId = index * processesMax;
    const byCopy = Array.from({ length: copies }, (_, copy) =>
      process(availability / ofCommonCause, meanTimeToRepair, firstId + 1 + copy),
    );
    return whenAtLeast(1, [process(ofCommonCause, meanTimeToRepair, firstId), whenAtLeast(copies, byCopy)]);
  });
  const down = whenAtLeast(
    1,
    outages.filter((_, index) => dependencies[index]!.kind === "hard"),
  );
  const degraded = totalLength(whenAtLeast(1, outages)) - totalLength(down);
  for (const { from, to } of down) hash.add(hashPlain([from, to]));
  hash.add(hashPlain(degraded));
  return { outages, down, degraded, traceHash: hash.digest(), events };
}

function checkDependency({ availability, meanTimeToRepair, copies, commonCause }: Dependency, index: number): void {
  const refuse = (problem: string): never => {
    throw new RangeError(`Dependency ${String(index + 1)}: ${problem}.`);
  };
  if (!(availability > 0 && availability <= 1))
    refuse(`an availability is above 0, up to 1; got ${String(availability)}`);
  if (!(commonCause >= 0 && commonCause <= 1)) refuse(`a share lies from 0 to 1; got ${String(commonCause)}`);
  if (!(meanTimeToRepair > 0)) refuse(`a mean time to repair is above 0 µs; got ${String(meanTimeToRepair)}`);
  if (!Number.isInteger(copies) || copies < 1 || copies >= processesMax) {
    refuse(`copies are a whole number from 1 to ${String(processesMax - 1)}; got ${String(copies)}`);
  }
}
