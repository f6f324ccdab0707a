import { avalanche, hashText } from "@fieldbook/kernel";
import type { AnyExperiment, RunResult } from "./experiment.ts";
import type { AnyValues } from "./parameters.ts";
import type { Moments } from "./statistics.ts";
import { addValue, mergeMoments, noMoments } from "./statistics.ts";

/** How often a property held, and the first seeds at which it did not. */
export interface PropertyTally {
  readonly holds: number;
  readonly violated: number;
  readonly unknown: number;
  /** At most `seedsKept`, in ascending order. */
  readonly violatedSeeds: readonly number[];
  readonly unknownSeeds: readonly number[];
}

/**
 * What a stretch of seeds came to. A chunk is a pure function of (experiment, values, seeds) and tallies of neighbouring
 * chunks merge in order, so a campaign gives the same tally on any number of threads.
 */
export interface Tally {
  readonly firstSeed: number;
  readonly runs: number;
  readonly events: number;
  /** A sum over all runs of a mix of seed and trace hash: equal when every single run was equal. */
  readonly digest: number;
  readonly properties: Readonly<Record<string, PropertyTally>>;
  readonly metrics: Readonly<Record<string, Moments>>;
}

const seedsKept = 10;

const nothing: PropertyTally = { holds: 0, violated: 0, unknown: 0, violatedSeeds: [], unknownSeeds: [] };

/**
 * Runs the seeds `firstSeed` … `firstSeed + count − 1`.
 *
 * @param wanted properties to decide; the others are left out of the tally and cost nothing. All when absent.
 */
export function runChunk(
  experiment: AnyExperiment,
  values: AnyValues,
  firstSeed: number,
  count: number,
  wanted: readonly string[] = Object.keys(experiment.properties),
): Tally {
  const properties: Record<string, PropertyTally> = {};
  const metrics: Record<string, Moments> = {};
  let events = 0;
  let digest = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const result = experiment.run(values, seed, wanted);
    events += result.events;
    digest = (digest + mixRun(seed, result)) >>> 0;
    for (const name of wanted)
      properties[name] = addVerdict(properties[name] ?? nothing, verdictOf(result, name), seed);
    for (const [name, value] of Object.entries(result.metrics)) {
      metrics[name] = addValue(metrics[name] ?? noMoments, value);
    }
  }
  return { firstSeed, runs: count, events, digest, properties, metrics };
}

function mixRun(seed: number, result: RunResult): number {
  return avalanche(Math.imul(seed, 0x9e37_79b1) ^ hashText(result.traceHash));
}

function verdictOf(result: RunResult, property: string): "holds" | "violated" | "unknown" {
  const verdict = result.verdicts[property];
  if (verdict === undefined) throw new Error(`A run came back without a verdict on "${property}".`);
  return verdict.verdict;
}

function addVerdict(tally: PropertyTally, verdict: "holds" | "violated" | "unknown", seed: number): PropertyTally {
  if (verdict === "holds") return { ...tally, holds: tally.holds + 1 };
  if (verdict === "violated") {
    return { ...tally, violated: tally.violated + 1, violatedSeeds: keep(tally.violatedSeeds, [seed]) };
  }
  return { ...tally, unknown: tally.unknown + 1, unknownSeeds: keep(tally.unknownSeeds, [seed]) };
}

const keep = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.length >= seedsKept ? one : [...one, ...other].slice(0, seedsKept);

/** The tally of two neighbouring stretches, the earlier one first. */
export function mergeTallies(one: Tally, other: Tally): Tally {
  if (one.firstSeed + one.runs !== other.firstSeed) {
    throw new RangeError(
      `Tallies merge in order: seeds up to ${String(one.firstSeed + one.runs - 1)} go before ${String(other.firstSeed)}.`,
    );
  }
  const properties: Record<string, PropertyTally> = {};
  for (const name of new Set([...Object.keys(one.properties), ...Object.keys(other.properties)])) {
    const a = one.properties[name] ?? nothing;
    const b = other.properties[name] ?? nothing;
    properties[name] = {
      holds: a.holds + b.holds,
      violated: a.violated + b.violated,
      unknown: a.unknown + b.unknown,
      violatedSeeds: keep(a.violatedSeeds, b.violatedSeeds),
      unknownSeeds: keep(a.unknownSeeds, b.unknownSeeds),
    };
  }
  const metrics: Record<string, Moments> = {};
  for (const name of new Set([...Object.keys(one.metrics), ...Object.keys(other.metrics)])) {
    metrics[name] = mergeMoments(one.metrics[name] ?? noMoments, other.metrics[name] ?? noMoments);
  }
  return {
    firstSeed: one.firstSeed,
    runs: one.runs + other.runs,
    events: one.events + other.events,
    digest: (one.digest + other.digest) >>> 0,
    properties,
    metrics,
  };
}

/** Seeds per chunk: a campaign is always cut at the same places, so that its sums are rounded alike everywhere. */
export const chunkSeeds = 50;

/** The chunks of a campaign over seeds 1 … `seeds`. */
export function chunksOf(seeds: number): { readonly firstSeed: number; readonly count: number }[] {
  const chunks = [];
  for (let firstSeed = 1; firstSeed <= seeds; firstSeed += chunkSeeds) {
    chunks.push({ firstSeed, count: Math.min(chunkSeeds, seeds - firstSeed + 1) });
  }
  return chunks;
}
