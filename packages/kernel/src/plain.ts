/**
 * A deep copy of plain data (JSON values, Map, Set). Nodes never share an object: what one mutates another must not see.
 *
 * @param where names the data in an error: "message write"
 * @throws TypeError naming the path of what is not plain data
 */
export function copyPlain<Value>(value: Value, where: string): Value {
  return copy(value, where) as Value;
}

function copy(value: unknown, where: string): unknown {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
      throw new TypeError(`${where} holds a ${typeof value}; state and messages are plain data: JSON values, Map and Set.`);
    }
    return value;
  }
  if (Array.isArray(value)) return value.map((item, index) => copy(item, `${where}[${String(index)}]`));
  if (value instanceof Map) {
    const result = new Map<unknown, unknown>();
    for (const [key, item] of value) result.set(copy(key, where), copy(item, where));
    return result;
  }
  if (value instanceof Set) {
    const result = new Set<unknown>();
    for (const item of value) result.add(copy(item, where));
    return result;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(
      `${where} holds a ${value.constructor.name}; state and messages are plain data: JSON values, Map and Set.`,
    );
  }
  const result: Record<string, unknown> = {};
  for (const key in value) result[key] = copy((value as Record<string, unknown>)[key], where);
  return result;
}
