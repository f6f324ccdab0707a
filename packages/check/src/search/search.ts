import type { Arrangement } from "./arrangement.ts";
import { ConfigurationSet } from "./configuration-set.ts";
import { Sources } from "./sources.ts";
import type { Placement } from "./sources.ts";
import { noState } from "./transitions.ts";
import type { Transitions } from "./transitions.ts";

export type SearchState = "found" | "none" | "paused";

const none = -1;

/**
 * Looks for an order of operations that a model allows: depth first, as Wing & Gong (1993), with the configurations
 * seen before remembered, as Lowe (2017).
 *
 * A configuration is: how far each chain has been placed, the state of the model, and the optional operations used.
 * The search is exhaustive but for four cuts, each of which leaves at least one order if there is one:
 *
 * 1. A read-only operation that is legal is placed at once: it changes nothing and only sets others free.
 * 2. An optional operation must make a difference to the operation placed right after it. If the same next state
 *    could be reached without it, that order has used less. Of alike ones that could be placed the first is taken.
 * 3. Of two configurations that differ only in what was used, the one that used more is not searched.
 * 4. Where a chain has come to an answer that nothing can make true any more, the search turns back.
 *
 * @see J. M. Wing, C. Gong, "Testing and Verifying Concurrent Objects", J. Parallel Distrib. Comput. 17, 1993
 * @see G. Lowe, "Testing for linearizability", Concurrency Computat.: Pract. Exper. 29(4), 2017
 */
export class Search<State> implements Placement {
  readonly #arrangement: Arrangement;
  readonly #transitions: Transitions<State>;
  readonly #chains: number;
  readonly #seen: ConfigurationSet;
  readonly #sources: Sources<State>;
  /** Chain heads packed into words, then the state, then the used optional operations as bits. */
  readonly #configuration: Int32Array;
  readonly #headWord: Int32Array;
  readonly #headUnit: Int32Array;
  readonly #stateWord: number;
  readonly #heads: Int32Array;
  /** Slots in the order they were placed. */
  readonly #placed: Int32Array;
  #placedCount = 0;
  #requiredLeft: number;
  /** Candidates (slot, next state) of all frames, one frame after the other. */
  #candidates: Int32Array = new Int32Array(256);
  /** Per frame: how many operations had been placed, the state, the next candidate and the end of the candidates. */
  #frames: Int32Array = new Int32Array(frameSize * 32);
  #depth = 0;
  #reach = -Infinity;

  /** Model steps taken so far. */
  steps = 0;
  state: SearchState = "paused";

  constructor(arrangement: Arrangement, transitions: Transitions<State>) {
    const { chainStart, slots, firstOptional } = arrangement;
    this.#arrangement = arrangement;
    this.#transitions = transitions;
    this.#chains = chainStart.length - 1;
    this.#heads = chainStart.slice(0, this.#chains);
    this.#requiredLeft = arrangement.required;
    this.#placed = new Int32Array(slots);
    this.#headWord = new Int32Array(this.#chains);
    this.#headUnit = new Int32Array(this.#chains);
    let word = 0;
    let shift = 0;
    for (let chain = 0; chain < this.#chains; chain += 1) {
      const length = chainStart[chain + 1]! - chainStart[chain]! - 1;
      const bits = 32 - Math.clz32(length);
      if (shift + bits > 32) {
        word += 1;
        shift = 0;
      }
      this.#headWord[chain] = word;
      this.#headUnit[chain] = 1 << shift;
      shift += bits;
    }
    this.#stateWord = word + 1;
    const bitWords = (slots - firstOptional + 31) >> 5;
    this.#configuration = new Int32Array(this.#stateWord + 1 + bitWords);
    this.#seen = new ConfigurationSet(this.#stateWord + 1, bitWords);
    this.#sources = new Sources(arrangement, transitions);
    this.#enter(transitions.initial, none);
  }

  /** The latest return that some order got past, or came to: no order places an operation called after it. */
  get reach(): number {
    return this.#reach;
  }

