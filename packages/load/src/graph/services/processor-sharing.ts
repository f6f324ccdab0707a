import type { Microseconds } from "@fieldbook/kernel";
import type { Attempt } from "../records.ts";

interface Share {
  readonly attempt: Attempt;
  /** The virtual time at which its work is done. */
  readonly finish: number;
  readonly order: number;
}

/** Of virtual time, µs: sums of quotients are not exact. */
const rounding = 1e-3;

/**
 * One server that all requests share alike: n of them are each served at 1/n of its speed. By virtual time, which runs
 * at that speed: work is done when virtual time has gone on by its demand. O(log n) a request.
 */
export class ProcessorSharing {
  readonly #heap: Share[] = [];
  #virtual = 0;
  #last: Microseconds = 0;
  #joined = 0;

  get size(): number {
    return this.#heap.length;
  }

  #advance(now: Microseconds): void {
    if (this.#heap.length > 0) this.#virtual += (now - this.#last) / this.#heap.length;
    this.#last = now;
  }

  /** @param demand µs of the whole server */
  join(now: Microseconds, attempt: Attempt, demand: Microseconds): void {
    this.#advance(now);
    if (this.#heap.length === 0) this.#virtual = 0;
    this.#push({ attempt, finish: this.#virtual + demand, order: this.#joined });
    this.#joined += 1;
  }

  /** When the next piece of work is done, if nobody joins; undefined when there is none. */
  nextAt(now: Microseconds): Microseconds | undefined {
    const first = this.#heap[0];
    if (first === undefined) return undefined;
    this.#advance(now);
    return now + Math.max(0, Math.ceil((first.finish - this.#virtual) * this.#heap.length - rounding));
  }

  /** The next piece of work that is done by now. */
  takeDone(now: Microseconds): Attempt | undefined {
    const first = this.#heap[0];
    if (first === undefined) return undefined;
    this.#advance(now);
    return first.finish <= this.#virtual + rounding ? this.#pop().attempt : undefined;
  }

  /** All is lost. */
  clear(): void {
    this.#heap.length = 0;
  }

  #push(share: Share): void {
    const heap = this.#heap;
    let at = heap.push(share) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(share, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = share;
  }

  #pop(): Share {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (one: Share, other: Share): boolean =>
  one.finish < other.finish || (one.finish === other.finish && one.order < other.order);
