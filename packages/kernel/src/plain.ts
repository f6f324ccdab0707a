import type { Frozen } from "./remembered-hash.ts";
import { rememberedHash } from "./remembered-hash.ts";

/**
 * A deep copy of plain data (JSON values, Map, Set). Nodes never share an object: what one mutates another must not see.
 * Only what nobody can change (`frozen`) is not copied.
 *
 * @param what names the data in an error: "The message write"
 * @throws TypeError naming the path of what is not plain data
 */
export function copyPlain<Value>(value: Value, what: string): Value {
  try {
    return copy(value) as Value;
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    // The path is looked for only now: building it along the way would cost every copy.
    throw new TypeError(
      `${pathOf(value, what)} is a ${error.found}; state and messages hold JSON values, Map and Set.`,
      { cause: error },
    );
  }
}

class NotPlain extends Error {
  readonly found: string;
  constructor(found: string) {
    super(found);
    this.found = found;
  }
}

function isPlainScalar(value: unknown): boolean {
  return typeof value !== "function" && typeof value !== "symbol" && typeof value !== "bigint";
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    if (!isPlainScalar(value)) throw new NotPlain(typeof value);
    return value;
  }
  if ((value as Frozen)[rememberedHash] !== undefined) return value;
  if (Array.isArray(value)) return copyArray(value);
  if (value instanceof Map) {
    const result = new Map<unknown, unknown>();
    for (const [key, item] of value) result.set(copy(key), copy(item));
    return result;
  }
  if (value instanceof Set) {
    const result = new Set<unknown>();
    for (const item of value) result.add(copy(item));
    return result;
  }
  if (!isRecord(value)) throw new NotPlain(value.constructor.name);
  // Spread first, then go deeper where need be: an object of scalars is copied in one step that keeps its shape.
  const result: Record<string, unknown> = { ...value };
  for (const key in result) {
    const item = result[key];
    if (typeof item === "object" ? item !== null : !isPlainScalar(item)) result[key] = copy(item);
  }
  return result;
}

function copyArray(array: readonly unknown[]): unknown[] {
  const result = array.slice();
  for (let index = 0; index < result.length; index += 1) {
    const item = result[index];
    if (typeof item === "object" && item !== null) {
      if ((item as Frozen)[rememberedHash] === undefined) result[index] = copy(item);
    } else if (!isPlainScalar(item)) throw new NotPlain(typeof item);
  }
  return result;
}

/** The path of the first part that is not plain data. */
function pathOf(value: unknown, path: string): string | undefined {
  if (typeof value !== "object" || value === null) return isPlainScalar(value) ? undefined : path;
  if (value instanceof Map || value instanceof Set) {
    return [...value.entries()].flat().some((item) => pathOf(item, path) !== undefined) ? path : undefined;
  }
  if (!Array.isArray(value) && !isRecord(value)) return path;
  for (const [key, item] of Object.entries(value)) {
    const found = pathOf(item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
