import { describeOperation } from "./describe-operation.ts";
import type { History, Operation, Value } from "./history.ts";
import type { Evidence } from "./model.ts";
import type { Ordering } from "./ordering.ts";
import { sameValue, showValue } from "./value.ts";

/** What a sentence about a core is made from. */
export interface CoreInContext {
  /** The history as it was searched: what was answered later than needed may be left open. */
  readonly history: History;
  /** The history as it was given. */
  readonly recorded: History;
  /** The operations that contradict each other, as indexes. */
  readonly core: readonly number[];
  /** The operations of the whole on whose effect the answer of an operation may rest. */
  readonly causesOf: (index: number) => readonly number[];
  /** Whether two operations are about the same independent part of the system. */
  readonly inOnePart: (one: number, other: number) => boolean;
  readonly ordering: Ordering;
  readonly evidence: Evidence | undefined;
}

/** A sentence, and the operations it names beside those of the core. */
export interface Explanation {
  readonly says: string;
  readonly names: readonly number[];
}

const listedMax = 12;

/**
 * One sentence that says why the operations of a core contradict each other. It names the pattern where it knows it,
 * and otherwise says what was found: that no order explains them.
 */
export function explainCore(context: CoreInContext): Explanation {
  const { evidence, history, core } = context;
  const found = evidence === undefined ? undefined : new Scene(context, evidence).explain();
  const { says, names } = found ?? { says: explainNoOrder(context), names: [] };
  const key = history[core[0]!]?.key;
  if (key !== undefined && core.every((index) => context.inOnePart(index, core[0]!)))
    return { says: `On key ${showValue(key)}, ${says}`, names };
  return { says: says.charAt(0).toUpperCase() + says.slice(1), names };
}

function explainNoOrder({ recorded, core, ordering }: CoreInContext): string {
  const kept = ordering.kept === "real-time" ? "real time" : "the order of each process";
  const listed = core.slice(0, listedMax).map((index) => {
    const operation = recorded[index]!;
    return `${describeOperation(operation)} (process ${operation.process})`;
  });
  if (core.length > listedMax) listed.push("…");
  return `no order of these ${core.length} operations keeps ${kept} and makes every answer right: ${listed.join(", ")}.`;
}

/** Stands for "the value that was there before anything was written" where an operation is looked for. */
const atFirst = -1;

/**
 * The patterns. All rest on this: from the moment that the source of an answer takes effect until the answer is given,
 * the value stays the same. So what shows another value happened before the source, or after the answer.
 *
 * @see P. B. Gibbons, E. Korach, "Testing Shared Memories", SIAM J. Comput. 26(4), 1997
 */
class Scene {
  readonly #context: CoreInContext;
  readonly #evidence: Evidence;
  /** Per operation of the core that shows a value, the one operation whose effect it can only have seen. */
  readonly #sources = new Map<number, number>();
  readonly #answers: readonly { index: number; seen: Value }[];

