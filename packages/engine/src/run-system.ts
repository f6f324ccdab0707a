import type { System, SystemRun } from "./define-system.ts";
import type { SystemSettings } from "./plan.ts";
import type { RunOptions } from "./run.ts";

/**
 * One run of a system under a seed: what the settings leave open is drawn.
 *
 * @throws PlanError for settings out of range
 */
export function runSystem(
  system: System,
  settings: SystemSettings & { readonly seed: number },
  options: RunOptions = {},
): SystemRun {
  return system.run(system.plan(settings, settings.seed), settings.seed, options);
}

/** What a search came to. */
export interface SearchResult {
  /** The first run that is violated; undefined when none was. */
  readonly found: SystemRun | undefined;
  readonly runs: number;
  readonly events: number;
  readonly unknown: number;
}

/** Runs seeds from `firstSeed` on until one is violated, at most `count` of them. */
export function searchSeeds(system: System, settings: SystemSettings, firstSeed: number, count: number): SearchResult {
  let events = 0;
  let unknown = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const result = runSystem(system, { ...settings, seed });
    events += result.run.events;
    if (result.verdict === "violated") return { found: result, runs: seed - firstSeed + 1, events, unknown };
    if (result.verdict === "unknown") unknown += 1;
  }
  return { found: undefined, runs: count, events, unknown };
}
