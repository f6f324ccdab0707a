import type { Operation, Value } from "../history.ts";
import { illegal } from "../model.ts";
import type { SequentialModel } from "../model.ts";
import { valueKey } from "../value.ts";
import type { ValueKey } from "../value.ts";

/** What `step` answers for a call that is illegal in the state. */
export const noState = -1;

/** What `leftBy` and `seenBy` answer where there is no value. */
export const noValue = -1;

const notTried = -2;
const pairBase = 2 ** 26;

/**
 * A model turned into a table: states and classes of calls are numbered, and each step is computed once.
 *
 * Two operations are of one class when the model can not tell them apart.
 */
export class Transitions<State> {
  readonly #model: SequentialModel<State>;
  readonly #values = new Map<ValueKey, number>();
  readonly #pairs = new Map<number, number>();
  readonly #classes = new Map<number, number>();
  readonly #examples: Operation[] = [];
  readonly #readOnly: boolean[] = [];
  readonly #left: number[] = [];
  readonly #seen: number[] = [];
  readonly #stateIds = new Map<ValueKey, number>();
  readonly #states: State[] = [];
  /** Open addressing: state, class, next state. */
  #table = new Int32Array(3 * 64).fill(notTried);
  #filled = 0;

  /** The number of the initial state. */
  readonly initial: number;

  constructor(model: SequentialModel<State>) {
    this.#model = model;
    this.initial = this.#stateId(model.initial);
  }

  /** The class of an operation. The output of an open operation is not known, whatever the record says. */
  classOf(operation: Operation): number {
    const { f, key, input, outcome } = operation;
    const output = outcome === "open" ? undefined : operation.output;
    const called = this.#pair(this.#value(f), key === undefined ? 0 : this.#value(valueKey(key)));
    const answered = this.#pair(this.#value(valueKey(input)), output === undefined ? 0 : this.#value(valueKey(output)));
    const whole = called * pairBase + answered;
    const known = this.#classes.get(whole);
    if (known !== undefined) return known;
    const example = output === operation.output ? operation : { ...operation, output };
    const id = this.#examples.push(example) - 1;
    this.#readOnly.push(this.#model.readOnly?.(example) ?? false);
    this.#classes.set(whole, id);
    return id;
  }

  isReadOnly(callClass: number): boolean {
    return this.#readOnly[callClass]!;
  }

  get hasEvidence(): boolean {
    return this.#model.evidence !== undefined;
  }

  /** Whether the model says what a state may become by effects that build on it. */
  get knowsGrowth(): boolean {
    return this.#model.mayGrowInto !== undefined;
  }

  /**
   * A number for the value that calls of the class leave, or `noValue`; `seenBy` gives the same number for calls that
   * show it. With a model whose values grow, one number stands for all values: what is shown need not be what was left.
   */
  leftBy(callClass: number): number {
    const known = this.#left[callClass];
    if (known !== undefined) return known;
    const left = this.#valueNumber(this.#model.evidence?.leaves(this.#examples[callClass]!));
    this.#left[callClass] = left;
    return left;
  }

  seenBy(callClass: number): number {
    const known = this.#seen[callClass];
    if (known !== undefined) return known;
    const seen = this.#valueNumber(this.#model.evidence?.observes(this.#examples[callClass]!));
    this.#seen[callClass] = seen;
    return seen;
  }

  restsOn(observer: number, cause: number): boolean {
    return this.#model.evidence?.restsOn(this.#examples[observer]!, this.#examples[cause]!) ?? true;
  }

  mayGrowInto(state: number, callClass: number): boolean {
    return this.#model.mayGrowInto?.(this.#states[state]!, this.#examples[callClass]!) ?? false;
  }

  /** The number of the next state, or `noState`. */
  step(state: number, callClass: number): number {
    const table = this.#table;
    const mask = table.length / 3 - 1;
    let slot = hashPair(state, callClass) & mask;
    for (;;) {
      const at = slot * 3;
      const found = table[at]!;
      if (found === notTried) break;
      if (found === state && table[at + 1] === callClass) return table[at + 2]!;
      slot = (slot + 1) & mask;
    }
    return this.#compute(state, callClass);
  }

  #compute(state: number, callClass: number): number {
    const result = this.#model.step(this.#states[state]!, this.#examples[callClass]!);
    const next = result === illegal ? noState : this.#stateId(result);
    this.#filled += 1;
    if (this.#filled * 6 > this.#table.length) this.#grow();
    insert(this.#table, state, callClass, next);
    return next;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 4).fill(notTried);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at] !== notTried) insert(this.#table, old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }

  #stateId(state: State): number {
    const key = this.#model.stateKey(state);
    const known = this.#stateIds.get(key);
    if (known !== undefined) return known;
    const id = this.#states.push(state) - 1;
    this.#stateIds.set(key, id);
    return id;
  }

  #valueNumber(value: Value | undefined): number {
    if (value === undefined) return noValue;
    return this.knowsGrowth ? 0 : this.#value(valueKey(value));
  }

  // Numbers of values start at 1: 0 stands for "none".
  #value(key: ValueKey): number {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const id = this.#values.size + 1;
    this.#values.set(key, id);
    return id;
  }

  #pair(one: number, other: number): number {
    const both = one * pairBase + other;
    const known = this.#pairs.get(both);
    if (known !== undefined) return known;
    const id = this.#pairs.size;
    this.#pairs.set(both, id);
    return id;
  }
}

function hashPair(state: number, callClass: number): number {
  const hash = Math.imul(state, 0x9e37_79b1) ^ Math.imul(callClass, 0x85eb_ca6b);
  return hash ^ (hash >>> 15);
}

function insert(table: Int32Array, state: number, callClass: number, next: number): void {
  const mask = table.length / 3 - 1;
  let slot = hashPair(state, callClass) & mask;
  while (table[slot * 3] !== notTried) slot = (slot + 1) & mask;
  table[slot * 3] = state;
  table[slot * 3 + 1] = callClass;
  table[slot * 3 + 2] = next;
}
