import { defineSystem, drawClocks, drawFaults, faultKinds, runSystem, simulate, TraceKind } from "@fieldbook/engine";
import type { System, Workload } from "@fieldbook/engine";
import type { AnyExperiment, AnyValues } from "@fieldbook/lab";
import { experiments } from "@fieldbook/lab";
import { exponential, keyedRandom, milliseconds, uniform } from "@fieldbook/kernel";
import { gossipRegister, systems } from "@fieldbook/systems";
import type { RegisterReply, RegisterRequest } from "@fieldbook/systems";

/** Every fault that an experiment has a knob for, turned on: values in the units of the knobs of that name. */
const knobsOn = { loss: 5, duplicates: 5, reordered: 20, partitions: 3, crashes: 2, clockOffset: 200 };

const seedsPerExperiment = 200;
/** Experiments with long runs get fewer seeds: so many events in all. */
const eventsPerExperiment = 1_000_000;
const leastSeeds = 3;
export const stormySeeds = 1_000;

/**
 * What each run came to: one line a run, for every experiment of the lab with all faults on that it has knobs for, and
 * for a system with clocks and timers under every fault of the engine at once. The same code gives this list in Node
 * and, bundled, in a browser.
 */
export function outcomes(): string[] {
  const storms = Array.from({ length: stormySeeds }, (_, seed) => `storm ${String(seed)}: ${stormyRun(seed)}`);
  return [...experiments.flatMap(experimentRuns), ...storms];
}

/** Runs of the systems, mutants included, each under a swarm of its own. */
const systemSeeds = 10_000;

/**
 * What runs of all systems came to, one line a run: correct and mutant by turns, and a system that is put under every kind
 * of fault there is, whether it survives it or not.
 */
export function systemOutcomes(): string[] {
  const all = [...systems, weathered];
  return Array.from({ length: systemSeeds }, (_, seed) => {
    const system = all[seed % all.length]!;
    const mutants = [undefined, ...system.mutants.map(({ id }) => id)];
    const mutant = mutants[Math.floor(seed / all.length) % mutants.length];
    const { run, verdict, property, plan } = runSystem(system, { seed, ...(mutant === undefined ? {} : { mutant }) });
    const faults = [...new Set(plan.faults.map(({ kind }) => kind))].join(" ");
    const { traceHash, events } = run;
    return `${system.id} ${mutant ?? ""} ${String(seed)}: ${traceHash} ${String(events)} ${verdict} ${property} (${faults})`;
  });
}

function experimentRuns(experiment: AnyExperiment): string[] {
  const values: AnyValues = Object.fromEntries(
    Object.entries(knobsOn).filter(([name]) => Object.hasOwn(experiment.parameters, name)),
  );
  const affordable = Math.floor(eventsPerExperiment / Math.max(1, experiment.run(values, 0).events));
  const seeds = Math.min(seedsPerExperiment, Math.max(leastSeeds, affordable));
  return Array.from({ length: seeds }, (_, seed) => {
    const { traceHash, events, metrics, verdicts } = experiment.run(values, seed);
    return `${experiment.id} ${String(seed)}: ${traceHash} ${String(events)} ${JSON.stringify([metrics, verdicts])}`;
  });
}

/** Partitions of both kinds, crashes, loss, duplicates, reordering, clocks off and drifting, timers: all in one run. */
export function stormyRun(seed: number): string {
  const random = keyedRandom(seed);
  const nodes = ["n1", "n2", "n3", "n4"];
  const weather = {
    window: { from: 0, until: milliseconds(800) },
    partitions: { count: 3, duration: uniform(20_000, 300_000), oneWay: 400_000 },
    crashes: { count: 3, downtime: uniform(10_000, 200_000) },
  };
  const { traceHash, trace, history } = simulate(
    {
      node: gossipRegister,
      config: { antiEntropy: true, interval: milliseconds(20) },
      nodes: nodes.length,
      network: {
        latency: exponential(milliseconds(10), milliseconds(1)),
        loss: 50_000,
        duplicate: 50_000,
        ordered: seed % 2 === 0,
        reorder: 100_000,
        reorderDelay: uniform(0, milliseconds(60)),
      },
      faults: drawFaults(random, weather, nodes),
      clocks: drawClocks(random, nodes.length, { maxOffset: milliseconds(200), maxDrift: 50_000 }),
      workload: callers,
      until: milliseconds(2_000),
    },
    seed,
    { record: true },
  );
  const met = new Set(trace.map(({ kind, label }) => (kind === TraceKind.drop ? label : nameOf(kind))));
  return `${traceHash} ${String(history.length)} met: ${[...met].toSorted().join(", ")}`;
}

const nameOf = (kind: number): string => Object.entries(TraceKind).find(([, value]) => value === kind)![0];

const callers: Workload<RegisterRequest, RegisterReply> = {
  clients: 3,
  timeout: milliseconds(60),
  next(client, k, draws) {
    if (k === 12) return undefined;
    const value = client + 1 + 3 * k;
    const writes = draws.below(2, 0) === 0;
    const body: RegisterRequest = writes ? { type: "write", value } : { type: "read" };
    return { f: body.type, input: writes ? value : null, body, node: draws.below(4, 1), think: draws.below(40_000, 2) };
  },
  complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.value : null }),
};

const speaking: typeof gossipRegister = {
  ...gossipRegister,
  operator: { speak: (_state, _data, ctx) => ctx.log("operator") },
};

/** The gossip register under everything, which it need not survive. */
const weathered: System = defineSystem({
  id: "weathered",
  title: "Gossip register under all faults",
  says: "For comparing runs.",
  leavesOut: "Nothing is promised.",
  source: "none",
  node: speaking,
  config: { antiEntropy: true, interval: milliseconds(20) },
  nodes: { default: 4, min: 2, max: 4 },
  clients: 3,
  operations: 12,
  workload: () => callers,
  survives: Object.values(faultKinds).flat(),
  next: speaking,
  operator: [{ command: "speak", draw: (_draws, nodes) => ({ nodes: nodes.slice(1), data: null }) }],
  properties: [{ id: "none", says: "Nothing.", judge: () => ({ verdict: "holds", says: "Nothing is promised." }) }],
  sometimes: [],
  mutants: [],
});
