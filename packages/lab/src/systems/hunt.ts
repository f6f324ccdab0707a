import type { Shrunk, System, SystemRun } from "@fieldbook/engine";
import { runSystem, shrinkSmallest } from "@fieldbook/engine";

/** What the default campaign made of a mutant. */
export interface Hunt {
  readonly system: string;
  readonly mutant: string;
  /** The first run that violated a property; undefined when none did within `runs`. */
  readonly found: SystemRun | undefined;
  readonly runs: number;
}

/**
 * Runs the default campaign of a mutant, seeds 1, 2, 3 …, until a property is violated.
 *
 * @param goOn asked after each run whether there is time for another
 */
export function huntMutant(system: System, mutant: string, goOn: (runs: number) => boolean): Hunt {
  let runs = 0;
  do {
    runs += 1;
    const result = runSystem(system, { mutant, seed: runs });
    if (result.verdict === "violated") return { system: system.id, mutant, found: result, runs };
  } while (goOn(runs));
  return { system: system.id, mutant, found: undefined, runs };
}

/** The smallest counterexample of a mutant that was found. */
export const shrinkHunted = (system: System, { mutant, found }: Hunt): Shrunk | undefined =>
  found === undefined ? undefined : shrinkSmallest(system, { mutant }, found);
