import type { Value } from "../history.ts";

/** One line of a recorded history: a call, or how it ended. Fields that were not there are undefined. */
export interface HistoryEvent {
  /** Where it begins in the text. */
  readonly offset: number;
  readonly process: Value | undefined;
  /** The event's own number, where the recorder gave one. */
  readonly index: Value | undefined;
  /** "invoke", "ok", "fail" or "info" in a well-formed event. */
  readonly type: Value | undefined;
  readonly f: Value | undefined;
  readonly key: Value | undefined;
  readonly value: Value | undefined;
}

/** One operation on a line of its own, with both its times. */
export interface WholeOperation extends Omit<HistoryEvent, "type" | "index"> {
  readonly input: Value | undefined;
  readonly output: Value | undefined;
  readonly called: Value | undefined;
  readonly returned: Value | undefined;
  readonly outcome: Value | undefined;
}
