import type { Arrangement } from "./arrangement.ts";
import { noValue } from "./transitions.ts";
import type { Transitions } from "./transitions.ts";

/** The required operations that leave one value, in order of their calls. */
interface Leavers {
  readonly slots: number[];
  /** Per entry: the latest return of it and those before. */
  readonly latestReturn: number[];
}

/** How far a search has come. */
export interface Placement {
  /** Whether the operation in a slot has been placed. */
  isPlaced(slot: number): boolean;
}

const nothing: Leavers = { slots: [], latestReturn: [] };

/**
 * Tells where a search has come to a dead end: where an answer shows a value that is gone, and no operation that is
 * still to be placed can bring it back in time.
 *
 * It knows this only of models that say what their operations leave and show (`evidence`); of others it says nothing.
 */
export class Sources<State> {
  readonly #arrangement: Arrangement;
  readonly #transitions: Transitions<State>;
  readonly #required = new Map<number, Leavers>();
  readonly #optional = new Map<number, number[]>();
  readonly isKnown: boolean;

  constructor(arrangement: Arrangement, transitions: Transitions<State>) {
    this.#arrangement = arrangement;
    this.#transitions = transitions;
    this.isKnown = transitions.hasEvidence && this.#everyEffectIsKnown();
    if (this.isKnown) this.#collect();
  }

  /**
   * Whether the answer in a slot can still come true.
   *
   * @param limit all required operations that returned before have been placed
   */
  canComeTrue(state: number, slot: number, limit: number, placement: Placement): boolean {
    const { callClass, called, returned } = this.#arrangement;
    const observer = callClass[slot]!;
    const seen = this.#transitions.seenBy(observer);
    if (seen === noValue || this.#transitions.mayGrowInto(state, observer)) return true;
    const { slots, latestReturn } = this.#required.get(seen) ?? nothing;
    let at = countUpTo(slots, called, returned[slot]!) - 1;
    for (; at >= 0 && latestReturn[at]! >= limit; at -= 1) {
      if (this.#isSource(slots[at]!, slot, placement)) return true;
    }
    for (const other of this.#optional.get(seen) ?? []) {
      if (this.#isSource(other, slot, placement)) return true;
    }
    return false;
  }

  #isSource(other: number, slot: number, placement: Placement): boolean {
    const { callClass, called, returned } = this.#arrangement;
    if (other === slot || called[other]! > returned[slot]! || placement.isPlaced(other)) return false;
    return this.#transitions.restsOn(callClass[slot]!, callClass[other]!);
  }

  /** Effects that build on what was there need a model that says what a state may grow into. */
  #everyEffectIsKnown(): boolean {
    if (this.#transitions.knowsGrowth) return true;
    const { slots, operation, readOnly, callClass } = this.#arrangement;
    for (let slot = 0; slot < slots; slot += 1) {
      if (operation[slot]! < 0 || readOnly[slot] === 1) continue;
      if (this.#transitions.leftBy(callClass[slot]!) === noValue) return false;
    }
    return true;
  }

  #collect(): void {
    const { slots, operation, callClass, called, returned, firstOptional } = this.#arrangement;
    const leavers: { slot: number; left: number }[] = [];
    for (let slot = 0; slot < slots; slot += 1) {
      const left = operation[slot]! < 0 ? noValue : this.#transitions.leftBy(callClass[slot]!);
      if (left !== noValue) leavers.push({ slot, left });
    }
    leavers.sort((one, other) => called[one.slot]! - called[other.slot]!);
    for (const { slot, left } of leavers) {
      if (slot >= firstOptional) {
        const others = this.#optional.get(left);
        if (others === undefined) this.#optional.set(left, [slot]);
        else others.push(slot);
        continue;
      }
      let ofValue = this.#required.get(left);
      if (ofValue === undefined) {
        ofValue = { slots: [], latestReturn: [] };
        this.#required.set(left, ofValue);
      }
      ofValue.latestReturn.push(Math.max(ofValue.latestReturn.at(-1) ?? -Infinity, returned[slot]!));
      ofValue.slots.push(slot);
    }
  }
}

/** How many of the slots, sorted by call, were called no later than a time. */
function countUpTo(slots: readonly number[], called: Float64Array, time: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (called[slots[middle]!]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
