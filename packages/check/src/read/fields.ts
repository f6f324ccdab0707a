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

/** Processes that have names are numbered from here on. */
const namedFrom = 1_000_000;

/** Numbers the processes. What is no client (a nemesis) is counted and passed over. */
export class Processes {
  readonly #names = new Map<string, number>();
  /** Names by number, for those who show a history. */
  get names(): ReadonlyMap<number, string> {
    return new Map([...this.#names].map(([name, number]) => [number, name]));
  }

  readonly passedOver = new Map<string, number>();

  /**
   * @param isCall whether the event is about an operation that the model knows
   * @returns undefined for a process that is no client
   */
  numberOf(process: Value | undefined, isCall: boolean, place: Place): number | undefined {
    if (process === undefined || process === null) {
      const found = process === null ? "the process of this operation is null" : "this operation has no process";
      throw new HistoryError(`${found}. Every operation needs one: who called it`, place);
    }
    if (typeof process === "number" && Number.isSafeInteger(process) && process >= 0 && process < namedFrom)
      return process;
    const name = nameOf(process);
    if (name === undefined) {
      const found = showValue(process);
      throw new HistoryError(`a process is a whole number from 0 to 999999, or a name; here it is ${found}`, place);
    }
    // A keyword may name a client or something else that acts, such as a nemesis: what it does tells.
    if (name === "nemesis" || (String(process).startsWith(":") && !isCall)) {
      this.passedOver.set(name, (this.passedOver.get(name) ?? 0) + 1);
      return undefined;
    }
    let number = this.#names.get(name);
    if (number === undefined) {
      // Far above the numbers that recorders give, so that no name meets a process that has a number.
      number = namedFrom + this.#names.size;
      this.#names.set(name, number);
    }
    return number;
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
  f: string,
  key: Value | undefined,
  value: Value | undefined,
  place: Place,
): Question {
  if (key === undefined && !model.keyed && isKeyOfRead(model, f, value)) {
    throw new HistoryError(
      `this ${f} asks for ${showValue(value!)}, a pair [key null]: the history is about many keys. ` +
        `Check it with --model kv, or take one key out of it`,
      place,
    );
  }
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

/** A read takes nothing: where it is asked with a pair [key null], the pair names the key that it is about. */
function isKeyOfRead(model: NamedModel<Value>, f: string, value: Value | undefined): boolean {
  if (model.operations[f] !== "nothing" || !Array.isArray(value)) return false;
  const [key, asked] = value as readonly Value[];
  return value.length === 2 && key !== null && asked === null;
}

/** Whether an event is about an operation that the model knows. */
export function isKnownOperation(model: NamedModel<Value>, f: Value | undefined): boolean {
  const name = f === undefined ? undefined : nameOf(f);
  return name !== undefined && Object.hasOwn(model.operations, name);
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
