import { keyedRandom, naturalLogarithm, RunningHash } from "@fieldbook/kernel";
import type { KeyedRandom } from "@fieldbook/kernel";
import { detectionMinutes, standardAlerts } from "@fieldbook/load";
import type { Objective } from "@fieldbook/load";
import { defineExperiment } from "../../experiment.ts";
import type { ValuesOf } from "../../parameters.ts";
import { pointsOf } from "./curve-figure.ts";

const streams = { arrivals: 1, errors: 2, deploy: 3, fails: 4 } as const;
const minutesOfADay = 1_440;
const objective: Objective = { name: "service", target: 0.999, days: 30 };
const allowed = 1 - objective.target;

const alertParameters = {
  perHour: {
    kind: "integer",
    label: "requests",
    unit: "/h",
    min: 1,
    max: 10_000,
    step: 10,
    default: 69,
    help: "They come at random, day and night.",
  },
  errorPercent: {
    kind: "number",
    label: "errors",
    unit: "% of the budget",
    min: 0,
    max: 100,
    step: 10,
    default: 50,
    help: "How fast the budget burns all the time: below 100 the objective is met.",
  },
  days: {
    kind: "integer",
    label: "length of the run",
    unit: "days",
    min: 1,
    max: 60,
    default: 30,
    help: "How long is watched.",
  },
} as const;
type AlertValues = ValuesOf<typeof alertParameters>;

/** A whole number with a Poisson distribution, by its exponential gaps; Knuth 1969, for the small means of a minute. */
function poisson(mean: number, random: KeyedRandom, stream: number, minute: number): number {
  let count = 0;
  let time = -naturalLogarithm(1 - random.unit(stream, minute, 0));
  while (time < mean) {
    count += 1;
    time -= naturalLogarithm(1 - random.unit(stream, minute, count));
  }
  return count;
}

/** Pages of the two page alerts over a run: how often one begins to be raised. */
function countPages(
  { perHour, errorPercent, days }: AlertValues,
  seed: number,
): { readonly pages: number; readonly hash: string } {
  const random = keyedRandom(seed);
  const minutes = days * minutesOfADay;
  const total = new Float64Array(minutes + 1);
  const bad = new Float64Array(minutes + 1);
  const share = (allowed * errorPercent) / 100;
  const hash = new RunningHash();
  for (let minute = 1; minute <= minutes; minute += 1) {
    const failed = poisson((perHour / 60) * share, random, streams.errors, minute);
    const good = poisson((perHour / 60) * (1 - share), random, streams.arrivals, minute);
    total[minute] = total[minute - 1]! + good + failed;
    bad[minute] = bad[minute - 1]! + failed;
    if (failed > 0) hash.add(minute);
  }
  const rules = standardAlerts(objective).filter(({ severity }) => severity === "page");
  const longest = Math.max(...rules.map(({ long }) => long));
  let pages = 0;
  let wasRaised = false;
  // From when all windows are full: a single failure in the first minute is a large share of it.
  for (let minute = longest; minute <= minutes; minute += 1) {
    const isRaised = rules.some(({ long, short, factor }) =>
      [long, short].every((window) => {
        const all = total[minute]! - total[minute - window]!;
        return all > 0 && (bad[minute]! - bad[minute - window]!) / all > factor * allowed;
      }),
    );
    // Two rules that are raised together are one page.
    if (isRaised && !wasRaised) pages += 1;
    wasRaised = isRaised;
  }
  return { pages: (pages * 30) / days, hash: hash.digest() };
}

/** Experiment 16: pages of a service that meets its objective. */
export const alertQuality = defineExperiment({
  id: "alert-quality",
  title: "False pages",
  summary:
    "A service meets its objective of 99.9 %: errors come at random at a steady share. The two page alerts of the usual table look at it each minute.",
  leavesOut:
    "Errors are independent; real ones come together. Tickets are not counted. Windows are exact sums, with no gaps in the records.",
  parameters: alertParameters,
  properties: { quiet: { says: "Nobody is paged." } },
  metrics: { pages: { label: "pages in 30 days", unit: "", digits: 1 } },
  run(values, seed) {
    const { pages, hash } = countPages(values, seed);
    const says = `${pages.toFixed(1)} pages in 30 days, though only ${String(values.errorPercent)} % of the budget is used.`;
    return {
      verdicts: { quiet: { verdict: pages === 0 ? "holds" : "violated", says } },
      metrics: { pages },
      traceHash: hash,
      events: values.days * minutesOfADay,
    };
  },
  picture(values, seed, against) {
    const { pages } = countPages(values, seed);
    const rates = [10, 30, 69, 100, 300, 1_000];
    const [quick] = standardAlerts(objective);
    const detection = detectionMinutes(objective, quick!, 0.1);
    return {
      kind: "curve",
      title: "Pages in 30 days by traffic",
      x: { label: "requests an hour", unit: "" },
      y: { label: "pages", unit: "in 30 days", scale: "linear" },
      series: [
        ...(against === undefined
          ? []
          : [
              {
                label: against.name,
                role: "control" as const,
                points: [{ x: against.values.perHour, y: countPages(against.values, seed).pages }],
              },
            ]),
        {
          label: "this share of errors",
          role: "run",
          points: rates.map((perHour) => ({ x: perHour, y: countPages({ ...values, perHour }, seed).pages })),
        },
      ],
      here: values.perHour,
      says: `${pages.toFixed(1)} pages in 30 days at ${String(values.perHour)} requests an hour. A real outage of one request in ten is seen after ${detection?.toFixed(1) ?? "–"} minutes.`,
    };
  },
});

