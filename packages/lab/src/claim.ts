import type { AnyExperiment } from "./experiment.ts";
import { fitParameters } from "./parameters.ts";
import type { AnyValues } from "./parameters.ts";
import { runsForInterval } from "./statistics.ts";

/** The property holds in every one of `seeds` runs. One violated or unknown run makes the expectation false. */
export interface HoldsExpectation {
  readonly kind: "holds";
  readonly property: string;
  readonly seeds: number;
}

/** The property is violated in at least `atLeast` (default 1) of `seeds` runs. */
export interface ViolatedExpectation {
  readonly kind: "violated";
  readonly property: string;
  readonly seeds: number;
  readonly atLeast: number;
}

/**
 * The metric's mean over `seeds` runs agrees with a closed form or a published number: the 99 % confidence interval
 * contains the value and is no wider than ± `within`, so that an agreement can not come from looking too little.
 */
export interface AgreesExpectation {
  readonly kind: "agrees";
  readonly metric: string;
  readonly value: number;
  readonly within: number;
  readonly seeds: number;
  /** Where the value comes from: "0.999^20". */
  readonly formula: string;
}

/** The opposite of `agrees`: the 99 % confidence interval stays at least `by` away from the value. */
export interface DiffersExpectation {
  readonly kind: "differs";
  readonly metric: string;
  readonly value: number;
  readonly by: number;
  readonly seeds: number;
  readonly formula: string;
}

export type Expectation = HoldsExpectation | ViolatedExpectation | AgreesExpectation | DiffersExpectation;

export const holds = (property: string, bound: { seeds: number }): HoldsExpectation => ({
  kind: "holds",
  property,
  seeds: bound.seeds,
});

export const violated = (property: string, bound: { seeds: number; atLeast?: number }): ViolatedExpectation => ({
  kind: "violated",
  property,
  seeds: bound.seeds,
  atLeast: bound.atLeast ?? 1,
});

type ClosedForm = { value: number; formula: string; seeds: number };

export const agrees = (metric: string, form: ClosedForm & { within: number }): AgreesExpectation => ({
  kind: "agrees",
  metric,
  ...form,
});

export const differs = (metric: string, form: ClosedForm & { by: number }): DiffersExpectation => ({
  kind: "differs",
  metric,
  ...form,
});

/** One side of a claim: parameters that differ from the experiment's defaults, and what is expected of them. */
export interface ClaimSide {
  readonly parameters: AnyValues;
  readonly expect: Expectation;
  /**
   * What a figure of the other side calls this side's line, in a few words that stay true when the reader turns other
   * knobs: "with a retry budget". Where the figure has such a line; "the claim" or "the control" when absent.
   */
  readonly inFigure?: string;
}

export interface Claim {
  /** Kebab-case, unique in the book; links and discussions hold on to it. */
  readonly id: string;
  /** The sentence that is tested. */
  readonly says: string;
  readonly experiment: AnyExperiment;
  readonly parameters: AnyValues;
  readonly expect: Expectation;
  /** As on the other side. */
  readonly inFigure?: string;
  /** The mechanism taken away, or the condition changed: the same experiment with the opposite expectation. */
  readonly control: ClaimSide & {
    /** What the button says: "Without read repair". */
    readonly label: string;
    /** What is then seen, in one sentence. */
    readonly says: string;
  };
  /** Knobs worth turning first, in this order; the others are folded away. */
  readonly knobs: readonly string[];
  /** What the reader is asked before the first run. */
  readonly guess: {
    readonly question: string;
    readonly options: readonly string[];
    /** Index of the right option. */
    readonly answer: number;
  };
  /** Keys of `book/sources.yaml`. */
  readonly sources: readonly string[];
  readonly leavesOut: string;
  readonly breaksWhen: string;
}

/** A claim that is wrongly made, found when the book is assembled; the message names its file where that is known. */
export class ClaimError extends Error {
  override readonly name = "ClaimError";

