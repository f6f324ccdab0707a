import type { Body } from "./message.ts";
import type { NodeDefinition } from "./node.ts";
import type { Plan, SystemSettings } from "./plan.ts";
import { calmLatencyOf, networkOf, planRun, PlanError } from "./plan.ts";
import type { Run, RunOptions } from "./run.ts";
import { simulate } from "./simulate.ts";
import type { FaultKind } from "./faults/fault.ts";
import type { Finding, Observed, Property, SystemDefinition } from "./system.ts";

/** The property that every system with a goal of recovery has beside its own. */
export const recoveryProperty = "recovers";

/** The property that every system has: no handler throws, and what handlers assert holds. */
export const errorProperty = "no-error";

/** A run of a system and what its properties say of it. */
export interface SystemRun {
  readonly plan: Plan;
  readonly seed: number;
  readonly run: Run;
  readonly verdict: "holds" | "violated" | "unknown";
  /** The property that is violated or unknown; "" when all hold. */
  readonly property: string;
  /** The kind of anomaly, where the property knows several. */
  readonly kind: string;
  /** One sentence for people, with the values of this run. */
  readonly says: string;
  /** Indexes in the history of the operations that contradict each other. */
  readonly operations: readonly number[];
}

/** A system whose types are its own affair: what campaigns, shrinking and pages work with. */
export interface System {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly leavesOut: string;
  readonly source: string;
  readonly nodes: { readonly default: number; readonly min: number; readonly max: number };
  readonly clients: number;
  readonly operations: number;
  /** Latency of a message that nothing delays, µs. */
  readonly calmLatency: number;
  readonly survives: readonly FaultKind[];
  /** Whether a message may be late for ever, or lost, without breaking what the system counts on. */
  readonly mayMissMessages: boolean;
  readonly properties: readonly { readonly id: string; readonly says: string }[];
  readonly mutants: readonly { readonly id: string; readonly says: string; readonly seen: string }[];
  readonly sometimes: readonly string[];
  /** Operators' commands that its nodes know. */
  readonly commands: readonly string[];
  /** @throws PlanError for settings out of range or an unknown mutant */
  plan(settings: SystemSettings, seed: number): Plan;
  /** Runs a plan. Pure: equal arguments give an equal run. */
  run(plan: Plan, seed: number, options?: RunOptions): SystemRun;
}

/** Two names for one id, an unknown default: found when the system is declared. */
export class SystemError extends Error {
  override readonly name = "SystemError";
}

function problemOf<State extends object, Requests extends Body, Replies extends Body, Config>(
  definition: SystemDefinition<State, Requests, Replies, Config>,
): string | undefined {
  const { nodes, mutants, properties } = definition;
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const ids = [definition.id, ...mutants.map(({ id }) => id), ...properties.map(({ id }) => id)];
  const wrong = ids.find((id) => !kebab.test(id));
  if (wrong !== undefined) return `"${wrong}" is no id: lower-case words joined by hyphens.`;
  for (const list of [mutants, properties]) {
    const double = list.find(({ id }, index) => list.findIndex((other) => other.id === id) !== index);
    if (double !== undefined) return `"${double.id}" is there twice.`;
  }
  if (!(1 <= nodes.min && nodes.min <= nodes.default && nodes.default <= nodes.max && nodes.max <= 30)) {
    return `nodes: 1 ≤ min ≤ default ≤ max ≤ 30 does not hold for ${JSON.stringify(nodes)}.`;
  }
  if (properties.length === 0 && definition.recovers === undefined) return "it has no property that could be violated.";
  const idle = mutants.find(({ config, node }) => config === undefined && node === undefined);
  return idle === undefined ? undefined : `mutant "${idle.id}" changes nothing: give it a config or a node.`;
}

/**
 * Declares a system.
 *
 * @throws SystemError when ids are double or badly formed, or numbers do not go together
 */
export function defineSystem<State extends object, Requests extends Body, Replies extends Body, Config>(
  definition: SystemDefinition<State, Requests, Replies, Config>,
): System {
  const problem = problemOf(definition);
  if (problem !== undefined) throw new SystemError(`System "${definition.id}": ${problem}`);
  const { id, title, says, leavesOut, source, nodes, clients, operations, survives, sometimes } = definition;
  const recovery = { id: recoveryProperty, says: "Once the faults are over, clients are answered again in time." };
  return {
    id,
    title,
    says,
    leavesOut,
    source,
    nodes,
    clients,
    operations,
    calmLatency: calmLatencyOf(definition),
    survives,
    mayMissMessages: survives.includes("loss") || definition.limits?.delay === undefined,
    sometimes,
    properties: [
      { id: errorProperty, says: "No handler throws, and what handlers assert holds." },
      ...definition.properties.map((property) => ({ id: property.id, says: property.says })),
      ...(definition.recovers === undefined ? [] : [recovery]),
    ],
    mutants: definition.mutants.map((mutant) => ({ id: mutant.id, says: mutant.says, seen: mutant.seen })),
    commands: Object.keys(definition.node.operator ?? {}),
    plan(settings, seed) {
      if (settings.mutant !== undefined) mutated(definition, settings.mutant);
      return planRun(definition, settings, seed);
    },
    run: (plan, seed, options) => runPlan(definition, plan, seed, options ?? {}),
  };
}

