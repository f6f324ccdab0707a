import { milliseconds, seconds } from "@fieldbook/kernel";
import type { Call } from "@fieldbook/load";
import { defineGraphExperiment } from "./graph-experiment.ts";
import { threeDigits, timeText } from "./service-figure.ts";

const service = milliseconds(10);

/** Experiment 6: how many to look at before one is chosen. */
export const twoChoices = defineGraphExperiment({
  id: "two-choices",
  title: "The power of two choices",
  summary:
    "Many servers, each with a queue of its own. A request looks at some of them, drawn at random, and goes to the one with " +
    "the fewest requests.",
  leavesOut:
    "The length of a queue is known at once and is right; work is exponential; servers are alike; requests are independent of each other.",
  parameters: {
    servers: {
      kind: "integer",
      label: "servers",
      unit: "",
      min: 2,
      max: 1_000,
      step: 50,
      default: 500,
      help: "The closed form is for very many; with few the gain is smaller.",
    },
    choices: {
      kind: "integer",
      label: "servers looked at",
      unit: "",
      min: 1,
      max: 5,
      default: 2,
      help: "One is blind chance.",
    },
    load: {
      kind: "number",
      label: "load",
      unit: "%",
      min: 10,
      max: 99,
      default: 90,
      help: "Requests per second as a share of what all servers can do.",
    },
    seconds: {
      kind: "integer",
      label: "length of the run",
      unit: "s",
      min: 2,
      max: 60,
      default: 4,
      help: "The first quarter is left out.",
    },
  },
  properties: {},
  metrics: { sojourn: { label: "time in the system", unit: "service times", digits: 2 } },
  graph: ({ servers, choices, load, seconds: run }) => ({
    name: "Many servers",
    duration: seconds(run),
    warmUp: seconds(run / 4),
    sources: {
      customers: {
        arrivals: { kind: "poisson", rate: (servers * 100 * load) / 100 },
        calls: { to: "servers", balance: { kind: "choices", choices } },
      },
    },
    services: {
      servers: {
        instances: servers,
        concurrency: 1,
        steps: [{ kind: "work", time: { kind: "exponential", mean: service } }],
      },
    },
  }),
  findings: (_, run) => {
    const { means } = run.services["servers"]!;
    const sojourn = means.sojourn / service;
    return {
      metrics: { sojourn },
      says: `A request spends ${threeDigits(sojourn)} service times in the system on average.`,
    };
  },
});

/** Experiment 7: the slowest of many. */
export const fanOutTail = defineGraphExperiment({
  id: "fan-out-tail",
  title: "The tail of a fan-out",
  summary:
    "A request asks many leaves at once and waits for the slowest. Each leaf is usually fast; one answer in a hundred is slow.",
  leavesOut:
    "Leaves are independent and never queue. In practice what makes one slow often makes its neighbours slow, too.",
  parameters: {
    leaves: {
      kind: "integer",
      label: "leaves asked",
      unit: "",
      min: 1,
      max: 500,
      default: 100,
      help: "How many answers a request needs.",
    },
    slowPercent: {
      kind: "number",
      label: "slow answers of a leaf",
      unit: "%",
      min: 0,
      max: 50,
      default: 1,
      help: "How many of a leaf's answers take 1 s in place of 10 ms.",
    },
    needed: {
      kind: "integer",
      label: "answers needed",
      unit: "% of leaves",
      min: 50,
      max: 100,
      default: 100,
      help: "Below 100 the request does without the slowest.",
    },
    requests: {
      kind: "integer",
      label: "requests",
      unit: "",
      min: 100,
      max: 5_000,
      step: 100,
      default: 1_000,
      help: "How many requests are made.",
    },
  },
  properties: {},
  metrics: { slowShare: { label: "requests that meet a slow answer", unit: "%", digits: 1 } },
  graph: ({ leaves, slowPercent, needed, requests }) => {
    // 1,000 values of which a share is slow.
    const slow = Math.round(slowPercent * 10);
    const values = Array.from({ length: 1_000 }, (_, index) => (index < 1_000 - slow ? milliseconds(10) : seconds(1)));
    return {
      name: "Fan-out",
      duration: seconds(requests / 100 + 2),
      sources: {
        users: {
          arrivals: { kind: "trace", times: Array.from({ length: requests }, (_, index) => index * milliseconds(10)) },
          calls: { to: "root" },
        },
      },
      services: {
        root: {
          instances: 1,
          concurrency: 1_000_000,
          steps: [
            {
              kind: "fan-out",
              call: { to: "leaf" },
              count: leaves,
              needed: Math.max(1, Math.ceil((leaves * needed) / 100)),
            },
          ],
        },
        leaf: { instances: 1, concurrency: 1_000_000, steps: [{ kind: "work", time: { kind: "empirical", values } }] },
      },
    };
  },
  findings: ({ requests }, run) => {
    const { heat } = run.sources["users"]!.series.latency;
    const rows = run.heatRows.length;
    const slowRow = run.heatRows.findIndex((bound) => bound > milliseconds(100));
    let slow = 0;
    heat.forEach((count, at) => {
      if (at % rows >= slowRow) slow += count;
    });
    const slowShare = (slow / requests) * 100;
    const { p50, p99 } = run.services["leaf"]!.totals.latency;
    return {
      metrics: { slowShare },
      says: `${slowShare.toFixed(1)} % of the requests wait for a slow answer. Of a leaf's answers half take ${timeText(p50)} and 99 % at most ${timeText(p99)}.`,
    };
  },
});

