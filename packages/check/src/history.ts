/** What an operation takes or returns: plain, immutable data. `null` is the empty value. */
export type Value = null | boolean | number | string | readonly Value[];

/**
 * One call by one caller.
 *
 * `called` and `returned` are positions in the order of events (an index or a time). Where a return and a call stand at
 * the same position, the call counts as first: the two overlap.
 */
export interface Operation {
  /** Who called. A process calls one operation at a time; after an open one it is never heard of again. */
  readonly process: number;
  /** "read", "write", "cas", "get", "put", "append" … as the model names it. */
  readonly f: string;
  /** The key, for models that are divided by key. */
  readonly key?: Value;
  /** What was asked: the value to write, [expected, new] for a compare-and-set, null for a read. */
  readonly input: Value;
  /** What was answered; undefined when the answer is not known (a read that timed out, an open operation). */
  readonly output: Value | undefined;
  readonly called: number;
  /** Infinity for an open operation: it may take effect at any later time, or never. */
  readonly returned: number;
  /** `fail`: it is certain that it had no effect. `open`: unanswered, or answered with "do not know". */
  readonly outcome: "ok" | "fail" | "open";
}

/** The record of calls that a checker reads, in order of `called`. */
export type History = readonly Operation[];
