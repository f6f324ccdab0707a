import { milliseconds, seconds } from "@fieldbook/kernel";
import type { Call, Retry, Service } from "@fieldbook/load";
import { defineGraphExperiment } from "./graph-experiment.ts";
import { threeDigits, timeText } from "./service-figure.ts";

const layersAtMost = 6;
const hundredTimes = Array.from({ length: 100 }, (_, index) => index * milliseconds(100));

/** Experiment 9: retries of each layer multiply. */
export const retryAmplification = defineGraphExperiment({
  id: "retry-amplification",
  title: "Retries multiply",
  summary:
    "Services in a chain, each calling the next. The last one fails every request. Either each layer retries, or the first alone.",
  leavesOut:
    "Nothing queues and nothing times out: the answer is an error, at once. With timeouts the layers also hold on to each other's resources.",
  parameters: {
    layers: {
      kind: "integer",
      label: "layers that call",
      unit: "",
      min: 1,
      max: layersAtMost,
      default: 5,
      help: "Callers above the service that fails.",
    },
    attempts: {
      kind: "integer",
      label: "attempts of each",
      unit: "",
      min: 1,
      max: 5,
      default: 3,
      help: "The first included.",
    },
    where: {
      kind: "choice",
      label: "who retries",
      options: [
        { value: "all", label: "every layer" },
        { value: "first", label: "the first alone" },
        { value: "budget", label: "every layer, within a budget of 10 %" },
      ],
      default: "all",
      help: "A budget lets a layer retry one request in ten.",
    },
  },
  properties: {},
  metrics: { amplification: { label: "attempts at the last service for each request", unit: "", digits: 2 } },
  graph: ({ layers, attempts, where }) => {
    const retry: Retry = {
      attempts,
      backoff: { kind: "fixed", delay: 1_000 },
      ...(where === "budget" ? { budget: { share: 0.1, burst: 1 } } : {}),
    };
    const call = (to: string, layer: number): Call => ({ to, ...(where === "first" && layer > 0 ? {} : { retry }) });
    const name = (layer: number): string => (layer === layers ? "last" : `layer-${String(layer)}`);
    const middle = Array.from({ length: layers - 1 }, (_, index): readonly [string, Service] => [
      name(index + 1),
      { instances: 1, concurrency: 1_000_000, steps: [{ kind: "call", call: call(name(index + 2), index + 1) }] },
    ]);
    return {
      name: "A chain",
      // Long enough that the last request has come to its end.
      duration: seconds(200),
      sources: { users: { arrivals: { kind: "trace", times: hundredTimes }, calls: call(name(1), 0) } },
      services: {
        ...Object.fromEntries(middle),
        last: {
          instances: 1,
          concurrency: 1_000_000,
          steps: [{ kind: "work", time: { kind: "constant", value: 0 } }],
          errorShare: 1,
        },
      },
    };
  },
  findings: (_, run) => {
    const done = Object.values(run.sources["users"]!.totals.failures).reduce((sum, count) => sum + count, 0);
    const amplification = run.services["last"]!.totals.requests / done;
    return {
      metrics: { amplification },
      says: `Each request reaches the last service ${threeDigits(amplification)} times.`,
    };
  },
});

/** Experiment 11: a bound shorter than the clients' patience. */
export const queueBound = defineGraphExperiment({
  id: "queue-bound",
  title: "A bound on the queue",
  summary:
    "Work always takes 10 ms, and more comes than can be done. Clients give up after a deadline; the service does not know. The queue has a bound.",
  leavesOut:
    "Nobody retries. A rejection costs nothing and comes at once. Work takes always the same, so that the wait follows from the queue's length.",
  parameters: {
    boundMs: {
      kind: "integer",
      label: "longest wait in the queue",
      unit: "ms",
      min: 10,
      max: 10_000,
      step: 50,
      default: 500,
      help: "The bound, as the time that a full queue takes: 500 ms are 50 places.",
    },
    deadlineMs: {
      kind: "integer",
      label: "clients' patience",
      unit: "ms",
      min: 50,
      max: 5_000,
      step: 50,
      default: 1_000,
      help: "After this the answer is of no use.",
    },
    load: {
      kind: "number",
      label: "load",
      unit: "%",
      min: 50,
      max: 400,
      step: 10,
      default: 150,
      help: "Requests per second as a share of what can be done.",
    },
  },
  properties: { useful: { says: "No work is wasted: whatever is served is served within its client's patience." } },
  metrics: {
    goodput: { label: "answered in time", unit: "% of capacity", digits: 1 },
    wasted: { label: "work wasted", unit: "%", digits: 1 },
  },
  graph: ({ boundMs, deadlineMs, load }) => ({
    name: "A bound",
    duration: seconds(60),
    warmUp: seconds(20),
    sources: {
      clients: {
        arrivals: { kind: "poisson", rate: load },
        calls: { to: "service", timeout: milliseconds(deadlineMs) },
      },
    },
    services: {
      service: {
        instances: 1,
        concurrency: 1,
        queue: { bound: Math.floor(boundMs / 10) },
        steps: [{ kind: "work", time: { kind: "constant", value: milliseconds(10) } }],
      },
    },
  }),
  findings: (_, run) => {
    const { totals, means } = run.services["service"]!;
    const time = (run.duration - run.warmUp) / 1_000_000;
    const goodput = run.sources["clients"]!.totals.successes / time;
    const wasted = (means.wasted / Math.max(1, totals.successes)) * 100;
    const words = `${threeDigits(goodput)} of 100 requests/s that can be done are answered in time; ${wasted.toFixed(1)} % of the work is for clients who had given up.`;
    return {
      verdicts: { useful: { verdict: means.wasted === 0 ? "holds" : "violated", says: words } },
      metrics: { goodput, wasted },
      says: words,
    };
  },
});

