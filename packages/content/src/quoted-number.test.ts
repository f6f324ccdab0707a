import { agrees, claim, differs, holds, quorumRegisterExperiment, violated } from "@fieldbook/lab";
import type { Claim, Evidence, SideEvidence } from "@fieldbook/lab";
import { expect, it } from "vitest";
import { numberProblem } from "./quoted-number.ts";
import type { QuotedNumber } from "./quoted-number.ts";

const shared = {
  experiment: quorumRegisterExperiment,
  knobs: [],
  guess: { question: "?", options: ["yes"], answer: 0 },
  sources: [],
  leavesOut: "",
  breaksWhen: "",
} as const;
const control = { label: "Repair", says: "Then not.", parameters: { readRepair: true } };

const ofProperty = claim({
  ...shared,
  id: "reads-are-old",
  says: "Now and then.",
  parameters: { readRepair: false },
  expect: violated("linearizable", { seeds: 2_000 }),
  control: { ...control, expect: holds("linearizable", { seeds: 2_000 }) },
});

const form = { value: 53.5, formula: "two round trips", seeds: 2_000 };
const ofMetric = claim({
  ...shared,
  id: "repair-costs",
  says: "A round trip.",
  parameters: { readRepair: false },
  expect: agrees("readLatency", { ...form, within: 0.5 }),
  control: { ...control, expect: differs("readLatency", { ...form, by: 20 }) },
});

function evidenceOf(one: Claim, violatedRuns: number): Evidence {
  const side = (expected: SideEvidence["expect"], violations: number, latency: number): SideEvidence => ({
    parameters: { ...one.parameters, loss: 0.5, operations: 1_000 },
    expect: expected,
    met: true,
    says: "",
    interval: { low: 0.042, high: 0.061 },
    ...("property" in expected ? { violated: violations } : {}),
    metrics: {
      readLatency: { mean: latency, interval: { low: latency - 0.2, high: latency + 0.2 }, runs: 2_000 },
      answered: { mean: 91.53, runs: 10 },
    },
    shownSeed: 1,
    runs: 2_000,
    events: 1,
    digest: "00000000",
  });
  const engine = { version: "0.0.0", digest: "0123456789ab" };
  const sides = { claim: side(one.expect, violatedRuns, 53.58), control: side(one.control.expect, 0, 27.83) };
  return { claim: one.id, says: one.says, engine, date: "2026-11-23", sides };
}

const quote = (text: string, more: Partial<QuotedNumber> = {}): QuotedNumber => ({
  text,
  claim: "any",
  of: undefined,
  side: "claim",
  path: "book/a.md",
  line: 1,
  ...more,
});
const ofReads = (text: string, more?: Partial<QuotedNumber>): string | undefined =>
  numberProblem(quote(text, more), ofProperty, evidenceOf(ofProperty, 101));
const ofCost = (text: string, more?: Partial<QuotedNumber>): string | undefined =>
  numberProblem(quote(text, more), ofMetric, evidenceOf(ofMetric, 0));

it("takes the share of runs that violate the property, as it is rounded or within its interval", () => {
  for (const right of ["5 %", "5.0 %", "5.05 %", "4.8 %"]) expect(ofReads(right), right).toBeUndefined();
  expect(ofReads("0 %", { side: "control" })).toBeUndefined();
  expect(ofReads("7 %")).toBe('the text says "7 %" and the evidence of "reads-are-old" 5.05 %');
});

it("takes the mean of the metric, and the closed form that it was found to agree with", () => {
  for (const right of ["53.6 ms", "54 ms", "53.5 ms"]) expect(ofCost(right), right).toBeUndefined();
  expect(ofCost("52 ms")).toContain("53.58 ms or 53.50 ms");
  expect(ofCost("27.8 ms", { side: "control" })).toBeUndefined();
  expect(ofCost("53.5 ms", { side: "control" })).toContain("27.83 ms");
});

it("takes another metric or a parameter by its name, with a thousand's comma and in words", () => {
  expect(ofReads("91.5 %", { of: "answered" })).toBeUndefined();
  expect(ofReads("91.6 %", { of: "answered" })).toContain("91.53 %");
  expect(ofReads("1,000", { of: "operations" })).toBeUndefined();
  expect(ofReads("0.5 %", { of: "loss" })).toBeUndefined();
  expect(ofReads("four times", { of: "operations" })).toContain(" 1000");
});

it("does not take one unit for another, nor a text for a number", () => {
  expect(ofCost("53.5 %")).toBe('"53.5 %" is in "%", and what it quotes is in "ms"');
  expect(ofReads("5")).toBe('"5" is in "", and what it quotes is in "%"');
  expect(ofReads("some")).toBe('"some" is not read as a number with its unit');
});

it("says what is missing", () => {
  expect(ofReads("5 %", { of: "fish" })).toMatch(
    /^the claim "reads-are-old" has no number "fish"; there are answered,/,
  );
  expect(ofReads("5 %", { of: "readRepair" })).toContain('has no number "readRepair"');
  expect(ofReads("5 ms", { of: "writeLatency" })).toContain('does not keep the metric "writeLatency"; renew it');
  expect(numberProblem(quote("5 %"), ofProperty, undefined)).toContain('there is no evidence of "reads-are-old"');
});
