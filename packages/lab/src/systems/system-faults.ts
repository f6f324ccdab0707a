import type { Fault, FaultKind } from "@fieldbook/engine";
import { meanOf } from "@fieldbook/kernel";
import type { DrawnFault, Lane } from "../picture.ts";
import { familyOf } from "./edit-faults.ts";
import { describeFault } from "./story.ts";

/** What happens at once, whatever span the fault is written with. */
const instantKinds: ReadonlySet<FaultKind> = new Set(["bit-rot", "operator", "leap-second"]);

/**
 * The faults of a run as a figure draws them, in order of their beginnings. One that begins after the end of the run did
 * not happen and is left out.
 *
 * @param endedAt end of the run, µs; where a bar ends at the latest
 * @param lanes of the picture; nodes are found by their id
 */
export function drawnFaults(faults: readonly Fault[], endedAt: number, lanes: readonly Lane[]): DrawnFault[] {
  return faults
    .map((fault, index): DrawnFault => ({
      index,
      family: familyOf(fault.kind),
      kind: fault.kind,
      from: fault.at,
      to: Math.min(fault.until, endedAt),
      instant: instantKinds.has(fault.kind),
      lanes: nodesOf(fault).flatMap((name) => {
        const lane = lanes.findIndex(({ id }) => id === name);
        return lane < 0 ? [] : [lane];
      }),
      label: labelFault(fault),
      says: sayFault(fault, endedAt),
    }))
    .filter(({ from }) => from < endedAt)
    .toSorted((one, other) => one.from - other.from || one.index - other.index);
}

/** The nodes that a fault happens to; none where it is about links or about all. */
function nodesOf(fault: Fault): readonly string[] {
  if ("node" in fault) return [fault.node];
  return "nodes" in fault ? fault.nodes : [];
}

/** What is for good has no end that could be told. */
const sayFault = (fault: Fault, endedAt: number): string =>
  fault.until < endedAt || instantKinds.has(fault.kind)
    ? describeFault(fault)
    : describeFault({ ...fault, until: endedAt }).replace(/ to [\d.]+ ms$/, " to the end of the run");

const percent = (rate: number): string => `${String(Math.round(rate / 1_000) / 10)} %`;
const milliseconds = (time: number): string => `${String(Math.round(time / 100) / 10)} ms`;
const signed = (value: number): string => (value > 0 ? `+${String(value)}` : `−${String(Math.abs(value))}`);

/** A few words for the narrow lane of a fault. */
function labelFault(fault: Fault): string {
  switch (fault.kind) {
    case "partition":
      return `cut ${sidesOf(fault.sides)}`;
    case "flapping":
      return `flapping ${sidesOf(fault.sides)}`;
    case "bridge":
      return `bridge ${fault.bridge}`;
    case "isolation":
      return `${fault.node} alone`;
    case "one-way-partition":
      return `cut ${fault.from.join(",")} to ${fault.to.join(",")}`;
    case "loss":
    case "duplication":
    case "reordering":
      return `${fault.kind} ${percent(fault.rate)}`;
    case "delay":
      return `delay ${milliseconds(meanOf(fault.by))}`;
    case "bandwidth":
      return `${String(fault.bytesPerSecond)} B/s`;
    case "slow-node":
    case "slow-disk":
      return `${wordsOf(fault.kind)} ${fault.node} ${milliseconds(fault.by)}`;
    case "clock-step":
      return `clock ${fault.node} ${signed(Math.round(fault.by / 1_000))} ms`;
    case "clock-drift":
    case "sync-failure":
      return `${wordsOf(fault.kind)} ${fault.node} ${signed(fault.drift)} ppm`;
    case "operator":
      return `${fault.command} ${fault.nodes.join(",")}`;
    case "upgrade":
      return `upgrade ${fault.nodes.join(",")}`;
    case "clogging":
    case "leap-second":
      return wordsOf(fault.kind);
    default:
      return `${wordsOf(fault.kind)} ${fault.node}`;
  }
}

const wordsOf = (kind: FaultKind): string => kind.replaceAll("-", " ");

const sidesOf = (sides: readonly (readonly string[])[]): string => sides.map((side) => side.join(",")).join(" | ");