/** Experiment 13: the load that a cache hides. */
export const cacheLoss = defineGraphExperiment({
  id: "cache-loss",
  title: "When the cache is lost",
  summary:
    "A service reads a database through a cache. The database can do a part of what would come without the cache. After a minute the cache is emptied; clients retry.",
  leavesOut:
    "One cache for all instances; keys do not change; the database has no cache of its own. Filling an entry takes one read.",
  parameters: {
    capacity: {
      kind: "integer",
      label: "the database can do",
      unit: "% of all requests",
      min: 5,
      max: 150,
      step: 5,
      default: 30,
      help: "As a share of the requests that come.",
    },
    singleFlight: {
      kind: "flag",
      label: "one read for each key at a time",
      default: false,
      help: "Misses of one key that come together share one read.",
    },
    retries: {
      kind: "flag",
      label: "clients retry",
      default: true,
      help: "Three attempts, half a second of patience for each.",
    },
    waitMs: {
      kind: "integer",
      label: "longest wait for the database",
      unit: "ms",
      min: 10,
      max: 30_000,
      step: 100,
      default: 20_000,
      help: "The bound of its queue, as the time that a full queue takes. Callers wait 500 ms.",
    },
    keys: {
      kind: "integer",
      label: "keys",
      unit: "",
      min: 100,
      max: 20_000,
      step: 1_000,
      default: 5_000,
      help: "How many different things are asked for; few of them often (Zipf's law).",
    },
  },
  properties: { recovers: { says: "In the last 30 s at least 95 % of the requests are answered." } },
  metrics: { answered: { label: "answered in the last 30 s", unit: "%", digits: 1 } },
  graph: ({ capacity, singleFlight, retries, waitMs, keys }) => {
    const rate = 400;
    const databaseRate = (rate * capacity) / 100;
    const retry: Retry = {
      attempts: 3,
      backoff: { kind: "full-jitter", base: milliseconds(50), cap: milliseconds(500) },
    };
    return {
      name: "A cache",
      duration: seconds(180),
      warmUp: seconds(150),
      sources: {
        readers: {
          arrivals: { kind: "poisson", rate },
          keys: { count: keys, skew: 1 },
          calls: { to: "front", timeout: milliseconds(500), ...(retries ? { retry } : {}) },
        },
      },
      services: {
        front: {
          instances: 4,
          concurrency: 1_000,
          steps: [
            {
              kind: "call",
              call: {
                to: "database",
                timeout: milliseconds(500),
                cache: {
                  capacity: keys,
                  timeToLive: seconds(3_600),
                  warm: 1,
                  singleFlight,
                  hitTime: { kind: "constant", value: milliseconds(1) },
                },
              },
            },
          ],
        },
        database: {
          instances: 1,
          concurrency: 8,
          queue: { bound: Math.floor((waitMs * databaseRate) / 1_000) },
          steps: [{ kind: "work", time: { kind: "exponential", mean: Math.round((8 * 1_000_000) / databaseRate) } }],
        },
      },
      incidents: [
        { kind: "cache-flush", service: "database", at: seconds(60), until: seconds(60), says: "the cache is emptied" },
      ],
    };
  },
  findings: (_, run) => {
    const { successes, requests, latency } = run.sources["readers"]!.totals;
    const answered = Math.min(100, (successes / requests) * 100);
    const words = `${answered.toFixed(1)} % of the requests of the last 30 s are answered, 99 % of them within ${timeText(latency.p99)}.`;
    return {
      verdicts: { recovers: { verdict: answered >= 95 ? "holds" : "violated", says: words } },
      metrics: { answered },
      says: words,
    };
  },
});
