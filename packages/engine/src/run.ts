import type { Operation } from "@fieldbook/check";
import type { Microseconds, TraceEntry } from "@fieldbook/kernel";
import type { Fates } from "./fates.ts";
import type { Fault } from "./faults/fault.ts";
import type { Observed } from "./system.ts";

export interface TimedOperation extends Operation {
  readonly client: number;
  /** The client's k-th operation of the workload, from 0. */
  readonly k: number;
  readonly calledAt: Microseconds;
  /** Infinity while unanswered. */
  readonly returnedAt: Microseconds;
}

/** What a node held from `at` on, as its `view` tells it. */
export interface ViewedState {
  readonly node: number;
  readonly at: Microseconds;
  readonly text: string;
}

/** An interesting situation: how often a run reached it, and otherwise how near it came. */
export interface Mark {
  readonly times: number;
  /** The nearest miss, as far as the node tells it: `reached` of `of`. */
  readonly reached: number;
  readonly of: number;
}

/** A handled event, for those who ask what led to what. */
export interface HandledEvent {
  /** Index of the node or client; nodes first. */
  readonly endpoint: number;
  readonly time: Microseconds;
  readonly kind:
    | "start"
    | "message"
    | "answer"
    | "timer"
    | "disk"
    | "operator"
    | "call"
    | "return"
    | "timeout"
    | "crash";
  /** The name of what was handled. */
  readonly label: string;
  /** Whether it is a node's message to itself. */
  readonly inner: boolean;
  /** Index of the event that sent the message, set the timer or asked the disk; −1 when there is none. */
  readonly cause: number;
  /** Whether the event changed the state of its endpoint. */
  readonly changed: boolean;
  /** The message that was delivered, by its key and copy; −1 for other events. */
  readonly fate: number;
  readonly copy: number;
}

export interface Run {
  readonly history: readonly TimedOperation[];
  /** 16 hexadecimal digits over the whole trace and the final states. */
  readonly traceHash: string;
  readonly events: number;
  readonly endedAt: Microseconds;
  /** `events`: the limit was reached and the run is cut off; no verdict on it can say "holds". */
  readonly ended: "clients-done" | "quiescent" | "until" | "events" | "alarm" | "settled";
  /** What a watcher said when it stopped the run, and which one. */
  readonly alarm?: { readonly watcher: number; readonly says: string; readonly node: number };
  /** Whether the goal of recovery was reached, and when; undefined when there was none. */
  readonly recovered?: { readonly reached: boolean; readonly at: Microseconds; readonly missing: string };
  readonly marks: ReadonlyMap<string, Mark>;
  /** Names of nodes then clients: what the indexes in the trace mean. */
  readonly endpoints: readonly string[];
  readonly faults: readonly Fault[];
  /** The nodes as they were at the end. */
  readonly nodes: readonly Observed<unknown>[];
  /** Empty unless recorded. Made when it is first read. */
  readonly trace: readonly TraceEntry[];
  readonly states: readonly ViewedState[];
  /** What became of each message; empty unless asked for. */
  readonly fates: Fates;
  /** Empty unless asked for. */
  readonly handled: readonly HandledEvent[];
  /** Hashes of what nodes showed (their `view`) when they had handled what; empty unless asked for. */
  readonly situations: ReadonlySet<number>;
}

export interface RunOptions {
  /** Keep trace and states for a figure; the run itself is the same. */
  readonly record?: boolean;
  /** Keep what became of each message. */
  readonly fates?: boolean;
  /** Keep what led to what. */
  readonly causes?: boolean;
  /**
   * Until when it is kept, with causes, what changed a state: that costs a hash of the state for each event. Later events
   * count as changing nothing. µs; default: to the end.
   */
  readonly changesUntil?: Microseconds;
  /** Keep which situations were met. */
  readonly situations?: boolean;
  /** Run each handler again on copies of its state and compare: finds what is not deterministic, at a third of the speed. */
  readonly checked?: boolean;
}
