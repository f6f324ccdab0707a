import type { History } from "./history.ts";
import type { Evidence, SequentialModel } from "./model.ts";
import { valueKey } from "./value.ts";
import type { ValueKey } from "./value.ts";

const none = -1;

/** A value that came to be there once, and the operations that show when it was there. */
interface Zone {
  /** The operation that wrote the value; undefined for the value at first. */
  readonly source: number | undefined;
  /** The operation of the zone that returned first: by then the value was there. */
  first: number;
  firstReturn: number;
  /** The operation of the zone that was called last: until then the value was there. */
  last: number;
  lastCall: number;
}

/**
 * Looks for two values of which each must have been there before the other: a contradiction of few operations, found
 * in O(n log n) however long the history is. Finding none proves nothing, unless every value was written once and
 * nothing but reads and writes happened.
 *
 * A zone is what Gibbons & Korach call the cluster of a write and its reads. From the first return in it to the last
 * call in it the value did not change. So of two zones one lies before the other; they contradict each other when the
 * first return of each comes before the last call of the other.
 *
 * @returns operations that have no legal order, or undefined
 * @see P. B. Gibbons, E. Korach, "Testing Shared Memories", SIAM J. Comput. 26(4), 1997
 */
export function findCrossedZones<State>(
  history: History,
  indexes: readonly number[],
  model: SequentialModel<State>,
): readonly number[] | undefined {
  const { evidence } = model;
  if (evidence === undefined || model.mayGrowInto !== undefined) return undefined;
  const zones = zonesOf(history, indexes, evidence, model);
  const pair = zones === undefined ? undefined : crossedPair(zones);
  if (pair === undefined) return undefined;
  const operations = pair.flatMap(({ source, first, last }) =>
    source === undefined ? [first, last] : [source, first, last],
  );
  return [...new Set(operations)].filter((index) => index !== none).toSorted((one, other) => one - other);
}

/** Undefined when an operation has an effect that is not known. */
function zonesOf<State>(
  history: History,
  indexes: readonly number[],
  evidence: Evidence,
  model: SequentialModel<State>,
): Zone[] | undefined {
  const zones = new Map<ValueKey, Zone | "several sources">();
  const initial = valueKey(evidence.initially);
  const zoneOf = (source: number | undefined): Zone => {
    return {
      source,
      first: none,
      firstReturn: source === undefined ? -Infinity : Infinity,
      last: none,
      lastCall: -Infinity,
    };
  };
  zones.set(initial, zoneOf(undefined));
  for (const index of indexes) {
    const operation = history[index]!;
    if (operation.outcome === "fail" || model.readOnly?.(operation) === true) continue;
    const left = evidence.leaves(operation);
    if (left === undefined) return undefined;
    const key = valueKey(left);
    zones.set(key, zones.has(key) ? "several sources" : include(zoneOf(index), history, index));
  }
  for (const index of indexes) {
    const operation = history[index]!;
    const seen = operation.outcome === "ok" ? evidence.observes(operation) : undefined;
    if (seen === undefined) continue;
    const zone = zones.get(valueKey(seen));
    if (zone !== undefined && zone !== "several sources") include(zone, history, index);
  }
  return [...zones.values()].filter((zone) => zone !== "several sources").filter(wasSeen);
}

/** A value that nobody saw may never have been there; a write of it that was answered has at least had its moment. */
const wasSeen = ({ last, firstReturn }: Zone): boolean => last !== none && firstReturn !== Infinity;

function include(zone: Zone, history: History, index: number): Zone {
  const { called, returned, outcome } = history[index]!;
  if (outcome === "ok" && returned < zone.firstReturn) {
    zone.firstReturn = returned;
    zone.first = index;
  }
  if (called > zone.lastCall) {
    zone.lastCall = called;
    zone.last = index;
  }
  return zone;
}

function crossedPair(zones: readonly Zone[]): readonly [Zone, Zone] | undefined {
  const long = zones.filter((zone) => zone.firstReturn < zone.lastCall);
  long.sort((one, other) => one.firstReturn - other.firstReturn);
  for (let at = 1; at < long.length; at += 1) {
    if (long[at]!.firstReturn < long[at - 1]!.lastCall) return [long[at - 1]!, long[at]!];
  }
  // The long zones lie one after the other. A short one contradicts a long one that encloses it.
  for (const short of zones) {
    if (short.firstReturn < short.lastCall) continue;
    const enclosing = lastBefore(long, short.lastCall);
    if (enclosing !== undefined && short.firstReturn < enclosing.lastCall) return [enclosing, short];
  }
  return undefined;
}

/** The last of the zones, sorted by first return, whose first return comes before a time. */
function lastBefore(zones: readonly Zone[], time: number): Zone | undefined {
  let low = 0;
  let high = zones.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (zones[middle]!.firstReturn < time) low = middle + 1;
    else high = middle;
  }
  return zones[low - 1];
}
