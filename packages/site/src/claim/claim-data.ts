import { completeValues } from "@fieldbook/lab";
import type { AnyValues, Claim, Expectation, MetricSpec, ParameterSpecs } from "@fieldbook/lab";

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
  readonly controlLabel: string;
  readonly controlSays: string;
  readonly knobs: readonly string[];
  readonly guess: Claim["guess"];
  readonly subject: Subject;
  /** How many seeds a campaign in the page covers. */
  readonly seeds: number;
  readonly seed: number;
}

export type Side = keyof ClaimData["sides"];

/** A campaign in the page is cut short here; the proof behind the claim is not. */
const seedsInPage = 2_000;

/** @param seed the seed that is shown first */
export function claimData(claim: Claim, seed: number): ClaimData {
  const { id, experiment, control, knobs, guess, expect } = claim;
  return {
    id,
    parameters: experiment.parameters,
    sides: { claim: completeValues(claim, claim), control: completeValues(claim, control) },
    controlLabel: control.label,
    controlSays: control.says,
    knobs,
    guess,
    subject: subjectOf(claim, expect),
    seeds: Math.min(expect.seeds, seedsInPage),
    seed,
  };
}

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