  constructor(context: CoreInContext, evidence: Evidence) {
    this.#context = context;
    this.#evidence = evidence;
    this.#answers = context.core.flatMap((index) => {
      const seen = this.#operation(index).outcome === "ok" ? evidence.observes(this.#operation(index)) : undefined;
      return seen === undefined ? [] : [{ index, seen }];
    });
    for (const { index, seen } of this.#answers) {
      const source = this.#onlySource(index, seen);
      if (source !== undefined) this.#sources.set(index, source);
    }
  }

  explain(): Explanation | undefined {
    for (const pattern of [
      this.#outOfNowhere,
      this.#overwritten,
      this.#takenTwice,
      this.#seenAgain,
      this.#crossed,
      this.#lost,
    ]) {
      for (const { index, seen } of this.#answers) {
        const found = pattern.call(this, index, seen);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** Nothing can have written what was seen. */
  #outOfNowhere(index: number, seen: Value): Explanation | undefined {
    if (this.#isInitial(seen) || this.#context.causesOf(index).length > 0) return undefined;
    const says = `${this.#name(index)} has no source: no operation can have written ${showValue(seen)} before it.`;
    return { says, names: [] };
  }

  /** Another value was there after the last time that this one was written, and before the answer was asked for. */
  #overwritten(index: number, seen: Value): Explanation | undefined {
    const causes = this.#context.causesOf(index);
    for (const between of this.#before(index)) {
      const shown = this.#shows(between);
      if (shown === undefined || sameValue(shown, seen)) continue;
      if (!causes.every((cause) => this.#precedes(cause, between))) continue;
      const start = this.#follows(index, between);
      const [cause] = causes;
      if (cause === undefined) return { says: `${start}, and nothing wrote ${showValue(seen)} before.`, names: [] };
      if (causes.length === 1) {
        return { says: `${start}, and that one ${this.#after(cause)}.`, names: [cause] };
      }
      const last = causes.reduce((one, other) =>
        this.#operation(one).returned < this.#operation(other).returned ? other : one,
      );
      const writers = `even the last that can have written ${showValue(seen)}`;
      return { says: `${start}, and ${writers}, ${this.#name(last)}, came before that one.`, names: [last] };
    }
    return undefined;
  }

  /** Two operations each found the same one value and replaced it. */
  #takenTwice(index: number, seen: Value): Explanation | undefined {
    const source = this.#sources.get(index);
    if (source === undefined || !this.#replaces(index, seen)) return undefined;
    for (const other of this.#answers) {
      if (other.index <= index || this.#sources.get(other.index) !== source) continue;
      if (!this.#replaces(other.index, seen)) continue;
      const says = `${this.#name(index)} and ${this.#name(other.index)} both replaced ${this.#origin(source)}.`;
      return { says, names: source === atFirst ? [] : [source] };
    }
    return undefined;
  }

  /** An answer's source must come before another's, and after it. */
  #crossed(index: number): Explanation | undefined {
    const source = this.#sources.get(index);
    if (source === undefined) return undefined;
    for (const earlier of this.#before(index)) {
      const other = this.#sources.get(earlier) ?? (this.#leaves(earlier) === undefined ? undefined : earlier);
      if (other === undefined || other === source) continue;
      const end = this.#whyBefore(source, other);
      if (end === undefined) continue;
      const start = `${this.#follows(index, earlier)}; the former can only have seen ${this.#origin(source)}`;
      const middle = other === earlier ? "" : `, the latter ${this.#origin(other)}`;
      const names = [source, other].filter((named) => named !== atFirst);
      return { says: `${start}${middle}, and ${end}.`, names };
    }
    return undefined;
  }

  /** The same one value was there, then another, then it again. */
  #seenAgain(index: number): Explanation | undefined {
    const source = this.#sources.get(index);
    if (source === undefined) return undefined;
    for (const between of this.#before(index)) {
      if (between === source || !this.#differs(between, index)) continue;
      const first = this.#before(between).find((one) => this.#sources.get(one) === source);
      const names = source === atFirst ? [] : [source];
      const both = `both can only have seen ${this.#origin(source)}`;
      if (first !== undefined) {
        const says = `${this.#follows(index, between)}, and that one ${this.#after(first)}; the first and the last of the three can only have seen ${this.#origin(source)}.`;
        return { says, names };
      }
      if (this.#sources.get(between) === source) return { says: `${this.#follows(index, between)}; ${both}.`, names };
    }
    return undefined;
  }

  /** An effect is missing, although nothing that the answer may show can have overwritten it. */
  #lost(index: number): Explanation | undefined {
    const evidence = this.#evidence;
    const bases = this.#context.causesOf(index).filter((cause) => evidence.overwrites(this.#operation(cause)));
    for (const missing of this.#before(index)) {
      if (evidence.lacks?.(this.#operation(index), this.#operation(missing)) !== true) continue;
      if (!bases.every((base) => this.#precedes(base, missing))) continue;
      const says = `${this.#follows(index, missing)}, yet its answer does not contain it, and nothing that could have replaced it shows in the answer either.`;
      return { says, names: [] };
    }
    return undefined;
  }

  /** Why one source certainly came before another, or undefined. */
  #whyBefore(source: number, other: number): string | undefined {
    if (other === atFirst) return undefined;
    if (source === atFirst) return "nothing is older than the value at first";
    if (this.#precedes(source, other)) return `of these two writes the former had ended when the latter began`;
    for (const [answer, ofAnswer] of this.#sources) {
      if (ofAnswer !== source) continue;
      if (answer !== other && this.#precedes(answer, other)) {
        return `${this.#name(answer)}, which saw the former, had ended when the latter began`;
      }
      for (const [later, ofLater] of this.#sources) {
        if (ofLater === other && this.#precedes(answer, later)) return this.#follows(later, answer);
      }
    }
    for (const [later, ofLater] of this.#sources) {
      if (ofLater === other && this.#precedes(source, later)) return this.#follows(later, source);
    }
    return undefined;
  }

  /** The one operation (or the value at first) that an answer can have come from; undefined when there may be more. */
  #onlySource(index: number, seen: Value): number | undefined {
    const { core, causesOf } = this.#context;
    const overwriters = core.filter(
      (other) => this.#operation(other).outcome === "ok" && this.#evidence.overwrites(this.#operation(other)),
    );
    const isGone = (cause: number): boolean =>
      overwriters.some((other) => other !== cause && this.#precedes(cause, other) && this.#precedes(other, index));
    const sources = causesOf(index).filter((cause) => !isGone(cause));
    if (this.#isInitial(seen) && !overwriters.some((other) => this.#precedes(other, index))) sources.push(atFirst);
    return sources.length === 1 ? sources[0] : undefined;
  }

  #replaces(index: number, seen: Value): boolean {
    const left = this.#leaves(index);
    return left !== undefined && !sameValue(left, seen);
  }

  /** Whether an operation shows another value than an answer. */
  #differs(index: number, answer: number): boolean {
    const shown = this.#shows(index);
    const seen = this.#evidence.observes(this.#operation(answer));
    return shown !== undefined && seen !== undefined && !sameValue(shown, seen);
  }

  /** A value that was surely there when, or right after, the operation took effect. */
  #shows(index: number): Value | undefined {
    return this.#leaves(index) ?? this.#evidence.observes(this.#operation(index));
  }

  #leaves(index: number): Value | undefined {
    return this.#evidence.leaves(this.#operation(index));
  }

  /** The completed operations of the core on the same part that certainly came before. */
  #before(index: number): readonly number[] {
    return this.#context.core.filter(
      (other) => this.#operation(other).outcome === "ok" && this.#precedes(other, index),
    );
  }

  /** Whether one operation certainly came before another on the same part. */
  #precedes(one: number, other: number): boolean {
    const { ordering, inOnePart } = this.#context;
    return inOnePart(one, other) && ordering.precedes(this.#operation(one), this.#operation(other));
  }

  #isInitial(value: Value): boolean {
    return sameValue(this.#evidence.initially, value);
  }

  #operation(index: number): Operation {
    return this.#context.history[index]!;
  }

  #follows(later: number, earlier: number): string {
    return `${this.#name(later)} ${this.#after(earlier)}`;
  }

  #after(earlier: number): string {
    if (this.#context.ordering.kept === "real-time") return `began after ${this.#name(earlier)} had ended`;
    return `came after ${this.#name(earlier)} in the order of that process`;
  }

  #origin(source: number): string {
    return source === atFirst ? "the value at first" : this.#name(source);
  }

  #name(index: number): string {
    const operation = this.#operation(index);
    const seen = this.#evidence.observes(operation);
    const left = this.#evidence.leaves(operation);
    const what = [left, seen].filter((value) => value !== undefined).map(showValue);
    const details = what.length === 2 ? `from ${what[1]} to ${what[0]}` : `of ${what[0] ?? showValue(operation.input)}`;
    return `the ${operation.f} ${details} by process ${operation.process}`;
  }
}
