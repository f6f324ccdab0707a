import { constant, exponential, keyedRandom, milliseconds } from "@fieldbook/kernel";
import type { Microseconds } from "@fieldbook/kernel";
import type { ClockError } from "./clock.ts";
import type { Fates } from "./fates.ts";
import type { Fault } from "./faults/fault.ts";
import type { Swarm } from "./faults/swarm.ts";
import { drawSwarm } from "./faults/swarm.ts";
import type { Body } from "./message.ts";
import type { NetworkModel } from "./network.ts";
import type { PrioritySchedule } from "./priority-schedule.ts";
import { drawPriorities } from "./priority-schedule.ts";
import type { ScriptedCall } from "./scenario.ts";
import { streams } from "./streams.ts";
import type { SystemDefinition } from "./system.ts";

/** What a run of a system is asked for; all else is drawn from the seed. */
export interface SystemSettings {
  /** Id of one of its mutants; the correct system when absent. */
  readonly mutant?: string;
  readonly nodes?: number;
  readonly clients?: number;
  readonly operations?: number;
  /** `calm`: none, with fixed latencies. `swarm`: a mix drawn from the seed. Or those given. Default: swarm. */
  readonly faults?: "calm" | "swarm" | readonly Fault[];
  /**
   * What orders deliveries: drawn latencies, or priorities drawn from the seed or given. Default: priorities for one seed
   * in four of a swarm, latencies for the others.
   */
  readonly schedule?: "latencies" | "priorities" | PrioritySchedule;
}

/** All decisions that make a run of a system, but for those that its nodes draw themselves. */
export interface Plan {
  readonly mutant?: string;
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
  readonly faults: readonly Fault[];
  readonly clocks: readonly ClockError[];
  /** Whether messages that nothing else decides take the calm latency. */
  readonly calm: boolean;
  readonly fates?: Fates;
  readonly script?: readonly ScriptedCall[];
  readonly schedule?: PrioritySchedule;
  /** When the faults are over; from then on the core must converge within the system's time. */
  readonly healedAt: Microseconds;
  /** Whether convergence is asked for. */
  readonly recovers: boolean;
  /** The nodes that are healthy from then on; the others are down for good. */
  readonly core: readonly string[];
  readonly until: Microseconds;
  /** Nodes that take no part: they never start, and nothing reaches them. */
  readonly absent?: readonly string[];
}

/** The chaos of a run lasts this long unless the system says otherwise. */
const defaultChaos = milliseconds(1_000);
/** How long a run without a goal of recovery may go on after that. */
const grace = milliseconds(2_000);
/** About how many deliveries change points are drawn over, and how many there are at most. */
const scheduledDeliveries = 400;
const mostDepth = 4;

export const nodeNames = (nodes: number): string[] =>
  Array.from({ length: nodes }, (_, index) => `n${String(index + 1)}`);

/** A run that can not be: the message says what is wrong and what would be right. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

type Definition<State extends object, Requests extends Body, Replies extends Body, Config> = SystemDefinition<
  State,
  Requests,
  Replies,
  Config
>;

function inRange(what: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new PlanError(`"${what}" is a whole number from ${String(min)} to ${String(max)}; got ${String(value)}.`);
}

/**
 * Draws what the settings leave open. Pure: equal arguments give an equal plan.
 *
 * @throws PlanError for settings out of range
 */
