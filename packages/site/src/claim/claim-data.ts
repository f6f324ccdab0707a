import { completeValues } from "@fieldbook/lab";
import type { AnyValues, Claim, Evidence, Expectation, MetricSpec, ParameterSpecs } from "@fieldbook/lab";

/** What a claim is about: a property that holds or not, or a metric and the figure it is held against. */
export type Subject =
  | { readonly kind: "property"; readonly name: string; readonly says: string }
  | {
      readonly kind: "metric";
      readonly name: string;
      readonly spec: MetricSpec;
      readonly value: number;
      readonly formula: string;
    };

/** What the page must know of a claim before anything runs; written into the page, so that no code is needed for it. */
export interface ClaimData {
  readonly id: string;
  readonly parameters: ParameterSpecs;
  /** Complete values of either side. */
  readonly sides: { readonly claim: AnyValues; readonly control: AnyValues };
  /** What a figure of the other side calls each side's line. */
  readonly names: { readonly claim: string; readonly control: string };
  readonly controlLabel: string;
  readonly controlSays: string;
  readonly knobs: readonly string[];
  readonly guess: Claim["guess"];
  readonly subject: Subject;
  /** What either side expects of it. */
  readonly expects: { readonly claim: Expectation["kind"]; readonly control: Expectation["kind"] };
  /** All that the experiment measures. */
  readonly metrics: Readonly<Record<string, MetricSpec>>;
  /** How many seeds a campaign in the page covers. */
  readonly seeds: number;
  /** The seed that is shown first, on either side. */
  readonly seed: number;
}

export type Side = keyof ClaimData["sides"];

/** A campaign in the page is cut short here; the proof behind the claim is not. */
const seedsInPage = 2_000;

/** @param evidence of this claim under this engine, when there is any: it knows a seed worth showing */
export function claimData(claim: Claim, evidence: Evidence | undefined): ClaimData {
  const { id, experiment, control, knobs, guess, expect } = claim;
  return {
    id,
    parameters: experiment.parameters,
    sides: { claim: completeValues(claim, claim), control: completeValues(claim, control) },
    names: { claim: claim.inFigure ?? "the claim", control: control.inFigure ?? "the control" },
    controlLabel: control.label,
    controlSays: control.says,
    knobs,
    guess,
    subject: subjectOf(claim, expect),
    expects: { claim: expect.kind, control: control.expect.kind },
    metrics: experiment.metrics,
    seeds: Math.min(expect.seeds, seedsInPage),
    seed: evidence === undefined ? 1 : telling(evidence).shownSeed,
  };
}

/** Where one side is violated now and then, the first seed that shows it: taken away or not, the run tells something. */
const telling = ({ sides: { claim: one, control } }: Evidence): Evidence["sides"]["claim"] =>
  one.expect.kind !== "violated" && control.expect.kind === "violated" ? control : one;

function subjectOf({ experiment }: Claim, expect: Expectation): Subject {
  if ("property" in expect) {
    return { kind: "property", name: expect.property, says: experiment.properties[expect.property]!.says };
  }
  const { metric, value, formula } = expect;
  return { kind: "metric", name: metric, spec: experiment.metrics[metric]!, value, formula };
}

/** The property that a figure marks: the one that the claim is about. */
export const propertyOf = ({ subject }: ClaimData): string | undefined =>
  subject.kind === "property" ? subject.name : undefined;
