import type { History, Operation } from "./history.ts";
import { arrangeByProcess, arrangeByTime } from "./search/arrangement.ts";
import type { Arrangement } from "./search/arrangement.ts";
import type { Transitions } from "./search/transitions.ts";

/** Which operations stand in an order that no explanation of a history may change. */
export interface Ordering {
  readonly kept: "real-time" | "process";
  precedes(one: Operation, other: Operation): boolean;
  arrange<State>(history: History, indexes: readonly number[], transitions: Transitions<State>): Arrangement;
}

/** An operation that had returned before another was called comes first. */
export const realTime: Ordering = {
  kept: "real-time",
  precedes: (one, other) => one.outcome === "ok" && one.returned < other.called,
  arrange: arrangeByTime,
};

/** What a process did first comes first; an open operation may take effect at any time after it was called. */
export const processOrder: Ordering = {
  kept: "process",
  precedes: (one, other) => one.outcome === "ok" && one.process === other.process && one.called < other.called,
  arrange: arrangeByProcess,
};
