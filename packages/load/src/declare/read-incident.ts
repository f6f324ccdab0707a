import type { Microseconds } from "@fieldbook/kernel";
import type { Incident } from "../graph/declaration.ts";
import { join } from "./fields.ts";
import { duration } from "./quantities.ts";
import { incidentKinds } from "./read-surroundings.ts";
import type { Reader, Reading } from "./reading.ts";
import type { MapEntry, MapNode } from "./yaml-tree.ts";

/** An incident, whose end may be said as a length: `for: 30 s` in place of `until: 150 s`. */
export const incident: Reader<Incident> = {
  ...incidentKinds,
  read(node, path, reading) {
    if (node.kind !== "map") return incidentKinds.read(node, path, reading);
    return incidentKinds.read(withEnd(node, path, reading), path, reading);
  },
};

/** The same incident with the key `until`, wherever its end follows from other keys. */
function withEnd(node: MapNode, path: string, reading: Reading): MapNode {
  const entryOf = (name: string): MapEntry | undefined => node.entries.find(({ key }) => key === name);
  const length = entryOf("for");
  const until = entryOf("until");
  const at = entryOf("at");
  if (length !== undefined && until !== undefined) {
    const says = "The end is said twice, by until and by for.";
    reading.refuse(length.keyAt, path, says, "Keep one of the two.");
    return { ...node, entries: node.entries.filter((entry) => entry !== length) };
  }
  const begins = at === undefined ? undefined : duration().read(at.value, join(path, "at"), reading);
  // What happens at one moment ends when it begins.
  const isMoment = entryOf("cache-flush") !== undefined || isFlush(entryOf("kind"));
  if (length === undefined && until === undefined && isMoment && begins !== undefined && at !== undefined) {
    return withUntil(node, undefined, begins, at);
  }
  if (length === undefined) return node;
  const lasts = duration(1).read(length.value, join(path, "until"), reading);
  return withUntil(node, length, (begins ?? 0) + (lasts ?? 1), length);
}

const isFlush = (kind: MapEntry | undefined): boolean =>
  kind?.value.kind === "scalar" && kind.value.text === "cache-flush";

function withUntil(node: MapNode, instead: MapEntry | undefined, end: Microseconds, place: MapEntry): MapNode {
  const entries = node.entries.filter((entry) => entry !== instead);
  const value = { kind: "scalar", text: `${String(end)} us`, at: place.value.at } as const;
  return { ...node, entries: [...entries, { key: "until", keyAt: place.keyAt, value }] };
}
