import type { Value } from "../history.ts";
import { valueKey } from "../value.ts";

/** A whole number as it was written: one that a double can not hold exactly is kept as a text of its digits and "N". */
export function exactInteger(digits: string): Value {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value + 0 : `${BigInt(digits)}N`;
}

/** A set or map as an array that no other kind of value is equal to; the order of the entries does not count. */
export function collection(kind: "set" | "map", items: readonly Value[]): Value {
  const sorted = items.toSorted((one, other) => (String(valueKey(one)) < String(valueKey(other)) ? -1 : 1));
  return [`#${kind}`, ...sorted];
}
