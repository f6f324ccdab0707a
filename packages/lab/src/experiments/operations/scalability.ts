import { seconds } from "@fieldbook/kernel";
import type { GraphRun, ServiceGraph, Step } from "@fieldbook/load";
import { simulateGraph } from "@fieldbook/load";
import { defineExperiment } from "../../experiment.ts";
import type { ValuesOf } from "../../parameters.ts";
import { pointsOf } from "./curve-figure.ts";
import { threeDigits } from "./service-figure.ts";

/** One node alone does one piece of work in this time. */
const unit = seconds(1);
const rounds = 20;

const parameters = {
  nodes: {
    kind: "integer",
    label: "nodes",
    unit: "",
    min: 1,
    max: 150,
    default: 40,
    help: "How many work at the same time.",
  },
  contention: {
    kind: "number",
    label: "serial part",
    unit: "%",
    min: 0,
    max: 50,
    step: 1,
    default: 3,
    help: "The share of each piece of work that one node at a time can do, such as under a lock.",
  },
  coherence: {
    kind: "number",
    label: "cost of agreement",
    unit: "% for each pair",
    min: 0,
    max: 2,
    step: 0.01,
    default: 0.05,
    help: "What each node spends, with each other, on keeping what they know alike.",
  },
} as const;

type Values = ValuesOf<typeof parameters>;

/** Rounds of work: all do their own part at once, then the serial parts, then each pair's exchange, one after the other. */
function graphOf({ nodes, contention, coherence }: Values): ServiceGraph {
  const work = (share: number): readonly Step[] => [
    { kind: "work", time: { kind: "constant", value: Math.round(unit * share) } },
  ];
  const fanOut = (to: string, count: number): readonly Step[] =>
    count === 0 ? [] : [{ kind: "fan-out", call: { to }, count }];
  const serial = contention / 100;
  return {
    name: "Nodes that share",
    duration: seconds(100_000),
    sources: {
      rounds: { arrivals: { kind: "trace", times: Array.from({ length: rounds }, () => 0) }, calls: { to: "round" } },
    },
    services: {
      round: {
        instances: 1,
        concurrency: 1,
        steps: [...fanOut("nodes", nodes), ...fanOut("lock", nodes), ...fanOut("exchange", nodes * (nodes - 1))],
      },
      nodes: { instances: 1, concurrency: 1_000, steps: work(1 - serial) },
      lock: { instances: 1, concurrency: 1, steps: work(serial) },
      exchange: { instances: 1, concurrency: 1, steps: work(coherence / 100) },
    },
  };
}

/** Pieces of work in the time that one node needs for one. */
const throughputOf = ({ nodes }: Values, run: GraphRun): number =>
  (nodes * rounds * unit) / run.sources["rounds"]!.totals.latency.max;

/** The Universal Scalability Law: N / (1 + σ(N − 1) + κN(N − 1)); Gunther 1993. */
const law = ({ contention, coherence }: Values, nodes: number): number =>
  nodes / (1 + (contention / 100) * (nodes - 1) + (coherence / 100) * nodes * (nodes - 1));

/** Experiment 5: more nodes, less done. */
export const scalabilityCeiling = defineExperiment({
  id: "scalability-ceiling",
  title: "The ceiling of scale",
  summary:
    "Nodes do work in rounds. Part of it only one can do at a time, and each pair of nodes has to agree on something in each round.",
  leavesOut:
    "All nodes begin a round together and all parts always take the same, so that the law holds exactly; with chance in it throughput is a little different. Real costs of agreement need not grow with each pair.",
  parameters,
  properties: { grows: { says: "Twice the nodes do more than these do." } },
  metrics: { throughput: { label: "throughput", unit: "times one node", digits: 2 } },
  run(values, seed) {
    const run = simulateGraph(graphOf(values), seed);
    const throughput = throughputOf(values, run);
    const doubled = { ...values, nodes: values.nodes * 2 };
    const twice = throughputOf(doubled, simulateGraph(graphOf(doubled), seed));
    const says = `${String(values.nodes)} nodes do ${threeDigits(throughput)} times the work of one, ${String(doubled.nodes)} nodes ${threeDigits(twice)} times.`;
    return {
      verdicts: { grows: { verdict: twice > throughput ? "holds" : "violated", says } },
      metrics: { throughput },
      traceHash: run.traceHash,
      events: run.handledEvents,
    };
  },
  picture(values, seed, against) {
    const measured = (of: Values): number => throughputOf(of, simulateGraph(graphOf(of), seed));
    const most = Math.max(20, values.nodes * 2);
    const best = Math.sqrt((1 - values.contention / 100) / (values.coherence / 100));
    const here = measured(values);
    const peak = Number.isFinite(best) ? ` The law puts the most at ${threeDigits(best)} nodes.` : "";
    return {
      kind: "curve",
      title: "Throughput by nodes",
      x: { label: "nodes", unit: "" },
      y: { label: "throughput", unit: "times one node", scale: "linear" },
      series: [
        { label: "the law", role: "reference", points: pointsOf(1, most, (nodes) => law(values, nodes)) },
        ...(against === undefined
          ? []
          : [
              {
                label: against.name,
                role: "control" as const,
                points: [{ x: against.values.nodes, y: measured(against.values) }],
              },
            ]),
        { label: "this run", role: "run", points: [{ x: values.nodes, y: here }] },
      ],
      here: values.nodes,
      says: `${String(values.nodes)} nodes do ${threeDigits(here)} times the work of one.${peak}`,
    };
  },
});
