import type { Value } from "@fieldbook/check";
import type { Distribution, Microseconds } from "@fieldbook/kernel";

/** From `at` until `until`, virtual time. Endpoints are named: "n1", "c2". */
interface Span {
  readonly at: Microseconds;
  readonly until: Microseconds;
}

interface OnNode extends Span {
  readonly node: string;
}

/** Messages from one of `from` to one of `to`; all endpoints where a list is absent. */
interface OnLinks extends Span {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
}

/** No message passes between endpoints of different sides, either way. Endpoints on no side are not affected. */
export interface Partition extends Span {
  readonly kind: "partition";
  readonly sides: readonly (readonly string[])[];
}

/** Which messages pass. What is sent during a cut, or would arrive during it, is lost. */
export type Cut =
  | Partition
  /** No message passes from one of `from` to one of `to`; the way back is open. */
  | (Span & { readonly kind: "one-way-partition"; readonly from: readonly string[]; readonly to: readonly string[] })
  /** Two sides that do not hear each other; the bridge, on neither, hears both. */
  | (Span & { readonly kind: "bridge"; readonly bridge: string; readonly sides: readonly (readonly string[])[] })
  /** No other node hears it nor does it hear them; clients still do. */
  | (OnNode & { readonly kind: "isolation" })
  /** A partition that comes and goes: cut for `cut`, open for `open`, and again. */
  | (Span & {
      readonly kind: "flapping";
      readonly sides: readonly (readonly string[])[];
      readonly cut: Microseconds;
      readonly open: Microseconds;
    });

/** Weather on links. Rates are parts per million of the messages sent during the span. */
export type Weather =
  | (OnLinks & { readonly kind: "loss"; readonly rate: number })
  /** A second copy comes `by` after the first; up to three times the message's own time when that is not given. */
  | (OnLinks & { readonly kind: "duplication"; readonly rate: number; readonly by?: Distribution })
  /** Every message takes `by` longer. */
  | (OnLinks & { readonly kind: "delay"; readonly by: Distribution })
  /** A message takes `by` longer at this rate, and later ones overtake it. */
  | (OnLinks & { readonly kind: "reordering"; readonly rate: number; readonly by: Distribution })
  /** What is sent waits and arrives after the span. */
  | (OnLinks & { readonly kind: "clogging" })
  /** A message takes its length in JSON over this rate, one after the other on each link. */
  | (OnLinks & { readonly kind: "bandwidth"; readonly bytesPerSecond: number });

/** What happens to a node's process. A node is back at `until`. */
export type ProcessFault =
  /** Volatile state, timers and calls are lost, and what was not synced; durable state is kept. */
  | (OnNode & { readonly kind: "crash" })
  /** A crash after which the disk is empty. */
  | (OnNode & { readonly kind: "wipe" })
  /** Nothing is handled; messages and timers wait. The node does not notice. */
  | (OnNode & { readonly kind: "pause" })
  /** Handling an event takes `by`; others wait their turn. */
  | (OnNode & { readonly kind: "slow-node"; readonly by: Microseconds });

/** What happens to a node's disk. */
export type DiskFault =
  /**
   * The first change of durable state in the span is cut off by a crash: of the records it writes some are new and some
   * old, drawn by `pick`, and nothing that the handler says leaves the node.
   */
  | (OnNode & { readonly kind: "torn-write"; readonly pick: number })
  /** Writes seem synced and are not: a crash in the span takes them all. */
  | (OnNode & { readonly kind: "lost-fsync" })
  /** At `at` one stored record is damaged, drawn by `pick`; it shows when the record is next read from disk. */
  | (OnNode & { readonly kind: "bit-rot"; readonly pick: number })
  /** The first write in the span lands on another record, drawn by `pick`. */
  | (OnNode & { readonly kind: "misdirected-write"; readonly pick: number })
  /** Nothing can be written. A node that relies on `durable` stops at its first change and restarts at `until`. */
  | (OnNode & { readonly kind: "full-disk" })
  /** A sync takes `by` longer; what a node with durable fields says waits for it. */
  | (OnNode & { readonly kind: "slow-disk"; readonly by: Microseconds });

/** What happens to a node's time of day; but for drift its stopwatch is not affected. */
export type ClockFault =
  /** The time of day is `by` µs ahead (behind, when negative) in the span. */
  | (OnNode & { readonly kind: "clock-step"; readonly by: Microseconds })
  /** The clock runs `drift` parts per million too fast in the span; what it has gained by then stays. */
  | (OnNode & { readonly kind: "clock-drift"; readonly drift: number })
  /** The same, and at `until` the time of day is set right in one step. */
  | (OnNode & { readonly kind: "sync-failure"; readonly drift: number })
  /** Every node's time of day goes back by one second when it shows `at`, for the rest of the run. */
  | (Span & { readonly kind: "leap-second" });

/** What an operator does. */
export type OperatorFault =
  /** At `at` each of `nodes` is given the command with its data; a node that is down misses it. */
  | (Span & {
      readonly kind: "operator";
      readonly command: string;
      readonly nodes: readonly string[];
      readonly data: Value;
    })
  /** The nodes restart under the next version one after the other, each down for `downtime`; all are done at `until`. */
  | (Span & { readonly kind: "upgrade"; readonly nodes: readonly string[]; readonly downtime: Microseconds });

/** Something that goes wrong, or is done to a system. */
export type Fault = Cut | Weather | ProcessFault | DiskFault | ClockFault | OperatorFault;

export type FaultKind = Fault["kind"];

/** Every kind of fault, by family. */
export const faultKinds: Readonly<Record<FaultFamily, readonly FaultKind[]>> = {
  cut: ["partition", "one-way-partition", "bridge", "isolation", "flapping"],
  weather: ["loss", "duplication", "delay", "reordering", "clogging", "bandwidth"],
  process: ["crash", "wipe", "pause", "slow-node"],
  disk: ["torn-write", "lost-fsync", "bit-rot", "misdirected-write", "full-disk", "slow-disk"],
  clock: ["clock-step", "clock-drift", "sync-failure", "leap-second"],
  operator: ["operator", "upgrade"],
};

export type FaultFamily = "cut" | "weather" | "process" | "disk" | "clock" | "operator";
