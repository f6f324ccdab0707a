import type { History } from "./history.ts";
import { valueKey } from "./value.ts";
import type { ValueKey } from "./value.ts";

interface WritesOfChain {
  readonly chain: number;
  /** Places in the chain, ascending, and the operations there. */
  readonly places: number[];
  readonly writes: number[];
}

/**
 * The causal order of a history: the transitive closure of the order of each process and of reads-from, held as one
 * vector clock for each operation. Building it takes O(n × processes).
 */
export class CausalOrder {
  readonly #history: History;
  readonly #members: readonly number[];
  readonly #source: ReadonlyMap<number, number>;
  /** Per operation: the operation of its process before it. */
  readonly #previous = new Map<number, number>();
  readonly #chain = new Map<number, number>();
  readonly #place = new Map<number, number>();
  readonly #writes = new Map<ValueKey, WritesOfChain[]>();
  #chains = 0;
  /** Per operation and chain: how many operations of the chain come causally before. */
  readonly #clocks = new Map<number, Int32Array>();

  /**
   * @param members the indexes of the operations, ascending; an open one is no predecessor in its process
   * @param source per read the write that it saw
   */
  constructor(history: History, members: readonly number[], source: ReadonlyMap<number, number>) {
    this.#history = history;
    this.#members = members;
    this.#source = source;
    this.#layChains();
    this.#setClocks();
  }

  /** Operations each of which comes causally before the next, and the last before the first; undefined if none do. */
  cycle(): readonly number[] | undefined {
    const start = this.#members.find((member) => !this.#clocks.has(member));
    if (start === undefined) return undefined;
    const path: number[] = [];
    const at = new Map<number, number>();
    let member = start;
    while (!at.has(member)) {
      at.set(member, path.push(member) - 1);
      member = this.#before(member).find((before) => !this.#clocks.has(before))!;
    }
    return path.slice(at.get(member)).toReversed();
  }

  precedes(one: number, other: number): boolean {
    return this.#clocks.get(other)![this.#chain.get(one)!]! > this.#place.get(one)!;
  }

  /** Per process the last write to the same key that comes causally before a read. */
  latestWritesBefore(read: number): readonly number[] {
    const clock = this.#clocks.get(read)!;
    const latest: number[] = [];
    for (const { chain, places, writes } of this.#writes.get(this.#keyOf(read)) ?? []) {
      const count = countBelow(places, clock[chain]!);
      if (count > 0) latest.push(writes[count - 1]!);
    }
    return latest;
  }

  /** A shortest sequence in which each operation comes directly before the next, in its process or as what was read. */
  path(from: number, to: number): readonly number[] {
    const next = new Map<number, number>();
    const queue = [to];
    for (const member of queue) {
      if (member === from) break;
      for (const before of this.#before(member)) {
        if (before === to || next.has(before)) continue;
        next.set(before, member);
        queue.push(before);
      }
    }
    const path = [from];
    for (let at = from; at !== to; path.push(at)) at = next.get(at)!;
    return path;
  }

  #layChains(): void {
    const chainOfProcess = new Map<number, number>();
    const latest = new Map<number, number>();
    const lengths: number[] = [];
    for (const member of this.#members) {
      const { process, outcome } = this.#history[member]!;
      const previous = latest.get(process);
      if (previous !== undefined) this.#previous.set(member, previous);
      let chain = outcome === "ok" ? chainOfProcess.get(process) : undefined;
      if (chain === undefined) {
        chain = lengths.push(0) - 1;
        if (outcome === "ok") chainOfProcess.set(process, chain);
      }
      if (outcome === "ok") latest.set(process, member);
      const place = lengths[chain]!;
      lengths[chain] = place + 1;
      this.#chain.set(member, chain);
      this.#place.set(member, place);
      if (this.#isWrite(member)) this.#addWrite(member, chain, place);
    }
    this.#chains = lengths.length;
  }

  #addWrite(member: number, chain: number, place: number): void {
    const key = this.#keyOf(member);
    let ofKey = this.#writes.get(key);
    if (ofKey === undefined) this.#writes.set(key, (ofKey = []));
    let ofChain = ofKey.find((entry) => entry.chain === chain);
    if (ofChain === undefined) ofKey.push((ofChain = { chain, places: [], writes: [] }));
    ofChain.places.push(place);
    ofChain.writes.push(member);
  }

  /** In topological order; what lies on a cycle, or after one, gets no clock. */
  #setClocks(): void {
    const waiting = new Map<number, number>();
    const after = new Map<number, number[]>();
    for (const member of this.#members) {
      const before = this.#before(member);
      waiting.set(member, before.length);
      for (const other of before) {
        const others = after.get(other);
        if (others === undefined) after.set(other, [member]);
        else others.push(member);
      }
    }
    const ready = this.#members.filter((member) => waiting.get(member) === 0);
    for (const member of ready) {
      this.#clocks.set(member, this.#clockOf(member));
      for (const next of after.get(member) ?? []) {
        const left = waiting.get(next)! - 1;
        waiting.set(next, left);
        if (left === 0) ready.push(next);
      }
    }
  }

  #clockOf(member: number): Int32Array {
    const clock = new Int32Array(this.#chains);
    for (const before of this.#before(member)) {
      const earlier = this.#clocks.get(before)!;
      for (let chain = 0; chain < clock.length; chain += 1) clock[chain] = Math.max(clock[chain]!, earlier[chain]!);
      const chain = this.#chain.get(before)!;
      clock[chain] = Math.max(clock[chain]!, this.#place.get(before)! + 1);
    }
    return clock;
  }

  /** The operations that come directly before: in the same process, and the write that was read. */
  #before(member: number): number[] {
    return [this.#previous.get(member), this.#source.get(member)].filter((before) => before !== undefined);
  }

  #isWrite(member: number): boolean {
    const { f } = this.#history[member]!;
    return f === "write" || f === "put";
  }

  #keyOf(member: number): ValueKey {
    const { key } = this.#history[member]!;
    return key === undefined ? null : valueKey(key);
  }
}

/** How many of the ascending numbers are less than a bound. */
function countBelow(numbers: readonly number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
