import { sample } from "@fieldbook/kernel";
import type { Distribution, KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { streams } from "./streams.ts";

/** Something that goes wrong from `at` until `until`. Endpoints are named: "n1", "c2". */
export type Fault =
  /** No message passes between endpoints of different sides, either way. Endpoints on no side are not affected. */
  | {
      readonly kind: "partition";
      readonly at: Microseconds;
      readonly until: Microseconds;
      readonly sides: readonly (readonly string[])[];
    }
  /** No message passes from one of `from` to one of `to`; the way back is open. */
  | {
      readonly kind: "one-way-partition";
      readonly at: Microseconds;
      readonly until: Microseconds;
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  /** Volatile state, timers and calls are lost; the node restarts at `until` with its durable state. */
  | { readonly kind: "crash"; readonly at: Microseconds; readonly until: Microseconds; readonly node: string };

function namesIn(fault: Fault): readonly string[] {
  if (fault.kind === "crash") return [fault.node];
  return fault.kind === "partition" ? fault.sides.flat() : [...fault.from, ...fault.to];
}

/** What is wrong with a fault: a name that the system does not have, or an end before the beginning. */
export function faultProblem(fault: Fault, nodes: readonly string[], endpoints: readonly string[]): string | undefined {
  if (!(fault.at >= 0 && fault.until >= fault.at)) {
    return `it runs from ${String(fault.at)} to ${String(fault.until)} µs; the end can not be before the beginning.`;
  }
  const known = fault.kind === "crash" ? nodes : endpoints;
  const unknown = namesIn(fault).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `it names "${unknown}"; the system has ${known.join(", ")}.`;
}

/** Which faults a seed draws. Each episode starts at a uniformly drawn time of the window. */
export interface Weather {
  readonly window: { readonly from: Microseconds; readonly until: Microseconds };
  readonly partitions: {
    readonly count: number;
    readonly duration: Distribution;
    /** Parts per million of the partitions that cut one direction only. */
    readonly oneWay: number;
  };
  readonly crashes: { readonly count: number; readonly downtime: Distribution };
}

/**
 * The faults that a seed brings over a system's nodes. Episode i is drawn by its own ids, so taking one episode away
 * leaves the others as they were. Every episode ends within the window.
 */
export function drawFaults(random: KeyedRandom, weather: Weather, nodes: readonly string[]): Fault[] {
  if (nodes.length > 30) throw new RangeError(`Faults are drawn for at most 30 nodes; got ${String(nodes.length)}.`);
  const { from, until } = weather.window;
  const span = until - from;
  const faults: Fault[] = [];
  for (let episode = 0; episode < weather.partitions.count; episode += 1) {
    const draw = (part: number): number => random.unit(streams.partition, episode, part);
    const at = from + Math.floor(draw(0) * span);
    const end = Math.min(until, at + Math.max(1, sample(weather.partitions.duration, draw(1))));
    // One node at least on either side: a number from 1 to 2^n − 2 read as a set.
    const subset = 1 + Math.floor(draw(2) * (2 ** nodes.length - 2));
    const one = nodes.filter((_, index) => (subset >> index) & 1);
    const other = nodes.filter((_, index) => !((subset >> index) & 1));
    if (one.length === 0 || other.length === 0) continue;
    faults.push(
      random.chance(weather.partitions.oneWay, streams.partition, episode, 3)
        ? { kind: "one-way-partition", at, until: end, from: one, to: other }
        : { kind: "partition", at, until: end, sides: [one, other] },
    );
  }
  for (let episode = 0; episode < weather.crashes.count; episode += 1) {
    const draw = (part: number): number => random.unit(streams.crash, episode, part);
    const at = from + Math.floor(draw(0) * span);
    const end = Math.min(until, at + Math.max(1, sample(weather.crashes.downtime, draw(1))));
    faults.push({ kind: "crash", at, until: end, node: nodes[Math.floor(draw(2) * nodes.length)]! });
  }
  return faults;
}

/** Counts, per ordered pair of endpoints, the partitions that cut it now: overlapping faults end one by one. */
export class Cuts {
  readonly #endpoints: readonly string[];
  readonly #cuts: Int32Array;

  constructor(endpoints: readonly string[]) {
    this.#endpoints = endpoints;
    this.#cuts = new Int32Array(endpoints.length * endpoints.length);
  }

  isCut(from: number, to: number): boolean {
    return this.#cuts[from * this.#endpoints.length + to]! > 0;
  }

  /** @param change 1 when the partition begins, −1 when it ends */
  apply(fault: Exclude<Fault, { kind: "crash" }>, change: 1 | -1): void {
    if (fault.kind === "one-way-partition") {
      this.#change(fault.from, fault.to, change);
      return;
    }
    for (const one of fault.sides) {
      for (const other of fault.sides) if (one !== other) this.#change(one, other, change);
    }
  }

  #change(from: readonly string[], to: readonly string[], change: number): void {
    for (const sender of from) {
      for (const receiver of to) {
        const link = this.#endpoints.indexOf(sender) * this.#endpoints.length + this.#endpoints.indexOf(receiver);
        this.#cuts[link] = this.#cuts[link]! + change;
      }
    }
  }
}
