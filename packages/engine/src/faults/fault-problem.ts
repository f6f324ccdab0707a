import type { Fault } from "./fault.ts";

/** The endpoints that a fault names. */
export function namesIn(fault: Fault): readonly string[] {
  switch (fault.kind) {
    case "partition":
    case "flapping":
      return fault.sides.flat();
    case "bridge":
      return [fault.bridge, ...fault.sides.flat()];
    case "one-way-partition":
      return [...fault.from, ...fault.to];
    case "loss":
    case "duplication":
    case "delay":
    case "reordering":
    case "clogging":
    case "bandwidth":
      return [...(fault.from ?? []), ...(fault.to ?? [])];
    case "leap-second":
      return [];
    case "operator":
    case "upgrade":
      return fault.nodes;
    default:
      return [fault.node];
  }
}

const onLinks = new Set<Fault["kind"]>([
  "partition",
  "one-way-partition",
  "flapping",
  "loss",
  "duplication",
  "delay",
  "reordering",
  "clogging",
  "bandwidth",
]);

/** Whether a fault is about messages between endpoints; the others are about nodes. */
const isOnLinks = (fault: Fault): boolean => onLinks.has(fault.kind);

/**
 * What is wrong with a fault, in one sentence that says what would be right: a name that the system does not have, an end
 * before the beginning, a number out of its range. Undefined when nothing is.
 */
export function faultProblem(fault: Fault, nodes: readonly string[], endpoints: readonly string[]): string | undefined {
  if (!(Number.isSafeInteger(fault.at) && fault.at >= 0 && fault.until >= fault.at)) {
    return `it runs from ${String(fault.at)} to ${String(fault.until)} µs; the end can not be before the beginning.`;
  }
  const known = isOnLinks(fault) ? endpoints : nodes;
  const unknown = namesIn(fault).find((name) => !known.includes(name));
  if (unknown !== undefined) return `it names "${unknown}"; the system has ${known.join(", ")}.`;
  return numberProblem(fault);
}

function numberProblem(fault: Fault): string | undefined {
  switch (fault.kind) {
    case "loss":
    case "duplication":
    case "reordering":
      return inRange("rate", fault.rate, 0, 1_000_000, "parts per million");
    case "bandwidth":
      return inRange("bytesPerSecond", fault.bytesPerSecond, 1, 1e12, "bytes a second");
    case "slow-node":
    case "slow-disk":
      return inRange("by", fault.by, 0, 1e12, "µs");
    case "clock-drift":
    case "sync-failure":
      return inRange("drift", fault.drift, -500_000, 500_000, "parts per million");
    case "clock-step":
      return inRange("by", fault.by, -1e12, 1e12, "µs");
    case "flapping":
      return inRange("cut", fault.cut, 1, 1e12, "µs") ?? inRange("open", fault.open, 1, 1e12, "µs");
    case "upgrade":
      return inRange("downtime", fault.downtime, 0, 1e12, "µs");
    default:
      return undefined;
  }
}

function inRange(name: string, value: number, min: number, max: number, unit: string): string | undefined {
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `"${name}" is a whole number from ${String(min)} to ${String(max)} ${unit}; got ${String(value)}.`;
}