const policyParameters = {
  perDay: {
    kind: "number",
    label: "deployments",
    unit: "/day",
    min: 0.1,
    max: 20,
    step: 0.5,
    default: 4,
    help: "As many as are wanted; a freeze stops them.",
  },
  failPercent: {
    kind: "number",
    label: "of which bad",
    unit: "%",
    min: 0,
    max: 50,
    default: 5,
    help: "Each by itself.",
  },
  costPercent: {
    kind: "number",
    label: "cost of a bad one",
    unit: "% of the budget",
    min: 1,
    max: 100,
    step: 5,
    default: 25,
    help: "How much of the budget one uses.",
  },
  freeze: {
    kind: "flag",
    label: "freeze when the budget is used up",
    default: true,
    help: "No deployment until the window of 30 days ends.",
  },
} as const;
type PolicyValues = ValuesOf<typeof policyParameters>;

function runMonth(
  { perDay, failPercent, costPercent, freeze }: PolicyValues,
  seed: number,
): { readonly used: number; readonly deployed: number; readonly hash: string } {
  const random = keyedRandom(seed);
  const hash = new RunningHash();
  let time = 0;
  let used = 0;
  let deployed = 0;
  for (let deploy = 0; ; deploy += 1) {
    time -= naturalLogarithm(1 - random.unit(streams.deploy, deploy)) / perDay;
    if (time >= objective.days) break;
    if (freeze && used >= 100) continue;
    deployed += 1;
    if (random.unit(streams.fails, deploy) * 100 < failPercent) used += costPercent;
    hash.add(Math.round(time * 1_000) ^ used);
  }
  return { used, deployed, hash: hash.digest() };
}

/** Experiment 17: what a freeze is worth, and what it costs. */
export const budgetPolicy = defineExperiment({
  id: "budget-policy",
  title: "An error-budget policy",
  summary:
    "Deployments come at random in a month; some are bad and use a part of the error budget. With a policy there are none once it is used up.",
  leavesOut:
    "Only deployments use the budget. A month begins with all of it. Who can not deploy can not repair either: a real policy lets repairs through.",
  parameters: policyParameters,
  properties: { bounded: { says: "No more than the budget and the cost of one bad deployment is used." } },
  metrics: {
    used: { label: "used of the budget", unit: "%", digits: 1 },
    deployed: { label: "deployments", unit: "", digits: 1 },
  },
  run(values, seed) {
    const { used, deployed, hash } = runMonth(values, seed);
    const says = `${used.toFixed(0)} % of the budget was used, in ${String(deployed)} deployments.`;
    return {
      verdicts: { bounded: { verdict: used < 100 + values.costPercent ? "holds" : "violated", says } },
      metrics: { used, deployed },
      traceHash: hash,
      events: deployed,
    };
  },
  picture(values, seed, against) {
    const { used, deployed } = runMonth(values, seed);
    const expected = (days: number): number => days * values.perDay * (values.failPercent / 100) * values.costPercent;
    return {
      kind: "curve",
      title: "The budget over the month",
      x: { label: "days", unit: "" },
      y: { label: "used", unit: "% of the budget", scale: "linear" },
      series: [
        { label: "expected without a freeze", role: "reference", points: pointsOf(0, objective.days, expected) },
        ...(against === undefined
          ? []
          : [
              {
                label: against.name,
                role: "control" as const,
                points: [{ x: objective.days, y: runMonth(against.values, seed).used }],
              },
            ]),
        { label: "this run", role: "run", points: [{ x: objective.days, y: used }] },
      ],
      says: `${used.toFixed(0)} % of the budget was used, in ${String(deployed)} deployments.`,
    };
  },
});
