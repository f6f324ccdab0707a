import type { History, Value } from "@fieldbook/check";
import type { Distribution, Microseconds } from "@fieldbook/kernel";
import type { FaultKind } from "./faults/fault.ts";
import type { Body, Message } from "./message.ts";
import type { NodeDefinition } from "./node.ts";
import type { TimedOperation } from "./run.ts";
import type { OperationDraws, Workload } from "./workload.ts";

/** A node as a property sees it. */
export interface Observed<State> {
  readonly name: string;
  readonly up: boolean;
  readonly state: Readonly<State>;
}

/** A run that is over. */
export interface Outcome<State> {
  readonly history: readonly TimedOperation[] & History;
  readonly nodes: readonly Observed<State>[];
  readonly endedAt: Microseconds;
}

/** What a property comes to in one run. */
export type Finding =
  | { readonly verdict: "holds" | "unknown"; readonly says: string }
  | {
      readonly verdict: "violated";
      /** One sentence with the values that contradict each other. */
      readonly says: string;
      /** The kind of anomaly, when the property knows several; a shrunk run must show the same. */
      readonly kind?: string;
      /** Indexes in the history of the operations that contradict each other. */
      readonly operations?: readonly number[];
    };

/** What must never happen, or must be true of the finished run. */
export type Property<State> = {
  /** Kebab-case: "one-leader-per-term". */
  readonly id: string;
  /** The property in one sentence. */
  readonly says: string;
} & (
  | {
      /**
       * A watcher for one run: called with each node that has just handled an event, it returns what is wrong, in one
       * sentence, or undefined. It keeps what it must remember itself and changes nothing. It runs after every event, so
       * it looks at the node that changed, not at all of them. `message` is what the node has received, when the event was
       * that; of an operator's command its `src` is "operator", its body `{ type: command, data }`.
       */
      watch(): (
        node: Observed<State>,
        nodes: readonly Observed<State>[],
        time: Microseconds,
        message?: Message,
      ) => string | undefined;
    }
  | {
      /**
       * Judges the finished run, most often its history.
       *
       * @param explain whether it is worth the time to look for the fewest operations that contradict each other
       */
      judge(outcome: Outcome<State>, explain: boolean): Finding;
    }
);

/** A known mistake: the system with one thing wrong. */
export interface Mutant<State extends object, Requests extends Body, Replies extends Body, Config> {
  /** Kebab-case: "vote-not-durable". */
  readonly id: string;
  /** What the mutant does wrong, in one sentence. */
  readonly says: string;
  /** Who has made this mistake: a paper's section, an issue of a real system. */
  readonly seen: string;
  /** Parts of the configuration that differ … */
  readonly config?: Partial<Config>;
  /** … or a node that differs. */
  readonly node?: (
    correct: NodeDefinition<State, Requests, Replies, Config>,
  ) => NodeDefinition<State, Requests, Replies, Config>;
}

/** An action of an operator that a swarm may draw; its fault kind is "operator". */
export interface OperatorAction {
  /** A name in the node's `operator`. */
  readonly command: string;
  /** To which nodes it goes and with what; undefined for none this time. */
  draw(draws: OperationDraws, nodes: readonly string[]): { nodes: readonly string[]; data: Value } | undefined;
}

/**
 * A system with all that is needed to put it to the test: who calls it, what it must survive, what must hold, and the
 * mistakes that a campaign must find.
 */
export interface SystemDefinition<State extends object, Requests extends Body, Replies extends Body, Config> {
  /** Kebab-case: "raft". */
  readonly id: string;
  readonly title: string;
  /** What it is in one or two sentences, and what the model leaves out. */
  readonly says: string;
  readonly leavesOut: string;
  /** The paper it is written after. */
  readonly source: string;
  readonly node: NodeDefinition<State, Requests, Replies, Config>;
  /** The correct configuration. */
  readonly config: Config;
  /** `min` is how far a counterexample may be cut down. */
  readonly nodes: { readonly default: number; readonly min: number; readonly max: number };
  readonly clients: number;
  /** Operations of each client. */
  readonly operations: number;
  workload(size: {
    readonly nodes: number;
    readonly clients: number;
    readonly operations: number;
  }): Workload<Requests, Replies>;
  /** Latency of a calm message between nodes and how it varies otherwise. Default: 5 ms; 1 ms and exponential with mean 5 ms. */
  readonly latency?: { readonly calm: Microseconds; readonly drawn: Distribution };
  /** Whether links keep the order of sending, as one connection does. Default: no. */
  readonly fifo?: boolean;
  /** Faults come and go until then. Default 1 s. */
  readonly chaos?: Microseconds;
  /** All kinds of fault that the theory lets it survive; a swarm draws its mix from these and from no others. */
  readonly survives: readonly FaultKind[];
  /** Bounds of what is survived. */
  readonly limits?: {
    /** Nodes that may be down, paused or wiped at once. Default: a minority. */
    readonly down?: number;
    /** Largest clock offset, µs. Default 100 ms. */
    readonly offset?: Microseconds;
    /** Largest drift, parts per million. Default 200. */
    readonly drift?: number;
    /** Delays beyond which the theory gives no promise. Default: none. */
    readonly delay?: Microseconds;
  };
  readonly properties: readonly Property<State>[];
  /**
   * After chaos a core of the nodes that should suffice is healed; within this time it must have converged: all clients
   * are answered, each also by the kind of operation that it had called in vain since, and `settled` holds when it is
   * given.
   */
  readonly recovers?: {
    readonly within: Microseconds;
    /** How many nodes the core has. Default: all. */
    readonly core?: (nodes: number) => number;
    /** So many of the first nodes are of every core: a lock service, a storage. Default: 0. */
    readonly always?: number;
    readonly settled?: (core: readonly Observed<State>[]) => boolean;
  };
  readonly operator?: readonly OperatorAction[];
  /** The next version of the node, for rolling upgrades: each node restarts with its durable state under the new code. */
  readonly next?: NodeDefinition<State, Requests, Replies, Config>;
  /** Labels of `ctx.mark` that a campaign should reach. */
  readonly sometimes: readonly string[];
  readonly mutants: readonly Mutant<State, Requests, Replies, Config>[];
}
