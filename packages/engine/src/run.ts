import type { Operation } from "@fieldbook/check";
import type { Microseconds, TraceEntry } from "@fieldbook/kernel";
import type { Fault } from "./faults.ts";

export interface TimedOperation extends Operation {
  readonly client: number;
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

export interface Run {
  readonly history: readonly TimedOperation[];
  /** 16 hexadecimal digits over the whole trace and the final states. */
  readonly traceHash: string;
  readonly events: number;
  readonly endedAt: Microseconds;
  /** `events`: the limit was reached and the run is cut off; no verdict on it can say "holds". */
  readonly ended: "clients-done" | "quiescent" | "until" | "events";
  readonly marks: ReadonlyMap<string, number>;
  /** Names of nodes then clients: what the indexes in the trace mean. */
  readonly endpoints: readonly string[];
  readonly faults: readonly Fault[];
  /** Empty unless recorded. */
  readonly trace: readonly TraceEntry[];
  readonly states: readonly ViewedState[];
}