/** Experiment 8: a second attempt for what is slow. */
export const hedging = defineGraphExperiment({
  id: "hedging",
  title: "Hedged requests",
  summary:
    "Ten replicas answer in about 10 ms; one answer in fifty takes fifty times as long. The client may send a second attempt " +
    "to another replica once the first is slow.",
  leavesOut:
    "Requests only read, so that two attempts do no harm. A slow answer is slow by chance, not by what is asked; where the request itself is heavy a hedge is twice the work.",
  parameters: {
    hedged: { kind: "flag", label: "hedge", default: true, help: "A second attempt when the first takes long." },
    afterMs: {
      kind: "integer",
      label: "second attempt after",
      unit: "ms",
      min: 0,
      max: 500,
      step: 5,
      default: 35,
      help: "35 ms is near the 95th percentile at low load: one request in twenty is hedged.",
    },
    cancels: {
      kind: "flag",
      label: "cancel the slower",
      default: true,
      help: "The attempt that is not needed any more is taken out of its queue, if it still waits.",
    },
    limit: {
      kind: "integer",
      label: "at most",
      unit: "% of requests",
      min: 1,
      max: 100,
      default: 100,
      help: "How many may be hedged.",
    },
    load: {
      kind: "number",
      label: "load",
      unit: "%",
      min: 5,
      max: 95,
      step: 5,
      default: 30,
      help: "Work offered, without hedges, as a share of what the replicas can do.",
    },
  },
  properties: {},
  metrics: {
    p999: { label: "99.9th percentile", unit: "ms", digits: 0 },
    more: { label: "more attempts", unit: "%", digits: 1 },
  },
  graph: ({ hedged, afterMs, cancels, limit, load }) => {
    const hedge: NonNullable<Call["hedge"]> = { after: milliseconds(afterMs), limit: limit / 100, cancels };
    // 2 % of answers are slow; the mean is 10 ms × 0.98 + 500 ms × 0.02.
    const mean = 10 * 0.98 + 500 * 0.02;
    const servers = 10 * 8;
    return {
      name: "Replicas",
      duration: seconds(60),
      warmUp: seconds(5),
      sources: {
        readers: {
          arrivals: { kind: "poisson", rate: ((servers * 1_000) / mean) * (load / 100) },
          calls: { to: "replicas", balance: { kind: "random" }, ...(hedged ? { hedge } : {}) },
        },
      },
      services: {
        replicas: {
          instances: 10,
          concurrency: 8,
          steps: [
            {
              kind: "work",
              time: { kind: "hyperexponential", means: [milliseconds(10), milliseconds(500)], shares: [0.98, 0.02] },
            },
          ],
        },
      },
    };
  },
  findings: (_, run) => {
    const { latency, requests } = run.sources["readers"]!.totals;
    const hedges = run.calls.find(({ from }) => from === "readers")!.hedges;
    const more = (hedges / requests) * 100;
    return {
      metrics: { p999: latency.p999 / 1_000, more },
      says: `99.9 % of the answers take at most ${timeText(latency.p999)}, half at most ${timeText(latency.p50)}; ${more.toFixed(1)} % more attempts.`,
    };
  },
});
