import type { Value } from "./history.ts";

/** What a Map can hold apart: equal values have equal keys, different values different ones. */
export type ValueKey = null | boolean | number | string;

const composite = "\u0000";

/** A key for a value: primitives stand for themselves, arrays become a text that no other value has. O(size). */
export function valueKey(value: Value): ValueKey {
  if (typeof value === "string") return value.startsWith(composite) ? composite + JSON.stringify(value) : value;
  if (value === null || typeof value !== "object") return value;
  return composite + arrayText(value);
}

// JSON.stringify would turn NaN and the infinities into null.
function arrayText(items: readonly Value[]): string {
  const texts = items.map((item) => {
    if (typeof item === "string") return JSON.stringify(item);
    return item === null || typeof item !== "object" ? String(item) : arrayText(item);
  });
  return `[${texts.join(",")}]`;
}

/** Whether two values are equal, arrays item by item. */
export function sameValue(one: Value, other: Value): boolean {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") {
    return Object.is(one, other);
  }
  return one.length === other.length && one.every((item, index) => sameValue(item, other[index] ?? null));
}

const shownTextMax = 48;

/** A value as a reader sees it: `3`, `null`, `"abc"`, `[1 2]`; of a long text the beginning and the end. */
export function showValue(value: Value): string {
  if (typeof value === "string") {
    const half = (shownTextMax >> 1) - 1;
    return JSON.stringify(value.length <= shownTextMax ? value : `${value.slice(0, half)} … ${value.slice(-half)}`);
  }
  if (value === null || typeof value !== "object") return String(value);
  return `[${value.map(showValue).join(" ")}]`;
}
