import type { Microseconds } from "@fieldbook/kernel";
import type { ClockError } from "./clock.ts";
import type { Fates } from "./fates.ts";
import type { Fault } from "./faults/fault.ts";
import type { Body, Message } from "./message.ts";
import type { NetworkModel } from "./network.ts";
import type { NodeDefinition } from "./node.ts";
import type { PrioritySchedule } from "./priority-schedule.ts";
import type { Observed } from "./system.ts";
import type { Workload } from "./workload.ts";

/** An operation that is called in any case, and when at the earliest. */
export interface ScriptedCall {
  readonly client: number;
  /** The client's k-th operation of the workload. */
  readonly k: number;
  readonly at: Microseconds;
}

/** What a healed core must do, from when on, and until when. */
export interface RecoveryGoal<State> {
  /** Faults are over by then. */
  readonly from: Microseconds;
  /** Names of the nodes that must converge. */
  readonly core: readonly string[];
  /** From `from` on, each client calls until it has had one answer; indexes of the nodes that it may ask. */
  readonly settled?: (core: readonly Observed<State>[]) => boolean;
}

/** Everything that, with a seed, determines a run. */
export interface Scenario<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly node: NodeDefinition<State, Requests, Replies, Config>;
  /** What an upgrade puts in its place. */
  readonly next?: NodeDefinition<State, Requests, Replies, Config>;
  readonly config: Config;
  readonly nodes: number;
  /** Names of nodes that take no part: they never start, and nothing reaches them. */
  readonly absent?: readonly string[];
  readonly network: NetworkModel;
  /**
   * What becomes of each message, decided beforehand; messages without an entry take the network's latency and are not
   * lost. Other decisions about messages are not drawn then. What is sent after the faults are over (`recovery`) is never
   * late or lost.
   */
  readonly fates?: Fates;
  /** Deliveries are ordered by priorities in place of latencies; see `PrioritySchedule`. */
  readonly schedule?: PrioritySchedule;
  readonly faults: readonly Fault[];
  /** One per node; true clocks when absent. */
  readonly clocks?: readonly ClockError[];
  readonly workload: Workload<Requests, Replies>;
  /** Only these operations of the workload, at these times. */
  readonly script?: readonly ScriptedCall[];
  /** Operations of each client, where the workload has no end of its own. */
  readonly operations?: number;
  /** The run ends here at the latest; earlier when nothing is pending or all clients are done. */
  readonly until: Microseconds;
  /** The run ends as soon as this goal is reached. */
  readonly recovery?: RecoveryGoal<State>;
  /** Called after each event that a node has handled; the first text that one returns stops the run. */
  readonly watchers?: readonly ((
    node: Observed<State>,
    nodes: readonly Observed<State>[],
    time: Microseconds,
    message?: Message,
  ) => string | undefined)[];
  /**
   * Whether a handler that throws, or asserts what does not hold, stops the run as a watcher does, with the number −1. It
   * is an error of the run otherwise. What can not be repeated is one in any case.
   */
  readonly errorsAreAlarms?: boolean;
  /** Whether the run goes on after the last client is done. Default: it ends there. */
  readonly outliveClients?: boolean;
  /** Guards against a system that talks for ever. Default 1,000,000 events. */
  readonly maxEvents?: number;
  /** Time of a disk to sync or read. Default 100 µs. */
  readonly diskLatency?: Microseconds;
}
