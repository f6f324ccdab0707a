import { claims } from "@fieldbook/book";
import {
  completeValues,
  count,
  ExperimentError,
  findSystem,
  fitParameters,
  ParameterError,
  readCounterexample,
  replayCounterexample,
  writeValue,
} from "@fieldbook/lab";
import type { AnyValues, Claim, EngineIdentity } from "@fieldbook/lab";
import { RunRefused } from "./readers-run.ts";
import type { ClaimRun, ReadersRun, ReplayedRun, SystemRun } from "./readers-run.ts";

/*
 * Loads every experiment and system: for the worker and the command line, not for the server's own thread.
 */

/**
 * Makes a reader's run again with the engine as it stands.
 *
 * @throws RunRefused when it asks for a claim, parameter or system that there is not
 */
export function replayRun(run: ReadersRun, engine: EngineIdentity): ReplayedRun {
  return "claim" in run ? replayClaimRun(run, engine) : replaySystemRun(run, engine);
}

/**
 * Parameters that the claim speaks of: the mechanism, in which the two sides differ, and what it sets without giving it to
 * the reader as a knob ("majorities").
 */
function premiseOf(claim: Claim): readonly string[] {
  const one = completeValues(claim, claim);
  const other = completeValues(claim, claim.control);
  const knobs: readonly string[] = claim.knobs;
  return Object.keys(one).filter(
    (name) => one[name] !== other[name] || (Object.hasOwn(claim.parameters, name) && !knobs.includes(name)),
  );
}

function replayClaimRun(run: ClaimRun, engine: EngineIdentity): ReplayedRun {
  const claim = claims.find(({ id }) => id === run.claim);
  if (claim === undefined) throw new RunRefused(`There is no claim "${run.claim}".`);
  const side = run.side === "control" ? claim.control : claim;
  const own = completeValues(claim, side);
  const { values, result } = refuseUnfit(() => {
    const fitted: AnyValues = { ...own, ...fitGiven(claim, run.values) };
    return { values: fitted, result: claim.experiment.run(fitted, run.seed) };
  });
  const about = { claim: claim.id, system: null, traceHash: result.traceHash, engine };
  const { expect } = side;
  if (expect.kind !== "holds") {
    const says =
      expect.kind === "violated"
        ? `The claim says that "${expect.property}" is violated in some of ${count(expect.seeds)} runs: a run in which it holds does not contradict that.`
        : `The claim is about a mean over ${count(expect.seeds)} runs: one run does not contradict it. Tell what you measured as a field report or a correction.`;
    return { ...about, contradicts: false, says };
  }
  const without = premiseOf(claim).find((name) => values[name] !== own[name]);
  if (without !== undefined) {
    const says = `With "${without}" at ${writeValue(values[without]!)} the run is not what the claim speaks of, which has ${writeValue(own[without]!)}.`;
    return { ...about, contradicts: false, says };
  }
  const verdict = result.verdicts[expect.property]!;
  const other = Object.keys(own).filter((name) => values[name] !== own[name]);
  const knobs = other.map((name) => `${name} ${writeValue(values[name]!)} instead of ${writeValue(own[name]!)}`);
  const where = `In the run of seed ${String(run.seed)}${knobs.length === 0 ? "" : ` with ${knobs.join(", ")}`}`;
  const says = `${where} "${expect.property}" is ${verdict.verdict === "holds" ? "not violated" : verdict.verdict}: ${verdict.says}`;
  return { ...about, contradicts: verdict.verdict === "violated", says };
}

const fitGiven = (claim: Claim, given: ClaimRun["values"]): AnyValues => {
  const all: AnyValues = fitParameters(claim.experiment.parameters, given);
  return Object.fromEntries(Object.keys(given).map((name) => [name, all[name]!]));
};

function refuseUnfit<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof ParameterError || error instanceof ExperimentError) throw new RunRefused(error.message);
    throw error;
  }
}

function replaySystemRun({ counterexample: given }: SystemRun, engine: EngineIdentity): ReplayedRun {
  const { system, replayed } = refuseAll(() => {
    const found = findSystem(given.system);
    return {
      system: found,
      replayed: replayCounterexample(found, readCounterexample(JSON.stringify(given)), engine.digest),
    };
  });
  const { result, says } = replayed;
  const about = { claim: null, system: system.id, traceHash: result.run.traceHash, engine };
  const { mutant } = result.plan;
  if (mutant !== undefined) {
    const known = `It runs the mutant "${mutant}", of which the lab itself says that it fails.`;
    return { ...about, contradicts: false, says: known };
  }
  return { ...about, contradicts: result.verdict === "violated", says };
}

/** Whatever a plan lacks, its sender wrote it. */
function refuseAll<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    throw new RunRefused(error instanceof Error ? error.message : String(error));
  }
}