  constructor(problem: string) {
    super(problem);
    // A claim does not know its file, but who calls `claim` is in the trace of the call.
    const place = /(?<=[/\\])book[/\\][\w/\\-]+\.claims\.ts:\d+/.exec(this.stack ?? "")?.[0];
    if (place !== undefined) this.message = `${place.replaceAll("\\", "/")}: ${problem}`;
  }
}

/**
 * Declares a claim and checks at once what can be checked without a run: the parameters fit, the property or metric
 * exists, the control differs. Whether the control expects the opposite is part of the proof: see `controlProblem`.
 *
 * @throws ClaimError naming the claim and the mend.
 */
export function claim(definition: Claim): Claim {
  const refuse = (problem: string): never => {
    throw new ClaimError(`Claim "${definition.id}": ${problem}`);
  };
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(definition.id)) refuse("an id is lower-case words joined by hyphens.");
  const { experiment, control, guess } = definition;
  for (const side of [definition, control]) {
    try {
      const problem = experiment.validate(side.parameters);
      if (problem !== undefined) refuse(problem);
    } catch (error) {
      if (error instanceof ClaimError) throw error;
      refuse(error instanceof Error ? error.message : String(error));
    }
    const { expect } = side;
    if (expect.kind === "holds" || expect.kind === "violated") {
      if (!Object.hasOwn(experiment.properties, expect.property)) {
        refuse(`experiment "${experiment.id}" has no property "${expect.property}".`);
      }
    } else if (!Object.hasOwn(experiment.metrics, expect.metric)) {
      refuse(`experiment "${experiment.id}" has no metric "${expect.metric}".`);
    }
    const problem = expectationProblem(expect);
    if (problem !== undefined) refuse(problem);
  }
  if (sameValues(definition)) refuse("the control has the same parameters as the claim.");
  for (const name of definition.knobs) {
    if (!Object.hasOwn(experiment.parameters, name)) refuse(`there is no parameter "${name}" to make a knob of.`);
  }
  if (guess.options[guess.answer] === undefined) refuse("the guess has no option at the place of its answer.");
  return definition;
}

/** An expectation that can not fail, or that no campaign could meet. */
function expectationProblem(expect: Expectation): string | undefined {
  const least = "metric" in expect ? runsForInterval : 1;
  if (!Number.isInteger(expect.seeds) || expect.seeds < least) {
    return `an expectation of "${expect.kind}" needs a whole number of seeds, at least ${String(least)}.`;
  }
  if (expect.kind === "violated" && !(expect.atLeast >= 1 && expect.atLeast <= expect.seeds)) {
    return `"atLeast" lies from 1 to the number of seeds; got ${String(expect.atLeast)}.`;
  }
  if (expect.kind === "agrees" && !(expect.within > 0 && expect.within < Infinity)) {
    return `"within" is a finite number above 0; got ${String(expect.within)}.`;
  }
  if (expect.kind === "differs" && !(expect.by >= 0 && expect.by < Infinity)) {
    return `"by" is a finite number, 0 or more; got ${String(expect.by)}.`;
  }
  return undefined;
}

function sameValues({ experiment, parameters, control }: Claim): boolean {
  const one = fitParameters(experiment.parameters, parameters);
  const other = fitParameters(experiment.parameters, control.parameters);
  return Object.keys(one).every((name) => one[name] === other[name]);
}

const opposites = { holds: "violated", violated: "holds", agrees: "differs", differs: "agrees" } as const;

/** Why a control is none: it does not expect the opposite of the claim. Undefined when it does. */
export function controlProblem(expect: Expectation, control: Expectation): string | undefined {
  const subject = (expectation: Expectation): string =>
    "property" in expectation ? expectation.property : `${expectation.metric} ${String(expectation.value)}`;
  if (opposites[expect.kind] === control.kind && subject(expect) === subject(control)) return undefined;
  return (
    `the control expects "${control.kind}" of ${subject(control)}, which is not the opposite of ` +
    `"${expect.kind}" of ${subject(expect)}: what can not fail is no evidence`
  );
}
