import { HistoryError } from "../history-error.ts";
import type { Place, PlaceFinder } from "../history-error.ts";
import type { History, Operation, Value } from "../history.ts";
import type { NamedModel } from "../model.ts";
import { showValue } from "../value.ts";
import type { WholeOperation } from "./event.ts";
import { inputOf, isKnownOperation, knownOperation, nameOf, splitKey, withArticle } from "./fields.ts";
import type { Processes } from "./fields.ts";

/** Takes in operations that come whole, in any order. */
export class OperationCollector {
  readonly #model: NamedModel<Value>;
  readonly #processes: Processes;
  readonly #places: PlaceFinder;
  readonly #read: { readonly operation: Operation; readonly place: Place; readonly goesOn: boolean }[] = [];

  constructor(model: NamedModel<Value>, processes: Processes, places: PlaceFinder) {
    this.#model = model;
    this.#processes = processes;
    this.#places = places;
  }

  get size(): number {
    return this.#read.length;
  }

  /** @throws HistoryError when a field is missing or wrong */
  add(given: WholeOperation): void {
    const place = this.#places.at(given.offset);
    const process = this.#processes.numberOf(given.process, isKnownOperation(this.#model, given.f), place);
    if (process === undefined) return;
    const f = knownOperation(this.#model, given.f, place);
    const isRead = this.#model.operations[f] === "nothing";
    const asked = isRead ? null : firstGiven(given.input, given.value);
    const { key, value } = splitKey(this.#model, f, given.key, asked, place);
    const input = inputOf(this.#model, f, value, place);
    const called = timeOf(given.called, "called", place);
    const isUnanswered = given.returned === undefined || given.returned === null;
    const outcome = outcomeOf(given.outcome, isUnanswered, place);
    if (isUnanswered && outcome !== "open") {
      throw new HistoryError(`an operation with the outcome "${outcome}" needs a time "returned"`, place);
    }
    const ended = isUnanswered ? Infinity : timeOf(given.returned, "returned", place);
    if (ended < called) throw new HistoryError(`called at ${called}, but returned before, at ${ended}`, place);
    const answer = isRead ? firstGiven(given.output, given.value) : (given.output ?? null);
    const operation: Operation = {
      process,
      f,
      ...(key === undefined ? {} : { key }),
      input,
      output: outcome === "ok" ? answer : undefined,
      called,
      returned: outcome === "open" ? Infinity : ended,
      outcome,
    };
    this.#read.push({ operation, place, goesOn: !isUnanswered });
  }

  /** The operations in order of their calls, with the line of each. */
  finish(): { history: History; lines: readonly number[] } {
    const sorted = this.#read.toSorted((one, other) => one.operation.called - other.operation.called);
    const latest = new Map<number, (typeof sorted)[number]>();
    for (const entry of sorted) {
      const { process, called } = entry.operation;
      const before = latest.get(process);
      if (
        before !== undefined &&
        (!before.goesOn || (before.operation.outcome !== "open" && before.operation.returned > called))
      ) {
        throw new HistoryError(
          `process ${process} calls ${withArticle(entry.operation.f)} at ${called} while its ${before.operation.f} of line ` +
            `${before.place.line} is still open. A process does one thing at a time: give overlapping calls different processes`,
          entry.place,
        );
      }
      latest.set(process, entry);
    }
    return { history: sorted.map(({ operation }) => operation), lines: sorted.map(({ place }) => place.line) };
  }
}

/** Null is a value like any other; only what is absent is not given. */
const firstGiven = (one: Value | undefined, other: Value | undefined): Value | undefined =>
  one === undefined ? other : one;

function timeOf(value: Value | undefined, name: string, place: Place): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new HistoryError(`"${name}" is a number, a time or a position; here it is ${showValue(value ?? null)}`, place);
}

function outcomeOf(value: Value | undefined, isUnanswered: boolean, place: Place): Operation["outcome"] {
  if (value === undefined || value === null) return isUnanswered ? "open" : "ok";
  const name = nameOf(value);
  if (name === "ok" || name === "fail" || name === "open") return name;
  if (name === "info") return "open";
  throw new HistoryError(`an outcome is "ok", "fail" or "open"; here it is ${showValue(value)}`, place);
}
