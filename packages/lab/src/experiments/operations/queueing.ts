import { milliseconds, seconds } from "@fieldbook/kernel";
import type { DurationDistribution, GraphRun, ServiceGraph } from "@fieldbook/load";
import { defineGraphExperiment } from "./graph-experiment.ts";
import { threeDigits } from "./service-figure.ts";

/** Mean time of service of all experiments here. */
const serviceMs = 10;
const service = milliseconds(serviceMs);

const leavesOut =
  "Requests are independent of each other and of the load; nobody gives up, nothing fails, and the network takes no time.";

const busy = {
  kind: "number",
  label: "offered load",
  unit: "%",
  min: 5,
  max: 120,
  step: 5,
  default: 80,
  help: "Requests per second as a share of what the servers can do. Above 100 % the queue grows without end.",
} as const;

const length = {
  kind: "integer",
  label: "length of the run",
  unit: "s",
  min: 20,
  max: 2_000,
  step: 20,
  default: 200,
  help: "How long is simulated; the first tenth is left out of the figures.",
} as const;

const exponential: DurationDistribution = { kind: "exponential", mean: service };

interface StationTerms {
  readonly name: string;
  readonly servers: number;
  readonly instances?: number;
  readonly load: number;
  readonly length: number;
  readonly work: DurationDistribution;
}

/** One service at a share of its capacity. */
function station({ name, servers, instances = 1, load, length: run, work }: StationTerms): ServiceGraph {
  const capacity = (servers * instances * 1_000) / serviceMs;
  return {
    name,
    duration: seconds(run),
    warmUp: seconds(run / 10),
    sources: {
      customers: {
        arrivals: { kind: "poisson", rate: (capacity * load) / 100 },
        calls: { to: "service", balance: { kind: "random" } },
      },
    },
    services: { service: { instances, concurrency: servers, steps: [{ kind: "work", time: work }] } },
  };
}

const waitOf = (run: GraphRun): number => run.services["service"]!.means.wait / service;

const wait = { label: "wait", unit: "service times", digits: 2 } as const;

const says = (run: GraphRun): string => {
  const { means } = run.services["service"]!;
  const warning = run.warnings.length === 0 ? "" : " There is no steady state: the wait grows with the run.";
  return `Requests wait ${threeDigits(waitOf(run))} service times on average; servers are busy ${(means.utilisation * 100).toFixed(1)} % of the time.${warning}`;
};

/** Experiment 1: the wait against the load. */
export const utilisationKnee = defineGraphExperiment({
  id: "utilisation-knee",
  title: "The knee of utilisation",
  summary: `Requests arrive at random at one server, which takes ${String(serviceMs)} ms for each on average, exponentially spread.`,
  leavesOut,
  parameters: { load: busy, seconds: length },
  properties: {},
  metrics: { wait },
  graph: ({ load, seconds: run }) => station({ name: "One server", servers: 1, load, length: run, work: exponential }),
  findings: (_, run) => ({ metrics: { wait: waitOf(run) }, says: says(run) }),
});

/** Experiment 2: one queue for many servers, or a queue for each. */
export const pooling = defineGraphExperiment({
  id: "pooling",
  title: "One queue or many",
  summary:
    "The same servers behind one queue, or each behind a queue of its own to which requests are dealt at random.",
  leavesOut: `${leavesOut} A queue of one's own has advantages that are not shown: less to share, and a failure stays with one.`,
  parameters: {
    servers: {
      kind: "integer",
      label: "servers",
      unit: "",
      min: 1,
      max: 50,
      default: 10,
      help: "How many servers there are in all.",
    },
    pooled: {
      kind: "flag",
      label: "one queue for all",
      default: true,
      help: "Off: each server has a queue of its own.",
    },
    load: busy,
    seconds: length,
  },
  properties: {},
  metrics: { wait: { ...wait, digits: 4 } },
  graph: ({ servers, pooled, load, seconds: run }) =>
    pooled
      ? station({ name: "One queue", servers, load, length: run, work: exponential })
      : station({ name: "A queue each", servers: 1, instances: servers, load, length: run, work: exponential }),
  findings: (_, run) => ({ metrics: { wait: waitOf(run) }, says: says(run) }),
});