/** The node and configuration of a mutant, or of the correct system. */
function mutated<State extends object, Requests extends Body, Replies extends Body, Config>(
  definition: SystemDefinition<State, Requests, Replies, Config>,
  id: string | undefined,
): { readonly node: NodeDefinition<State, Requests, Replies, Config>; readonly config: Config } {
  const { node, config, mutants } = definition;
  if (id === undefined) return { node, config };
  const mutant = mutants.find((other) => other.id === id);
  if (mutant === undefined) {
    const known = mutants.map((other) => other.id).join(", ");
    throw new PlanError(`System "${definition.id}" has no mutant "${id}"; it has ${known}.`);
  }
  return { node: mutant.node?.(node) ?? node, config: { ...config, ...mutant.config } };
}

/** More than any run calls: clients of a healed system call until they are answered. */
const manyOperations = 100_000;

function runPlan<State extends object, Requests extends Body, Replies extends Body, Config>(
  definition: SystemDefinition<State, Requests, Replies, Config>,
  plan: Plan,
  seed: number,
  options: RunOptions,
): SystemRun {
  const { node, config } = mutated(definition, plan.mutant);
  const watched = definition.properties.filter((property) => "watch" in property);
  const settled = definition.recovers?.settled;
  const run = simulate(
    {
      node,
      ...(definition.next === undefined ? {} : { next: definition.next }),
      config,
      nodes: plan.nodes,
      ...(plan.absent === undefined ? {} : { absent: plan.absent }),
      network: networkOf(definition, plan),
      ...(plan.fates === undefined ? {} : { fates: plan.fates }),
      ...(plan.schedule === undefined ? {} : { schedule: plan.schedule }),
      faults: plan.faults,
      clocks: plan.clocks,
      workload: definition.workload({
        nodes: plan.nodes,
        clients: plan.clients,
        operations: plan.recovers || plan.script !== undefined ? manyOperations : plan.operations,
      }),
      operations: plan.operations,
      ...(plan.script === undefined ? {} : { script: plan.script }),
      until: plan.until,
      // A plan without a goal goes on to its end: what is to be seen may come after the last answer.
      outliveClients: plan.script !== undefined,
      ...(plan.recovers
        ? { recovery: { from: plan.healedAt, core: plan.core, ...(settled === undefined ? {} : { settled }) } }
        : {}),
      errorsAreAlarms: true,
      watchers: watched.map((property) => property.watch()),
      maxEvents: 200_000,
    },
    seed,
    options,
  );
  const base = { plan, seed, run };
  if (run.alarm !== undefined) {
    const { watcher, says } = run.alarm;
    const property = watched[watcher]?.id ?? errorProperty;
    // Errors are told apart by their words, without the numbers of the run.
    const kind = watcher < 0 ? says.slice(says.indexOf(": ") + 2).replaceAll(/\d+/g, "#") : "";
    return { ...base, verdict: "violated", property, kind, says, operations: [] };
  }
  return { ...base, ...judge(definition, run, options.causes === true || options.record === true) };
}

type Judged = Pick<SystemRun, "verdict" | "property" | "kind" | "says" | "operations">;

function judge<State extends object, Requests extends Body, Replies extends Body, Config>(
  definition: SystemDefinition<State, Requests, Replies, Config>,
  run: Run,
  explain: boolean,
): Judged {
  const outcome = {
    history: run.history,
    // The run is of this definition's nodes, whose states are of this type.
    nodes: run.nodes as readonly Observed<State>[],
    endedAt: run.endedAt,
  };
  let unknown: Judged | undefined;
  for (const property of definition.properties) {
    if (!("judge" in property)) continue;
    const found = judgeOne(property, outcome, explain);
    if (found.verdict === "violated") return found;
    if (found.verdict === "unknown") unknown ??= found;
  }
  const { recovered } = run;
  if (recovered !== undefined && !recovered.reached) {
    const within = (definition.recovers!.within / 1_000_000).toFixed(1);
    const why = run.ended === "events" ? "the nodes talk without end" : recovered.missing;
    const says = `${within} s after the last fault: ${why}.`;
    return { verdict: "violated", property: recoveryProperty, kind: "", says, operations: [] };
  }
  if (run.ended === "events") {
    return { verdict: "unknown", property: "", kind: "", says: "The run was cut off.", operations: [] };
  }
  return unknown ?? { verdict: "holds", property: "", kind: "", says: "All properties hold.", operations: [] };
}

function judgeOne<State>(
  property: Extract<Property<State>, { judge: unknown }>,
  outcome: Parameters<typeof property.judge>[0],
  explain: boolean,
): Judged {
  const found: Finding = property.judge(outcome, explain);
  const violated = found.verdict === "violated" ? found : undefined;
  return {
    verdict: found.verdict,
    property: property.id,
    kind: violated?.kind ?? "",
    says: found.says,
    operations: violated?.operations ?? [],
  };
}
