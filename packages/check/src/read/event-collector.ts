import { HistoryError } from "../history-error.ts";
import type { Place, PlaceFinder } from "../history-error.ts";
import type { History, Operation, Value } from "../history.ts";
import type { NamedModel } from "../model.ts";
import { sameValue, showValue } from "../value.ts";
import type { HistoryEvent } from "./event.ts";
import { inputOf, isKnownOperation, knownOperation, nameOf, splitKey, withArticle } from "./fields.ts";
import type { Processes } from "./fields.ts";

interface Latest {
  readonly index: number;
  /** The line of the completion; undefined while the operation is open. */
  completedOn: number | undefined;
  completedAs: string | undefined;
}

/**
 * Makes operations of events: each call is joined with the completion that the same process reports next. Positions
 * are the numbers of the events.
 */
export class EventCollector {
  readonly #model: NamedModel<Value>;
  readonly #processes: Processes;
  readonly #places: PlaceFinder;
  readonly #history: Operation[] = [];
  readonly #latest = new Map<number, Latest>();
  readonly lines: number[] = [];
  readonly warnings: string[] = [];
  #events = 0;
  #lastIndex = -Infinity;

  constructor(model: NamedModel<Value>, processes: Processes, places: PlaceFinder) {
    this.#model = model;
    this.#processes = processes;
    this.#places = places;
  }

  /** Operations still open stay open. */
  get history(): History {
    return this.#history;
  }

  /** @throws HistoryError when the event does not fit what came before, or the model */
  add(event: HistoryEvent): void {
    const place = this.#places.at(event.offset);
    const process = this.#processes.numberOf(event.process, isKnownOperation(this.#model, event.f), place);
    this.#checkIndex(event, place);
    if (process === undefined) return;
    this.#events += 1;
    const type = event.type === undefined ? undefined : nameOf(event.type);
    if (type === "invoke") this.#invoke(process, event, place);
    else if (type === "ok" || type === "fail" || type === "info") this.#complete(process, type, event, place);
    else {
      const found = event.type === undefined ? "none" : showValue(event.type);
      throw new HistoryError(`the type of an event is invoke, ok, fail or info; here it is ${found}`, place);
    }
  }

  /** Events stand in the order in which they happened; where they have numbers, these must say the same. */
  #checkIndex({ index }: HistoryEvent, place: Place): void {
    if (typeof index !== "number") return;
    if (index <= this.#lastIndex) {
      throw new HistoryError(
        `this event has the index ${index}, after one with ${this.#lastIndex}. Sort the events by their index`,
        place,
      );
    }
    this.#lastIndex = index;
  }

  #invoke(process: number, event: HistoryEvent, place: Place): void {
    const f = knownOperation(this.#model, event.f, place);
    const latest = this.#latest.get(process);
    if (latest !== undefined && latest.completedAs === undefined) {
      throw new HistoryError(
        `process ${process} calls ${withArticle(f)} while its ${this.#calledBefore(latest)} is still open. ` +
          `A process does one thing at a time: if it gave that one up, end it with an info event first`,
        place,
      );
    }
    const { key, value } = splitKey(this.#model, f, event.key, event.value, place);
    const input = inputOf(this.#model, f, value, place);
    const call = { process, f, input, output: undefined, called: this.#events, returned: Infinity } as const;
    this.#history.push({ ...call, ...(key === undefined ? {} : { key }), outcome: "open" });
    this.lines.push(place.line);
    this.#latest.set(process, { index: this.#history.length - 1, completedOn: undefined, completedAs: undefined });
  }

  #complete(process: number, type: "ok" | "fail" | "info", event: HistoryEvent, place: Place): void {
    const latest = this.#latest.get(process);
    const f = event.f === undefined ? "operation" : (nameOf(event.f) ?? showValue(event.f));
    if (latest === undefined) {
      throw new HistoryError(
        `process ${process} completes ${withArticle(f)} that it never called. Add the invoke event before it, or take it away`,
        place,
      );
    }
    const operation = this.#history[latest.index]!;
    if (latest.completedAs !== undefined) {
      throw new HistoryError(
        `process ${process} completes ${withArticle(f)}, but its ${this.#calledBefore(latest)} was already completed ` +
          `(${latest.completedAs}, line ${latest.completedOn}). Take one of the two completions away`,
        place,
      );
    }
    if (event.f !== undefined && f !== operation.f) {
      throw new HistoryError(
        `process ${process} completes ${withArticle(f)}, but what it has open is the ${this.#calledBefore(latest)}`,
        place,
      );
    }
    latest.completedOn = place.line;
    latest.completedAs = type;
    if (type === "info") return;
    this.#history[latest.index] = {
      ...operation,
      ...(type === "ok" ? this.#answered(operation, event, place) : {}),
      returned: this.#events,
      outcome: type,
    };
  }

  /** Input and output of an operation that was answered. */
  #answered(operation: Operation, event: HistoryEvent, place: Place): Pick<Operation, "input" | "output"> {
    const { input, f, key } = operation;
    const form = this.#model.operations[f];
    const isTuple =
      this.#model.keyed && event.key === undefined && Array.isArray(event.value) && event.value.length === 2;
    if (isTuple && key !== undefined && !sameValue((event.value as readonly Value[])[0]!, key)) {
      throw new HistoryError(
        `this ${f} was called on key ${showValue(key)} and is completed with ${showValue(event.value)}, another key`,
        place,
      );
    }
    const hasTuple = isTuple && sameValue((event.value as readonly Value[])[0]!, key ?? null);
    const value = hasTuple ? (event.value as readonly Value[])[1]! : event.value;
    // A read that does not say what it saw says nothing; one that says null saw that nothing was there.
    if (form === "nothing") return { input, output: value };
    if (form === "pair") return { input, output: value !== false };
    if (value === undefined || value === null || sameValue(value, input)) return { input, output: null };
    // A client that only learns on completion what it wrote.
    if (input === null) return { input: value, output: null };
    if (value !== true) {
      const asked = `${f} ${showValue(input)}`;
      this.warnings.push(
        `Line ${place.line}: ${asked} was completed with ${showValue(value)}; ${showValue(input)} counts.`,
      );
    }
    return { input, output: null };
  }

  #calledBefore({ index }: Latest): string {
    return `${this.#history[index]!.f} of line ${this.lines[index]}`;
  }
}
