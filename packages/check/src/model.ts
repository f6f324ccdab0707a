import type { Operation, Value } from "./history.ts";
import type { ValueKey } from "./value.ts";

/**
 * What a model sees of an operation. Two operations that are alike in these four are interchangeable; who called and
 * when is the checker's business.
 */
export type Call = Pick<Operation, "f" | "key" | "input" | "output">;

/** What `step` answers when no system that obeys the model could have given this answer in this state. */
export const illegal: unique symbol = Symbol("illegal");

/**
 * A sequential specification: what the system does when operations come one after the other.
 *
 * States are immutable; `step` is a pure function and makes a new state. An operation that failed has no effect and
 * never reaches the model.
 */
export interface SequentialModel<State> {
  readonly initial: State;
  /** The state after the call, or `illegal`. An output of undefined is not known: any answer will do. */
  step(state: State, call: Call): State | typeof illegal;
  /** Equal states have equal keys, different states different ones. */
  stateKey(state: State): ValueKey;
  /** Whether the call never changes a state, whatever the state is. Saying so makes the search much shorter. */
  readOnly?(call: Call): boolean;
  /** The independent part of the system that the call is about, such as its key. Each part has a state of its own. */
  partition?(call: Call): Value;
  /** How answers hang on effects: it shortens the search, and makes contradictions small and their reasons plain. */
  readonly evidence?: Evidence;
  /**
   * Whether the state may become one in which the answer is legal by effects that build on it without overwriting it.
   * True when in doubt. Needed beside `evidence` only where there are such effects, as an append; else it is never so.
   */
  mayGrowInto?(state: State, call: Call): boolean;
}

/** How answers hang on effects. */
export interface Evidence {
  /** The value that is there before anything is written. */
  readonly initially: Value;
  /** Whether the answer to `observer` may rest on the effect of `cause`. True when in doubt. */
  restsOn(observer: Call, cause: Call): boolean;
  /** Whether nothing of the state before the call is left after it. False when in doubt. */
  overwrites(call: Call): boolean;
  /** The value that the answer shows to have been there when the call took effect; undefined when it shows none. */
  observes(call: Call): Value | undefined;
  /** The value that is there when the call has taken effect; undefined when that hangs on what was there before. */
  leaves(call: Call): Value | undefined;
  /** Whether the answer shows that the effect of the cause is not, or no longer, there. False when in doubt. */
  lacks?(observer: Call, cause: Call): boolean;
}

/** What an operation takes: nothing, any value, a text, or a pair [expected, new]. */
export type InputForm = "nothing" | "value" | "text" | "pair";

/** A model that users can name. */
export interface NamedModel<State> extends SequentialModel<State> {
  readonly name: string;
  readonly title: string;
  /** What it stands for, in one or two sentences. */
  readonly describe: string;
  /** The operations it knows, and what each takes. */
  readonly operations: Readonly<Record<string, InputForm>>;
  /** Whether every operation needs a key. */
  readonly keyed: boolean;
}
