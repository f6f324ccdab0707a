import {
  agrees,
  claim as declareClaim,
  ClaimError,
  completeValues,
  controlProblem,
  differs,
  experiments,
  holds,
  ParameterError,
  violated,
} from "@fieldbook/lab";
import type { AnyValues, Claim, ClaimSide, Expectation } from "@fieldbook/lab";
import { contentHash } from "../canonical-text.ts";
import { ContentError } from "../content-error.ts";
import { lookUp } from "../inline.ts";
import type { BaseTexts } from "./base-texts.ts";
import type { ClaimEntry, EditionPlan, OwnExpectation } from "./edition-file.ts";
import type { Override, Pinned } from "./override.ts";

/** A claim by what decides its proof: its sentence, and of both sides the parameters and what is expected. */
function pinClaim(claim: Claim): Pinned {
  const side = (name: string, one: ClaimSide): string =>
    `${name}: ${valuesText(completeValues(claim, one))}; ${expectationText(one.expect)}`;
  const text = [claim.says, side("claim", claim), side("control", claim.control)].join("\n");
  return { hash: contentHash("claim", text), text };
}

const valuesText = (values: AnyValues): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");

const expectationText = (expect: Expectation): string =>
  "property" in expect
    ? `${expect.property} ${expect.kind}, ${String(expect.seeds)} seeds`
    : `${expect.metric} ${expect.kind} ${expect.formula} = ${String(expect.value)}, ${String(expect.seeds)} seeds`;

/**
 * The claims of the base with the edition's own numbers.
 *
 * @throws ContentError for what names no claim or parameter, is out of range, or lacks its closed form
 */
export function overlayClaims(
  claims: ReadonlyMap<string, Claim>,
  plan: EditionPlan,
  base: BaseTexts,
): { readonly claims: ReadonlyMap<string, Claim>; readonly overrides: readonly Override[] } {
  const own = new Map(claims);
  const overrides = (plan.claims ?? []).map((entry, index): Override => {
    const place = plan.placeOf("claims", index, "claim");
    const found = lookUp(claims, "claim", entry.claim, place);
    if (own.get(entry.claim) !== found) {
      const mend = "Keep one entry with all of its numbers.";
      throw new ContentError(place, `The claim "${entry.claim}" has own numbers already.`, mend);
    }
    const changed = withOwnNumbers(found, entry, plan, index);
    own.set(entry.claim, changed);
    const now = pinClaim(found);
    const { pin, baseThen, state } = base.hold(entry.pin, now, place);
    const ours = pinClaim(changed).text;
    return {
      edition: plan.title,
      target: "claim",
      id: entry.claim,
      action: "parameters",
      why: entry.why,
      place,
      entry: ["claims", index],
      state,
      pin,
      now,
      baseThen,
      ours,
    };
  });
  for (const index of (plan.ownClaims ?? []).keys()) {
    const added = ownClaim(plan, index, own);
    own.set(added.id, added);
    overrides.push({
      edition: plan.title,
      target: "claim",
      id: added.id,
      action: "add",
      why: "",
      place: plan.placeOf("ownClaims", index, "id"),
      state: "fits",
      ours: pinClaim(added).text,
    });
  }
  return { claims: own, overrides };
}

/** A claim that the edition brings, about an experiment of the lab. */
function ownClaim(plan: EditionPlan, index: number, known: ReadonlyMap<string, Claim>): Claim {
  const entry = plan.ownClaims![index]!;
  const place = plan.placeOf("ownClaims", index, "id");
  if (known.has(entry.id)) {
    const mend = "Take another id; to run the base's claim at own numbers, write it under claims:.";
    throw new ContentError(place, `There is a claim "${entry.id}" already.`, mend);
  }
  const byId = new Map(experiments.map((experiment) => [experiment.id, experiment]));
  const experiment = lookUp(byId, "experiment", entry.experiment, plan.placeOf("ownClaims", index, "experiment"));
  const { control, knobs = [], sources = [] } = entry;
  const own: Claim = {
    ...entry,
    experiment,
    knobs,
    sources,
    expect: readExpectation(entry.expect),
    control: { ...control, expect: readExpectation(control.expect) },
  };
  const problem = controlProblem(own.expect, own.control.expect);
  if (problem !== undefined) {
    throw new ContentError(plan.placeOf("ownClaims", index, "control"), `${sentence(problem)}.`, "Mend the control.");
  }
  try {
    return declareClaim(own);
  } catch (error) {
    if (!(error instanceof ClaimError) && !(error instanceof ParameterError)) throw error;
    throw new ContentError(place, error.message.replace(/^Claim "[^"]+": /, ""), "Mend this entry.");
  }
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function readExpectation(written: OwnExpectation): Expectation {
  if ("holds" in written) return holds(written.holds, written);
  if ("violated" in written) {
    const { seeds, atLeast } = written;
    return violated(written.violated, atLeast === undefined ? { seeds } : { seeds, atLeast });
  }
  if ("agrees" in written) {
    const { agrees: metric, ...form } = written;
    return agrees(metric, form);
  }
  const { differs: metric, ...form } = written;
  return differs(metric, form);
}

function withOwnNumbers(claim: Claim, entry: ClaimEntry, plan: EditionPlan, index: number): Claim {
  const placeOf = (...keys: string[]) => plan.placeOf("claims", index, ...keys);
  const one = completeValues(claim, claim);
  const other = completeValues(claim, claim.control);
  // What the two sides differ in is the mechanism: it is set for each side alone.
  const shared = Object.entries(entry.parameters).filter(([name]) => one[name] === other[name]);
  try {
    return declareClaim({
      ...claim,
      says: entry.says ?? claim.says,
      // Its answer was found at the handbook's numbers.
      guess: { ...claim.guess, question: `At the handbook’s numbers: ${claim.guess.question}` },
      parameters: { ...claim.parameters, ...entry.parameters },
      expect: expectHere(claim.expect, entry, plan, index),
      control: {
        ...claim.control,
        says: entry.controlSays ?? claim.control.says,
        parameters: { ...claim.control.parameters, ...Object.fromEntries(shared), ...entry.control },
        expect: expectHere(claim.control.expect, entry, plan, index),
      },
    });
  } catch (error) {
    if (!(error instanceof ClaimError) && !(error instanceof ParameterError)) throw error;
    const named = Object.keys(entry.parameters).find((name) => error.message.includes(`"${name}"`));
    const place = named === undefined ? placeOf("parameters") : placeOf("parameters", named);
    throw new ContentError(place, error.message.replace(/^Claim "[^"]+": /, ""), "Mend this entry.");
  }
}

/** A closed form is a number for one set of parameters: at others the edition has to say which. */
function expectHere(expect: Expectation, entry: ClaimEntry, plan: EditionPlan, index: number): Expectation {
  const own = entry.expect;
  if ("property" in expect) {
    if (own === undefined) return expect;
    const mend = "Remove `expect`: the claim is about a property, which holds or does not.";
    throw new ContentError(plan.placeOf("claims", index, "expect"), "This claim agrees with no number.", mend);
  }
  if (own === undefined) {
    throw new ContentError(
      plan.placeOf("claims", index, "claim"),
      `The claim "${entry.claim}" agrees with ${expect.formula} = ${String(expect.value)}, which was computed for the handbook's numbers.`,
      "Add expect: {value: …, formula: …} with the closed form at yours.",
    );
  }
  const { value, formula, within } = own;
  if (expect.kind === "agrees") return { ...expect, value, formula, within: within ?? expect.within };
  return { ...expect, value, formula };
}
