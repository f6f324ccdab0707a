import { avalanche, hashText } from "@fieldbook/kernel";
import type { System, SystemRun, SystemSettings } from "@fieldbook/engine";
import { runSystem } from "@fieldbook/engine";
import type { Moments } from "../statistics.ts";
import { addValue, mergeMoments, noMoments } from "../statistics.ts";

/** One run of a campaign that violated something. */
export interface Violation {
  readonly seed: number;
  readonly property: string;
  readonly kind: string;
  readonly says: string;
}

/** How often a situation was reached, and otherwise how near the runs came. */
export interface MarkTally {
  /** Runs that reached it. */
  readonly runs: number;
  readonly reached: number;
  readonly of: number;
}

/** What a stretch of seeds of one system came to; tallies of neighbouring stretches merge in order. */
export interface SystemTally {
  readonly firstSeed: number;
  readonly runs: number;
  readonly events: number;
  readonly violated: number;
  readonly unknown: number;
  /** The first of them, at most ten. */
  readonly violations: readonly Violation[];
  readonly marks: Readonly<Record<string, MarkTally>>;
  /** Time from the end of the faults to convergence, µs, over the runs that converged. */
  readonly recovery: Moments;
  readonly longestRecovery: number;
  /** Equal when every single run was equal. */
  readonly digest: number;
}

const violationsKept = 10;

export interface SystemChunk {
  readonly settings: SystemSettings;
  readonly firstSeed: number;
  readonly count: number;
  /** The first runs of a campaign check each handler for what is not deterministic: this many seeds from 1 on. */
  readonly checked: number;
}

/** Runs `count` seeds of a system from `firstSeed` on. Pure. */
export function runSystemChunk(system: System, { settings, firstSeed, count, checked }: SystemChunk): SystemTally {
  let tally: SystemTally = emptyTally(firstSeed);
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const result = runSystem(system, { ...settings, seed }, { checked: seed <= checked });
    tally = mergeSystemTallies(tally, tallyOf(result));
  }
  return tally;
}

const emptyTally = (firstSeed: number): SystemTally => ({
  firstSeed,
  runs: 0,
  events: 0,
  violated: 0,
  unknown: 0,
  violations: [],
  marks: {},
  recovery: noMoments,
  longestRecovery: 0,
  digest: 0,
});

function tallyOf({ seed, run, verdict, property, kind, says }: SystemRun): SystemTally {
  const recovered = run.recovered?.reached === true ? run.recovered.at : undefined;
  const marks = Object.fromEntries(
    [...run.marks].map(([label, { times, reached, of }]) => [label, { runs: times > 0 ? 1 : 0, reached, of }]),
  );
  return {
    firstSeed: seed,
    runs: 1,
    events: run.events,
    violated: verdict === "violated" ? 1 : 0,
    unknown: verdict === "unknown" ? 1 : 0,
    violations: verdict === "violated" ? [{ seed, property, kind, says }] : [],
    marks,
    recovery: recovered === undefined ? noMoments : addValue(noMoments, recovered),
    longestRecovery: recovered ?? 0,
    digest: avalanche(Math.imul(seed, 0x9e37_79b1) ^ hashText(run.traceHash)) >>> 0,
  };
}

/** The tally of two neighbouring stretches, the earlier one first. */
export function mergeSystemTallies(one: SystemTally, other: SystemTally): SystemTally {
  if (one.firstSeed + one.runs !== other.firstSeed) {
    throw new RangeError(`Seeds up to ${String(one.firstSeed + one.runs - 1)} go before ${String(other.firstSeed)}.`);
  }
  const marks: Record<string, MarkTally> = { ...one.marks };
  for (const [label, mark] of Object.entries(other.marks)) {
    const known = marks[label];
    const nearer = known === undefined || mark.reached / mark.of > known.reached / known.of ? mark : known;
    marks[label] = { runs: (known?.runs ?? 0) + mark.runs, reached: nearer.reached, of: nearer.of };
  }
  return {
    firstSeed: one.firstSeed,
    runs: one.runs + other.runs,
    events: one.events + other.events,
    violated: one.violated + other.violated,
    unknown: one.unknown + other.unknown,
    violations:
      one.violations.length >= violationsKept
        ? one.violations
        : [...one.violations, ...other.violations].slice(0, violationsKept),
    marks,
    recovery: mergeMoments(one.recovery, other.recovery),
    longestRecovery: Math.max(one.longestRecovery, other.longestRecovery),
    digest: (one.digest + other.digest) >>> 0,
  };
}
