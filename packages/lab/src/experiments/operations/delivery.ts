import { keyedRandom, naturalLogarithm, RunningHash } from "@fieldbook/kernel";
import { defineExperiment } from "../../experiment.ts";
import type { ValuesOf } from "../../parameters.ts";
import { pointsOf } from "./curve-figure.ts";

const streams = { arrival: 1, fails: 2 } as const;
const changes = 2_000;

const parameters = {
  batch: {
    kind: "integer",
    label: "changes in one deployment",
    unit: "",
    min: 1,
    max: 50,
    default: 20,
    help: "A deployment waits until so many changes are ready.",
  },
  failPercent: {
    kind: "number",
    label: "changes that are bad",
    unit: "%",
    min: 0,
    max: 20,
    step: 0.5,
    default: 2,
    help: "Each by itself, whatever it is deployed with.",
  },
  perDay: {
    kind: "number",
    label: "changes ready",
    unit: "/day",
    min: 1,
    max: 100,
    default: 10,
    help: "They come at random, day and night alike.",
  },
  deployHours: {
    kind: "number",
    label: "a deployment takes",
    unit: "h",
    min: 0,
    max: 8,
    step: 0.5,
    default: 0.5,
    help: "From its beginning to its end, however many changes are in it.",
  },
  searchHours: {
    kind: "number",
    label: "to look at one change",
    unit: "h",
    min: 0,
    max: 8,
    step: 0.5,
    default: 1,
    help: "A bad deployment is taken back; its changes are looked at one by one until the bad ones are found, then it is deployed again.",
  },
} as const;
type Values = ValuesOf<typeof parameters>;

interface Delivery {
  /** Mean hours from ready to deployed for good. */
  readonly leadTime: number;
  /** Share of deployments that had to be taken back, percent. */
  readonly failed: number;
  readonly deployments: number;
  readonly hash: string;
}

/** Batches in order of arrival; one deployment at a time. */
function deliver({ batch, failPercent, perDay, deployHours, searchHours }: Values, seed: number): Delivery {
  const random = keyedRandom(seed);
  const hash = new RunningHash();
  let ready = 0;
  let free = 0;
  let waited = 0;
  let failed = 0;
  let deployments = 0;
  let times: number[] = [];
  let bad = 0;
  for (let change = 0; change < changes; change += 1) {
    ready += (-naturalLogarithm(1 - random.unit(streams.arrival, change)) * 24) / perDay;
    times.push(ready);
    if (random.unit(streams.fails, change) * 100 < failPercent) bad += 1;
    if (times.length < batch && change < changes - 1) continue;
    deployments += 1;
    free = Math.max(free, ready) + deployHours;
    // Found by looking at all of the batch; then what is good goes out again.
    if (bad > 0) {
      failed += 1;
      free += times.length * searchHours + deployHours;
    }
    for (const at of times) waited += free - at;
    hash.add(Math.round(free * 1_000));
    times = [];
    bad = 0;
  }
  return { leadTime: waited / changes, failed: (failed / deployments) * 100, deployments, hash: hash.digest() };
}

const failForm = (failPercent: number, batch: number): number => {
  let good = 1;
  for (let change = 0; change < batch; change += 1) good *= 1 - failPercent / 100;
  return (1 - good) * 100;
};

/** Experiment 18: small batches are faster and safer at once. */
export const batchSize = defineExperiment({
  id: "batch-size",
  title: "Changes in one deployment",
  summary:
    "Changes become ready at random and go out together, so many in one deployment. Each is bad with the same probability; a deployment with a bad one is taken back and searched.",
  leavesOut:
    "Changes do not depend on each other, a bad change is always noticed at once, and a deployment costs its time and nothing else. Two changes that are bad only together would make large batches worse still.",
  parameters,
  properties: { withinADay: { says: "A change is out, for good, within a day of being ready, on average." } },
  metrics: {
    failed: { label: "deployments taken back", unit: "%", digits: 1 },
    leadTime: { label: "lead time of a change", unit: "h", digits: 1 },
  },
  run(values, seed) {
    const { leadTime, failed, deployments, hash } = deliver(values, seed);
    const says = `A change is out ${leadTime.toFixed(1)} h after it was ready; ${failed.toFixed(1)} % of ${String(deployments)} deployments were taken back.`;
    return {
      verdicts: { withinADay: { verdict: leadTime <= 24 ? "holds" : "violated", says } },
      metrics: { failed, leadTime },
      traceHash: hash,
      events: changes,
    };
  },
  picture(values, seed, against) {
    const { leadTime, failed } = deliver(values, seed);
    const most = Math.max(30, values.batch);
    return {
      kind: "curve",
      title: "Deployments taken back, by their size",
      x: { label: "changes in one deployment", unit: "" },
      y: { label: "taken back", unit: "%", scale: "linear" },
      series: [
        {
          label: "1 − (1 − p)ⁿ",
          role: "reference",
          points: pointsOf(1, most, (batch) => failForm(values.failPercent, batch)),
        },
        ...(against === undefined
          ? []
          : [
              {
                label: against.name,
                role: "control" as const,
                points: [{ x: against.values.batch, y: deliver(against.values, seed).failed }],
              },
            ]),
        { label: "this run", role: "run", points: [{ x: values.batch, y: failed }] },
      ],
      here: values.batch,
      says: `Of deployments of ${String(values.batch)} changes ${failed.toFixed(1)} % are taken back, and a change is out ${leadTime.toFixed(1)} h after it was ready.`,
    };
  },
});
