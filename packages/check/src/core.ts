import type { History } from "./history.ts";
import type { Evidence, SequentialModel } from "./model.ts";
import type { Ordering } from "./ordering.ts";
import { partOf } from "./parts.ts";
import { Search } from "./search/search.ts";
import { Transitions } from "./search/transitions.ts";
import type { ValueKey } from "./value.ts";

/** Steps of all searches together; beyond them a contradiction stays larger than it need be. */
const reduceStepsMax = 2_000_000;
const firstWindow = 16;

/**
 * Reduces a set of operations that has no legal order to a small core that still has none.
 *
 * An operation is left out only where that can not make a contradiction of its own: if the whole history had a legal
 * order, so would the core. That is so when the core has, for each answer in it, all operations of the history on
 * whose effect that answer may rest: take the order of the whole and strike out the rest; what stood between an answer
 * and the effects it rests on was not needed. An effect that was certainly overwritten, by an operation of the core,
 * before the answer was asked for is none of them.
 *
 * When the core is returned, no further chunk, and within the bound no single operation, can be left out.
 */
export class Core<State> {
  readonly history: History;
  readonly #all: readonly number[];
  readonly #model: SequentialModel<State>;
  readonly #ordering: Ordering;
  readonly #transitions: Transitions<State>;
  readonly #causes: readonly number[];
  readonly #parts = new Map<number, ValueKey>();
  readonly #causesOf = new Map<number, readonly number[]>();
  #stepsLeft = reduceStepsMax;

  /** @param all the indexes of the operations, in order of their calls */
  constructor(history: History, all: readonly number[], model: SequentialModel<State>, ordering: Ordering) {
    this.history = history;
    this.#all = all.filter((index) => history[index]!.outcome !== "fail");
    this.#model = model;
    this.#ordering = ordering;
    this.#transitions = new Transitions(model);
    for (const index of this.#all) this.#parts.set(index, partOf(model, history[index]!));
    this.#causes = this.#all.filter((index) => !this.#isReadOnly(index));
  }

  /** @returns the indexes of the core, ascending; undefined when no contradiction was found within the bound */
  find(): readonly number[] | undefined {
    let core = this.#latestContradiction();
    if (core === undefined) return undefined;
    for (let size = core.length >> 1; size >= 1; size = Math.min(size, core.length) >> 1) {
      core = this.#withoutChunks(core, size);
    }
    // Leaving out one operation may let go another that was tried before.
    for (let before = Infinity; core.length < before && this.#stepsLeft > 0;) {
      before = core.length;
      core = this.#withoutChunks(core, 1);
    }
    return core;
  }

  /** The latest 16, 32, 64 … operations that contradict each other, since most contradictions are short. */
  #latestContradiction(): readonly number[] | undefined {
    for (let size = firstWindow; ; size *= 2) {
      const window = size < this.#all.length ? this.closed(this.#all.slice(-size)) : this.#all;
      if (this.#contradicts(window)) return window;
      if (size >= this.#all.length || this.#stepsLeft <= 0) return undefined;
    }
  }

  /** Whether it is certain that these operations have no legal order. */
  #contradicts(indexes: readonly number[]): boolean {
    if (indexes.length === 0 || this.#stepsLeft <= 0) return false;
    const search = new Search(this.#ordering.arrange(this.history, indexes, this.#transitions), this.#transitions);
    const state = search.run(this.#stepsLeft);
    this.#stepsLeft -= search.steps + indexes.length;
    return state === "none";
  }

  #withoutChunks(whole: readonly number[], size: number): readonly number[] {
    let core = whole;
    for (let from = 0; from < core.length && this.#stepsLeft > 0;) {
      const chunk = new Set(core.slice(from, from + size));
      const smaller = this.closed(core.filter((index) => !chunk.has(index)));
      if (smaller.length < core.length && this.#contradicts(smaller)) core = smaller;
      else from += size;
    }
    return core;
  }

  /** The operations without those whose answers may rest on an effect that is not among them. */
  closed(indexes: readonly number[]): readonly number[] {
    const { evidence } = this.#model;
    let kept = indexes;
    if (evidence === undefined) {
      const inside = new Set(kept);
      return this.#causes.every((cause) => inside.has(cause)) ? kept : [];
    }
    for (;;) {
      const inside = new Set(kept);
      const smaller = kept.filter((index) => this.#isSupported(index, inside, evidence));
      if (smaller.length === kept.length) return kept;
      kept = smaller;
    }
  }

  #isSupported(index: number, inside: ReadonlySet<number>, evidence: Evidence): boolean {
    return this.causesOf(index).every(
      (cause) => inside.has(cause) || this.#isOverwritten(cause, index, inside, evidence),
    );
  }

  #isOverwritten(cause: number, observer: number, inside: ReadonlySet<number>, evidence: Evidence): boolean {
    const { precedes } = this.#ordering;
    for (const index of inside) {
      const between = this.history[index]!;
      if (between.outcome !== "ok" || !evidence.overwrites(between) || !this.inOnePart(index, cause)) continue;
      if (precedes(this.history[cause]!, between) && precedes(between, this.history[observer]!)) return true;
    }
    return false;
  }

  /** Whether two operations are about the same independent part of the system. */
  inOnePart(one: number, other: number): boolean {
    return this.#parts.get(one) === this.#parts.get(other);
  }

  /** The operations on whose effect the answer of another may rest, whether they are in the core or not. */
  causesOf(index: number): readonly number[] {
    const known = this.#causesOf.get(index);
    if (known !== undefined) return known;
    const { evidence } = this.#model;
    const observer = this.history[index]!;
    const causes = this.#causes.filter((cause) => {
      const operation = this.history[cause]!;
      if (cause === index || !this.inOnePart(cause, index)) return false;
      return (evidence?.restsOn(observer, operation) ?? true) && !this.#ordering.precedes(observer, operation);
    });
    this.#causesOf.set(index, causes);
    return causes;
  }

  #isReadOnly(index: number): boolean {
    return this.#transitions.isReadOnly(this.#transitions.classOf(this.history[index]!));
  }
}
