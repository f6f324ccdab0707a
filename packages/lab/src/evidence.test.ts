import { expect, it } from "vitest";
import { runChunk } from "./campaign.ts";
import { agrees, claim, differs, holds, violated } from "./claim.ts";
import { coin } from "./coin.fixture.ts";
import { sideEvidence } from "./evidence.ts";
import { judge } from "./judge.ts";

const shared = {
  experiment: coin,
  knobs: [],
  guess: { question: "?", options: ["yes"], answer: 0 },
  sources: [],
  leavesOut: "",
  breaksWhen: "",
} as const;
const says = { label: "Bent", says: "Then not." };

it("keeps what the text may quote: how many runs violate the property, and every metric with its interval", () => {
  const ofProperty = claim({
    ...shared,
    id: "a-property",
    says: "Heads now and then.",
    parameters: { heads: 50 },
    expect: violated("tails", { seeds: 100 }),
    control: { ...says, parameters: { heads: 0 }, expect: holds("tails", { seeds: 100 }) },
  });
  const tally = runChunk(coin, ofProperty.parameters, 1, 100, ["tails"]);
  const kept = sideEvidence(ofProperty, ofProperty, tally, judge(coin, ofProperty.expect, tally));
  expect(kept.violated).toBe(tally.properties["tails"]!.violated);
  const { mean, interval, runs } = kept.metrics["height"]!;
  expect([mean, runs]).toEqual([tally.metrics["height"]!.mean, 100]);
  expect(interval!.low).toBeLessThan(mean);
  expect(interval!.high).toBeGreaterThan(mean);
});

it("keeps no number of violations where the claim is about a metric", () => {
  const form = { value: 110, formula: "100 + 20/2", seeds: 100 };
  const ofMetric = claim({
    ...shared,
    id: "a-metric",
    says: "It is 110 cm high.",
    parameters: {},
    expect: agrees("height", { ...form, within: 2 }),
    control: { ...says, parameters: { heads: 1 }, expect: differs("height", { ...form, by: 1 }) },
  });
  const tally = runChunk(coin, {}, 1, 100, []);
  const kept = sideEvidence(ofMetric, ofMetric, tally, judge(coin, ofMetric.expect, tally));
  expect(kept).not.toHaveProperty("violated");
  expect(Object.keys(kept.metrics)).toEqual(["height"]);
});
