import { keyedRandom, naturalLogarithm, RunningHash } from "@fieldbook/kernel";
import { defineExperiment } from "../../experiment.ts";
import type { ValuesOf } from "../../parameters.ts";
import { pointsOf } from "./curve-figure.ts";

const streams = { kept: 1, authored: 2, review: 3 } as const;
const incidents = 500;

const headParameters = {
  keptPercent: {
    kind: "number",
    label: "traces kept",
    unit: "%",
    min: 0.1,
    max: 100,
    step: 1,
    default: 1,
    help: "Decided at the head of each trace, before anything is known of it.",
  },
  errors: {
    kind: "integer",
    label: "requests that fail in an incident",
    unit: "",
    min: 1,
    max: 1_000,
    step: 10,
    default: 10,
    help: "Each leaves a trace, if it is kept.",
  },
} as const;
type HeadValues = ValuesOf<typeof headParameters>;

/** Share of the incidents of which no trace was kept, percent. */
function missed({ keptPercent, errors }: HeadValues, seed: number): { readonly share: number; readonly hash: string } {
  const random = keyedRandom(seed);
  const hash = new RunningHash();
  let none = 0;
  for (let incident = 0; incident < incidents; incident += 1) {
    let kept = 0;
    for (let error = 0; error < errors; error += 1) {
      if (random.unit(streams.kept, incident, error) * 100 < keptPercent) kept += 1;
    }
    hash.add(kept);
    if (kept === 0) none += 1;
  }
  return { share: (none / incidents) * 100, hash: hash.digest() };
}

function missedForm(keptPercent: number, errors: number): number {
  let none = 1;
  for (let error = 0; error < errors; error += 1) none *= 1 - keptPercent / 100;
  return none * 100;
}

/** Experiment 25, its other half: a sampler that decides before it knows. */
export const headSampling = defineExperiment({
  id: "head-sampling",
  title: "Sampling at the head",
  summary: `${String(incidents)} incidents, in each of which some requests fail. A trace is kept with the same probability whatever becomes of its request.`,
  leavesOut: "Traces are kept independently of each other, and one kept trace is enough to see what happened.",
  parameters: headParameters,
  properties: {},
  metrics: { missed: { label: "incidents of which no trace is kept", unit: "%", digits: 1 } },
  run(values, seed) {
    const { share, hash } = missed(values, seed);
    return { verdicts: {}, metrics: { missed: share }, traceHash: hash, events: incidents * values.errors };
  },
  picture(values, seed, against) {
    const { share } = missed(values, seed);
    return {
      kind: "curve",
      title: "Incidents without a trace, by the number of failed requests",
      x: { label: "failed requests", unit: "" },
      y: { label: "no trace kept", unit: "%", scale: "linear" },
      series: [
        {
          label: "(1 − p)ⁿ",
          role: "reference",
          points: pointsOf(1, Math.max(50, values.errors), (errors) => missedForm(values.keptPercent, errors)),
        },
        ...(against === undefined
          ? []
          : [
              {
                label: against.name,
                role: "control" as const,
                points: [{ x: against.values.errors, y: missed(against.values, seed).share }],
              },
            ]),
        { label: "this run", role: "run", points: [{ x: values.errors, y: share }] },
      ],
      here: values.errors,
      says: `Of ${share.toFixed(1)} % of the incidents no trace is kept, though ${String(values.errors)} requests failed in each.`,
    };
  },
});

const changes = 1_000;
const leadParameters = {
  from: {
    kind: "choice",
    label: "lead time counts from",
    options: [
      { value: "author", label: "when the change was written" },
      { value: "commit", label: "the time of the merged commit" },
    ],
    default: "author",
    help: "A commit that is squashed when it is merged carries the time of the merge.",
  },
  squash: {
    kind: "flag",
    label: "changes are squashed when they are merged",
    default: true,
    help: "Off: commits keep the time at which they were made.",
  },
  reviewHours: {
    kind: "number",
    label: "review takes",
    unit: "h",
    min: 0,
    max: 240,
    step: 4,
    default: 48,
    help: "On average, from written to merged; exponentially spread.",
  },
  deployHours: {
    kind: "number",
    label: "deployments every",
    unit: "h",
    min: 1,
    max: 168,
    step: 1,
    default: 24,
    help: "What is merged waits for the next.",
  },
} as const;
type LeadValues = ValuesOf<typeof leadParameters>;

function leadTimes(
  { from, squash, reviewHours, deployHours }: LeadValues,
  seed: number,
): { readonly measured: number; readonly actual: number; readonly hash: string } {
  const random = keyedRandom(seed);
  const hash = new RunningHash();
  let measured = 0;
  let actual = 0;
  for (let change = 0; change < changes; change += 1) {
    const written = random.unit(streams.authored, change) * 24 * 365;
    const merged = written - naturalLogarithm(1 - random.unit(streams.review, change)) * reviewHours;
    const deployed = Math.ceil(merged / deployHours) * deployHours;
    actual += deployed - written;
    measured += deployed - (from === "commit" && squash ? merged : written);
    hash.add(Math.round(deployed * 60));
  }
  return { measured: measured / changes, actual: actual / changes, hash: hash.digest() };
}

/** Experiment 26, its other half: which clock a lead time is read from. */
export const leadTimeClock = defineExperiment({
  id: "lead-time-clock",
  title: "From when a lead time counts",
  summary:
    "Changes are written, reviewed, merged and deployed with the next deployment. Their lead time is read from the history of the repository.",
  leavesOut: "Rebases, which also change the time of a commit; changes that are never merged.",
  parameters: leadParameters,
  properties: { honest: { says: "The measured lead time is within a tenth of the actual one." } },
  metrics: {
    measured: { label: "lead time as measured", unit: "h", digits: 1 },
    actual: { label: "actual lead time", unit: "h", digits: 1 },
  },
  run(values, seed) {
    const { measured, actual, hash } = leadTimes(values, seed);
    const says = `Measured ${measured.toFixed(1)} h, actual ${actual.toFixed(1)} h.`;
    return {
      verdicts: { honest: { verdict: Math.abs(measured / actual - 1) <= 0.1 ? "holds" : "violated", says } },
      metrics: { measured, actual },
      traceHash: hash,
      events: changes,
    };
  },
  picture(values, seed, against) {
    const { measured, actual } = leadTimes(values, seed);
    const hours = Array.from({ length: 11 }, (_, index) => index * 24);
    const over = (of: LeadValues): { readonly x: number; readonly y: number }[] =>
      hours.map((reviewHours) => ({ x: reviewHours, y: leadTimes({ ...of, reviewHours }, seed).measured }));
    return {
      kind: "curve",
      title: "Lead time as measured, by the time that review takes",
      x: { label: "review, h", unit: "" },
      y: { label: "lead time", unit: "h", scale: "linear" },
      series: [
        {
          label: "actual",
          role: "reference",
          points: hours.map((reviewHours) => ({
            x: reviewHours,
            y: leadTimes({ ...values, reviewHours }, seed).actual,
          })),
        },
        ...(against === undefined
          ? []
          : [{ label: against.name, role: "control" as const, points: over(against.values) }]),
        { label: "this run", role: "run", points: over(values) },
      ],
      here: values.reviewHours,
      says: `Measured ${measured.toFixed(1)} h, actual ${actual.toFixed(1)} h.`,
    };
  },
});