export function planRun<State extends object, Requests extends Body, Replies extends Body, Config>(
  system: Definition<State, Requests, Replies, Config>,
  settings: SystemSettings,
  seed: number,
): Plan {
  const { mutant, faults = "swarm" } = settings;
  const nodes = inRange("nodes", settings.nodes ?? system.nodes.default, system.nodes.min, system.nodes.max);
  const healedAt = system.chaos ?? defaultChaos;
  const names = nodeNames(nodes);
  const random = keyedRandom(seed);
  const swarm: Swarm =
    faults === "swarm"
      ? drawSwarm(random, limitsOf(system, nodes), names, healedAt)
      : { faults: faults === "calm" ? [] : faults, clocks: [] };
  const core = faults === "swarm" ? drawCore(system, names, seed) : names;
  const down = names.filter((name) => !core.includes(name));
  const lastEnd = Math.max(healedAt, ...swarm.faults.map(({ until }) => until));
  const until = lastEnd + (system.recovers?.within ?? grace);
  const schedule = scheduleOf(system, settings, seed, healedAt);
  return {
    ...(mutant === undefined ? {} : { mutant }),
    nodes,
    clients: inRange("clients", settings.clients ?? system.clients, 0, 100),
    operations: inRange("operations", settings.operations ?? system.operations, 0, 100_000),
    faults: [...swarm.faults, ...down.map((node): Fault => ({ kind: "crash", at: healedAt, until: until + 1, node }))],
    clocks: swarm.clocks,
    calm: faults === "calm",
    ...(schedule === undefined ? {} : { schedule }),
    healedAt: lastEnd,
    recovers: system.recovers !== undefined,
    core,
    until,
  };
}

function limitsOf<State extends object, Requests extends Body, Replies extends Body, Config>(
  system: Definition<State, Requests, Replies, Config>,
  nodes: number,
): Parameters<typeof drawSwarm>[1] {
  const { limits = {} } = system;
  return {
    kinds: system.survives,
    down: limits.down ?? Math.floor((nodes - 1) / 2),
    offset: limits.offset ?? milliseconds(100),
    drift: limits.drift ?? 200,
    delay: limits.delay ?? Number.MAX_SAFE_INTEGER,
    operator: system.operator ?? [],
    upgrades: system.next !== undefined,
  };
}

/** The nodes that stay: in half of the runs no more than the core needs. */
function drawCore<State extends object, Requests extends Body, Replies extends Body, Config>(
  system: Definition<State, Requests, Replies, Config>,
  names: readonly string[],
  seed: number,
): readonly string[] {
  const size = system.recovers?.core?.(names.length) ?? names.length;
  const always = system.recovers?.always ?? 0;
  const random = keyedRandom(seed);
  if (size >= names.length || random.below(2, streams.swarm, 4) === 0) return names;
  const order = names
    .map((name, index) => ({ name, rank: index < always ? -1 : random.unit(streams.swarm, 5, index) }))
    .toSorted((one, other) => one.rank - other.rank);
  const kept = new Set(order.slice(0, size).map(({ name }) => name));
  return names.filter((name) => kept.has(name));
}

function scheduleOf<State extends object, Requests extends Body, Replies extends Body, Config>(
  system: Definition<State, Requests, Replies, Config>,
  { schedule, faults = "swarm" }: SystemSettings,
  seed: number,
  until: Microseconds,
): PrioritySchedule | undefined {
  if (typeof schedule === "object") return schedule;
  const random = keyedRandom(seed);
  // Priorities delay a message for as long as others go first: not for systems that count on a bound.
  const mayDelay = system.limits?.delay === undefined;
  const drawn = faults === "swarm" && mayDelay && random.below(4, streams.swarm, 6) === 0;
  if (schedule === "latencies" || (schedule === undefined && !drawn)) return undefined;
  const depth = 1 + random.below(mostDepth, streams.swarm, 7);
  const step = Math.max(1, Math.floor(calmLatencyOf(system) / 8));
  return drawPriorities(random, { depth, deliveries: scheduledDeliveries, step, until });
}

/** Latency of a message that nothing delays. */
export const calmLatencyOf = (system: { readonly latency?: { readonly calm: Microseconds } }): Microseconds =>
  system.latency?.calm ?? milliseconds(5);

/** Links of a system under a plan. */
export function networkOf<State extends object, Requests extends Body, Replies extends Body, Config>(
  system: Definition<State, Requests, Replies, Config>,
  plan: Plan,
): NetworkModel {
  const calm = calmLatencyOf(system);
  const drawn = system.latency?.drawn ?? exponential(milliseconds(5), milliseconds(1));
  return {
    latency: plan.calm ? constant(calm) : drawn,
    loss: 0,
    duplicate: 0,
    ordered: system.fifo ?? false,
    reorder: 0,
    reorderDelay: constant(0),
  };
}
