import type { Tally } from "./campaign.ts";
import type { Claim, ClaimSide, Expectation } from "./claim.ts";
import { controlProblem } from "./claim.ts";
import type { Judgement } from "./judge.ts";
import { fitParameters } from "./parameters.ts";
import type { AnyValues } from "./parameters.ts";
import type { Interval, Moments } from "./statistics.ts";
import { meanInterval, runsForInterval } from "./statistics.ts";

/** The code that made a run: its version for people, and a digest that changes with every line that can decide. */
export interface EngineIdentity {
  readonly version: string;
  /** 12 hexadecimal digits. */
  readonly digest: string;
}

/** A metric over the runs of a campaign. */
export interface MetricEvidence {
  readonly mean: number;
  /** Of the mean, 99 %; absent when too few runs measured it. */
  readonly interval?: Interval;
  /** How many runs measured it. */
  readonly runs: number;
}

/** What the campaign over one side of a claim left behind. */
export interface SideEvidence {
  /** All parameters, defaults included. */
  readonly parameters: AnyValues;
  readonly expect: Expectation;
  readonly met: boolean;
  readonly says: string;
  readonly interval: Interval;
  /** How many runs violate the property; absent when the expectation is about a metric. */
  readonly violated?: number;
  /** Every metric of the experiment that was measured: what the text may quote. */
  readonly metrics: Readonly<Record<string, MetricEvidence>>;
  /** The seed whose run is drawn. */
  readonly shownSeed: number;
  readonly runs: number;
  readonly events: number;
  /** 8 hexadecimal digits over seeds and trace hashes. */
  readonly digest: string;
}

export interface Evidence {
  readonly claim: string;
  readonly says: string;
  readonly engine: EngineIdentity;
  /** The day of the proof, YYYY-MM-DD. */
  readonly date: string;
  readonly sides: { readonly claim: SideEvidence; readonly control: SideEvidence };
}

/** The side's parameters with all defaults filled in. */
export const completeValues = (claim: Claim, side: ClaimSide): AnyValues =>
  fitParameters(claim.experiment.parameters, side.parameters);

export function sideEvidence(claim: Claim, side: ClaimSide, tally: Tally, judgement: Judgement): SideEvidence {
  const { expect } = side;
  const violated = "property" in expect ? tally.properties[expect.property]?.violated : undefined;
  const metrics = Object.entries(tally.metrics).map(([name, moments]) => [name, metricEvidence(moments)] as const);
  return {
    parameters: completeValues(claim, side),
    expect,
    met: judgement.met,
    says: judgement.says,
    interval: judgement.interval,
    ...(violated === undefined ? {} : { violated }),
    metrics: Object.fromEntries(metrics),
    shownSeed: judgement.shownSeed,
    runs: tally.runs,
    events: tally.events,
    digest: tally.digest.toString(16).padStart(8, "0"),
  };
}

function metricEvidence(moments: Moments): MetricEvidence {
  const interval = moments.count < runsForInterval ? {} : { interval: meanInterval(moments) };
  return { mean: moments.mean, ...interval, runs: moments.count };
}

/** Whether both sides of the claim came out as expected, and the control expected the opposite. */
export function isProved({ sides: { claim: one, control } }: Evidence): boolean {
  return one.met && control.met && controlProblem(one.expect, control.expect) === undefined;
}

/**
 * Whether evidence speaks for this claim as it stands now, under this engine: same sentence, parameters, expectations and
 * engine digest. Anything else must not be shown as verified.
 */
export function isCurrent(evidence: Evidence, claim: Claim, engine: EngineIdentity): boolean {
  const same = (side: ClaimSide, found: SideEvidence): boolean =>
    canonical(found.parameters) === canonical(completeValues(claim, side)) &&
    canonical(found.expect) === canonical(side.expect);
  return (
    evidence.claim === claim.id &&
    evidence.says === claim.says &&
    evidence.engine.digest === engine.digest &&
    same(claim, evidence.sides.claim) &&
    same(claim.control, evidence.sides.control)
  );
}

function canonical(data: object): string {
  return JSON.stringify(Object.entries(data).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