  /** The order found, as indexes into the history. */
  get order(): number[] {
    return Array.from(this.#placed.subarray(0, this.#placedCount), (slot) => this.#arrangement.operation[slot]!);
  }

  /** Searches on until `steps` reaches the limit. */
  run(stepsMax: number): SearchState {
    while (this.state === "paused" && this.steps < stepsMax) this.#advance();
    return this.state;
  }

  /** Takes the next candidate of the deepest frame, or leaves the frame. */
  #advance(): void {
    if (this.#depth === 0) {
      this.state = "none";
      return;
    }
    const frame = (this.#depth - 1) * frameSize;
    const frames = this.#frames;
    this.#takeBack(frames[frame]!);
    const next = frames[frame + 2]!;
    if (next === frames[frame + 3]) {
      this.#depth -= 1;
      return;
    }
    frames[frame + 2] = next + 2;
    const slot = this.#candidates[next]!;
    this.#place(slot);
    this.#enter(this.#candidates[next + 1]!, slot >= this.#arrangement.firstOptional ? frames[frame + 1]! : none);
  }

  /**
   * Opens a frame for the configuration reached, unless there is nothing more to find in it.
   *
   * @param before the state before the optional operation placed last, or `none` if that was a required one
   */
  #enter(state: number, before: number): void {
    const committed = this.#placeReads(state);
    if (this.#requiredLeft === 0) {
      this.state = "found";
      return;
    }
    if (this.#isDeadEnd(state)) return;
    this.#configuration[this.#stateWord] = state;
    if (!this.#seen.add(this.#configuration)) return;
    const from = this.#depth === 0 ? 0 : this.#frames[(this.#depth - 1) * frameSize + 3]!;
    const to = this.#collect(state, committed ? none : before, from);
    const frame = this.#depth * frameSize;
    if (frame + frameSize > this.#frames.length) this.#frames = grown(this.#frames);
    const frames = this.#frames;
    frames[frame] = this.#placedCount;
    frames[frame + 1] = state;
    frames[frame + 2] = from;
    frames[frame + 3] = to;
    this.#depth += 1;
  }

  /** Places every read-only operation that is legal now. Returns whether there was one. */
  #placeReads(state: number): boolean {
    const { called, readOnly, callClass } = this.#arrangement;
    const heads = this.#heads;
    let placedOne = false;
    for (;;) {
      const limit = this.#earliestReturn();
      if (limit > this.#reach && limit !== Infinity) this.#reach = limit;
      let again = false;
      for (let chain = 0; chain < this.#chains; chain += 1) {
        let slot = heads[chain]!;
        while (readOnly[slot] === 1 && called[slot]! <= limit) {
          this.steps += 1;
          if (this.#transitions.step(state, callClass[slot]!) === noState) break;
          this.#place(slot);
          slot = heads[chain]!;
          again = true;
        }
      }
      if (!again) return placedOne;
      placedOne = true;
    }
  }

  /** Whether a chain has come to an answer that nothing can make true any more. */
  #isDeadEnd(state: number): boolean {
    if (!this.#sources.isKnown) return false;
    const { operation, callClass, returned } = this.#arrangement;
    const limit = this.#earliestReturn();
    for (let chain = 0; chain < this.#chains; chain += 1) {
      const slot = this.#heads[chain]!;
      if (operation[slot] === none) continue;
      this.steps += 1;
      if (this.#transitions.step(state, callClass[slot]!) !== noState) continue;
      if (this.#sources.canComeTrue(state, slot, limit, this)) continue;
      // What shows this stands within the return of that answer.
      if (returned[slot]! > this.#reach) this.#reach = returned[slot]!;
      return true;
    }
    return false;
  }

  isPlaced(slot: number): boolean {
    const { firstOptional, chain } = this.#arrangement;
    return slot >= firstOptional ? this.#isUsed(slot) : slot < this.#heads[chain[slot]!]!;
  }

  /** Of the required operations that have not been placed: nothing called later can be placed before. */
  #earliestReturn(): number {
    const { returned } = this.#arrangement;
    let earliest = Infinity;
    for (let chain = 0; chain < this.#chains; chain += 1) {
      const time = returned[this.#heads[chain]!]!;
      if (time < earliest) earliest = time;
    }
    return earliest;
  }

  /** Writes down what can be placed next, required operations first. */
  #collect(state: number, before: number, from: number): number {
    const { called, preference, readOnly, firstOptional, slots, chain, after } = this.#arrangement;
    const heads = this.#heads;
    const room = from + 2 * (this.#chains + slots - firstOptional);
    while (room > this.#candidates.length) this.#candidates = grown(this.#candidates);
    const candidates = this.#candidates;
    const limit = this.#earliestReturn();
    let to = from;
    for (let index = 0; index < this.#chains; index += 1) {
      const slot = heads[index]!;
      if (!(called[slot]! <= limit) || readOnly[slot] === 1) continue;
      const next = this.#usefulStep(state, before, slot);
      if (next === noState) continue;
      let at = to;
      for (; at > from && preference[candidates[at - 2]!]! > preference[slot]!; at -= 2) {
        candidates[at] = candidates[at - 2]!;
        candidates[at + 1] = candidates[at - 1]!;
      }
      candidates[at] = slot;
      candidates[at + 1] = next;
      to += 2;
    }
    for (let slot = firstOptional; slot < slots; slot += 1) {
      if (this.#isUsed(slot) || called[slot]! > limit || heads[chain[slot]!]! < after[slot]!) continue;
      if (this.#hasAlikeBefore(slot, limit)) continue;
      const next = this.#usefulStep(state, before, slot);
      if (next === noState || next === state) continue;
      candidates[to] = slot;
      candidates[to + 1] = next;
      to += 2;
    }
    return to;
  }

  /** The next state; `noState` too when the optional operation placed before makes no difference to it. */
  #usefulStep(state: number, before: number, slot: number): number {
    const ofClass = this.#arrangement.callClass[slot]!;
    this.steps += 1;
    const next = this.#transitions.step(state, ofClass);
    if (next === noState || before === none) return next;
    this.steps += 1;
    return this.#transitions.step(before, ofClass) === next ? noState : next;
  }

  #hasAlikeBefore(slot: number, limit: number): boolean {
    const { alikeBefore, called, chain, after } = this.#arrangement;
    for (let other = alikeBefore[slot]!; other !== none; other = alikeBefore[other]!) {
      if (this.#isUsed(other) || called[other]! > limit) continue;
      if (this.#heads[chain[other]!]! >= after[other]!) return true;
    }
    return false;
  }

  #isUsed(slot: number): boolean {
    const bit = slot - this.#arrangement.firstOptional;
    return (this.#configuration[this.#stateWord + 1 + (bit >> 5)]! & (1 << (bit & 31))) !== 0;
  }

  #place(slot: number): void {
    this.#placed[this.#placedCount] = slot;
    this.#placedCount += 1;
    this.#move(slot, 1);
  }

  #takeBack(count: number): void {
    while (this.#placedCount > count) {
      this.#placedCount -= 1;
      this.#move(this.#placed[this.#placedCount]!, -1);
    }
  }

  #move(slot: number, by: 1 | -1): void {
    const { firstOptional, chain } = this.#arrangement;
    if (slot >= firstOptional) {
      const bit = slot - firstOptional;
      this.#configuration[this.#stateWord + 1 + (bit >> 5)]! ^= 1 << (bit & 31);
      return;
    }
    const ofChain = chain[slot]!;
    this.#heads[ofChain]! += by;
    this.#configuration[this.#headWord[ofChain]!]! += by * this.#headUnit[ofChain]!;
    this.#requiredLeft -= by;
  }
}

/** Words of a frame. */
const frameSize = 4;

function grown(words: Int32Array): Int32Array {
  const larger = new Int32Array(words.length * 2);
  larger.set(words);
  return larger;
}
