import { HistoryError } from "../history-error.ts";
import type { Place } from "../history-error.ts";
import type { Value } from "../history.ts";
import type { Call, NamedModel } from "../model.ts";
import { showValue } from "../value.ts";

/** A keyword or text without its colon. */
export const nameOf = (value: Value): string | undefined =>
  typeof value === "string" ? value.replace(/^:/, "") : undefined;

/** "a read", "an append". */
export const withArticle = (f: string): string => `${/^[aeiou]/i.test(f) ? "an" : "a"} ${f}`;

/** Numbers the processes. What is no client (a nemesis) is counted and passed over. */
export class Processes {
  readonly #names = new Map<string, number>();
  readonly passedOver = new Map<string, number>();
  #numbered = false;

  /** @returns undefined for a process that is no client */
  numberOf(process: Value | undefined, place: Place): number | undefined {
    if (process === undefined) {
      throw new HistoryError(`this operation has no process. Every operation needs one: who called it`, place);
    }
    if (typeof process === "number" && Number.isSafeInteger(process)) {
      this.#numbered = true;
      this.#refuseMixture(place);
      return process;
    }
    if (typeof process !== "string" || process.startsWith(":") || process === "nemesis") {
      const name = nameOf(process) ?? showValue(process);
      this.passedOver.set(name, (this.passedOver.get(name) ?? 0) + 1);
      return undefined;
    }
    let number = this.#names.get(process);
    if (number === undefined) {
      number = this.#names.size;
      this.#names.set(process, number);
      this.#refuseMixture(place);
    }
    return number;
  }

  #refuseMixture(place: Place): void {
    if (!this.#numbered || this.#names.size === 0) return;
    throw new HistoryError(`some processes have numbers and some have names. Use numbers, or names, for all`, place);
  }
}

/** What is asked of an operation: its key and its input. */
export interface Question {
  readonly key: Value | undefined;
  readonly value: Value | undefined;
}

/**
 * Takes key and value of an event apart. A model that is divided by key finds the key in its own field, or before the
 * value in a pair [key value].
 */
export function splitKey(
  model: NamedModel<Value>,
  key: Value | undefined,
  value: Value | undefined,
  place: Place,
): Question {
  if (key !== undefined || !model.keyed) return { key, value };
  if (value !== undefined && value !== null && typeof value === "object" && value.length === 2) {
    return { key: value[0]!, value: value[1]! };
  }
  const found = value === undefined ? "no value" : `the value ${showValue(value)}`;
  throw new HistoryError(
    `the model ${model.name} needs a key: a field "key", or a value that is a pair [key value]; this operation has ${found}`,
    place,
  );
}

/** @throws HistoryError for an operation that the model does not know */
export function knownOperation(model: NamedModel<Value>, f: Value | undefined, place: Place): string {
  const name = f === undefined ? undefined : nameOf(f);
  if (name !== undefined && Object.hasOwn(model.operations, name)) return name;
  const found = f === undefined ? "an operation without a name (f)" : `the operation "${name ?? showValue(f)}"`;
  const known = Object.keys(model.operations).join(", ");
  throw new HistoryError(
    `${found} is unknown to the model ${model.name}, which knows ${known}. Choose another model, or take the operation out`,
    place,
  );
}

/** The input of an operation, checked against what the model says it takes. */
export function inputOf(model: NamedModel<Value>, f: Call["f"], value: Value | undefined, place: Place): Value {
  switch (model.operations[f]) {
    case "nothing":
      return null;
    case "pair":
      if (value !== null && typeof value === "object" && value.length === 2) return value;
      throw new HistoryError(`a ${f} takes a pair [expected new]; its value is ${showValue(value ?? null)}`, place);
    case "text":
      if (typeof value === "string") return value;
      throw new HistoryError(`an ${f} takes a text in double quotes; its value is ${showValue(value ?? null)}`, place);
    default:
      return value ?? null;
  }
}