const works = {
  constant: { kind: "constant", value: service },
  erlang: { kind: "erlang", mean: service, stages: 4 },
  exponential,
  // Balanced means: each branch has half of the work; the squared coefficient of variation is 4.
  hyperexponential: {
    kind: "hyperexponential",
    means: [Math.round(service / 1.774_596_669), Math.round(service / 0.225_403_331)],
    shares: [0.887_298_334_6, 0.112_701_665_4],
  },
} as const satisfies Record<string, DurationDistribution>;

/** Experiment 3: the same mean work, spread differently. */
export const varianceTax = defineGraphExperiment({
  id: "variance-tax",
  title: "The price of variance",
  summary: "One server and the same mean work, spread in different ways; the mean load is the same in all.",
  leavesOut,
  parameters: {
    work: {
      kind: "choice",
      label: "work",
      options: [
        { value: "constant", label: "always the same" },
        { value: "erlang", label: "a little spread (variation 1/4)" },
        { value: "exponential", label: "exponential (variation 1)" },
        { value: "hyperexponential", label: "few long ones (variation 4)" },
      ],
      default: "exponential",
      help: "How work is spread. Variation is its variance over the square of its mean.",
    },
    load: busy,
    seconds: length,
  },
  properties: {},
  metrics: { wait },
  graph: ({ work, load, seconds: run }) =>
    station({ name: "One server", servers: 1, load, length: run, work: works[work] }),
  findings: (_, run) => ({ metrics: { wait: waitOf(run) }, says: says(run) }),
});

/** Experiment 4: L = λW, by three counts that do not know of each other. */
export const littlesLaw = defineGraphExperiment({
  id: "littles-law",
  title: "Little's law, audited",
  summary:
    "One server. The mean number inside, the rate and the mean time inside are counted each by itself, over a run that is " +
    "drained at its end or cut off.",
  leavesOut,
  parameters: {
    load: { ...busy, default: 130, max: 200 },
    drained: {
      kind: "flag",
      label: "run until all have left",
      default: true,
      help: "Off: the run is cut off while requests are still inside; their time is not counted.",
    },
    requests: {
      kind: "integer",
      label: "requests",
      unit: "",
      min: 10,
      max: 5_000,
      step: 10,
      default: 500,
      help: "How many come in all, at equal distances.",
    },
  },
  properties: {
    identity: { says: "L = λW: the mean number inside is the rate times the mean time inside, to one in 10⁹." },
  },
  metrics: { ratio: { label: "L / (λW)", unit: "", digits: 3 } },
  graph: ({ load, drained, requests }) => {
    const gap = (service * 100) / load;
    const times = Array.from({ length: requests }, (_, index) => Math.round(gap * index));
    // Long enough that all have left even when each takes many times its mean.
    const until = drained ? times.at(-1)! + requests * service * 3 + seconds(2) : times.at(-1)! + 1;
    return {
      name: "Little's law",
      duration: until,
      sources: { customers: { arrivals: { kind: "trace", times }, calls: { to: "service" } } },
      services: { service: { instances: 1, concurrency: 1, steps: [{ kind: "work", time: exponential }] } },
    };
  },
  findings: (_, run) => {
    const { means, totals } = run.services["service"]!;
    const rate = totals.successes / run.duration;
    const ratio = means.inside / (rate * means.sojourn);
    const holds = Math.abs(ratio - 1) < 1e-9;
    const words = `L is ${threeDigits(means.inside)}, λW is ${threeDigits(rate * means.sojourn)}; ${String(totals.requests - totals.successes)} were still inside at the end.`;
    return {
      verdicts: { identity: { verdict: holds ? "holds" : "violated", says: words } },
      metrics: { ratio },
      says: words,
    };
  },
});
