import { expect, it } from "vitest";
import { agrees, claim, controlProblem, differs, holds, violated } from "./claim.ts";
import type { Claim } from "./claim.ts";
import { coin } from "./coin.fixture.ts";

const good: Claim = {
  id: "a-coin-falls",
  says: "A coin shows heads now and then.",
  experiment: coin,
  parameters: { heads: 50 },
  expect: violated("tails", { seeds: 100 }),
  control: {
    parameters: { heads: 0 },
    label: "Two tails",
    says: "Then never.",
    expect: holds("tails", { seeds: 100 }),
  },
  knobs: ["heads"],
  guess: { question: "What happens?", options: ["never", "now and then"], answer: 1 },
  sources: [],
  leavesOut: "The edge.",
  breaksWhen: "The coin is bent.",
};

it("takes a claim that is well made, whichever kind of expectation it has", () => {
  expect(claim(good)).toBe(good);
  const form = { value: 110, formula: "100 + 20/2", seeds: 100 };
  const control = { ...good.control, expect: differs("height", { ...form, by: 1 }) };
  expect(claim({ ...good, expect: agrees("height", { ...form, within: 1 }), control }).id).toBe(good.id);
});

it.each<[string, Partial<Claim>, string]>([
  ["id", { id: "A coin" }, "an id is lower-case words joined by hyphens."],
  [
    "parameter out of range",
    { parameters: { heads: 101 } },
    'Parameter "heads" takes a number from 0 to 100 %; got 101.',
  ],
  [
    "unknown parameter",
    { parameters: { tails: 1 } },
    'There is no parameter "tails"; this experiment has: heads, unsure.',
  ],
  ["values that do not go together", { parameters: { heads: 13 } }, "A coin of 13 % is bad luck."],
  ["unknown property", { expect: violated("edge", { seeds: 9 }) }, 'experiment "coin" has no property "edge".'],
  [
    "unknown metric",
    { expect: agrees("weight", { value: 1, within: 1, formula: "", seeds: 9 }) },
    'experiment "coin" has no metric "weight".',
  ],
  [
    "number of seeds",
    { expect: violated("tails", { seeds: 0 }) },
    'an expectation of "violated" needs a whole number of seeds, at least 1.',
  ],
  [
    "violation that can not fail",
    { expect: violated("tails", { seeds: 9, atLeast: 0 }) },
    '"atLeast" lies from 1 to the number of seeds; got 0.',
  ],
  [
    "agreement with anything",
    { expect: agrees("height", { value: 1, within: Infinity, formula: "", seeds: 99 }) },
    '"within" is a finite number above 0; got Infinity.',
  ],
  [
    "mean of a few",
    { expect: agrees("height", { value: 1, within: 1, formula: "", seeds: 9 }) },
    'an expectation of "agrees" needs a whole number of seeds, at least 30.',
  ],
  [
    "control with nothing changed",
    { control: { ...good.control, parameters: { heads: 50 } } },
    "the control has the same parameters as the claim.",
  ],
  ["knob", { knobs: ["bend"] }, 'there is no parameter "bend" to make a knob of.'],
  ["guess", { guess: { ...good.guess, answer: 2 } }, "the guess has no option at the place of its answer."],
])("refuses a bad %s", (_, change, problem) => {
  expect(() => claim({ ...good, ...change })).toThrow(`Claim "${change.id ?? good.id}": ${problem}`);
});

it("has a control that expects the opposite, of the same", () => {
  const tails = violated("tails", { seeds: 9 });
  expect(controlProblem(tails, holds("tails", { seeds: 5 }))).toBeUndefined();
  expect(controlProblem(tails, violated("tails", { seeds: 9 }))).toContain(
    'the control expects "violated" of tails, which is not the opposite of "violated" of tails',
  );
  expect(controlProblem(tails, holds("tossed", { seeds: 9 }))).toContain('expects "holds" of tossed');
});
