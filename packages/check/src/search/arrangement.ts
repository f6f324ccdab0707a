import type { History } from "../history.ts";
import type { Transitions } from "./transitions.ts";

/**
 * The operations of a search, laid out in slots: chain after chain the required operations, each chain closed by an
 * empty slot, then the optional ones.
 *
 * A chain is a sequence of operations that any order must keep. The chains' heads together say which required
 * operations have been placed.
 */
export interface Arrangement {
  /** Per slot: the index in the history, the class of the call, whether it is read-only. */
  readonly operation: Int32Array;
  readonly callClass: Int32Array;
  readonly readOnly: Uint8Array;
  /**
   * Per slot: an operation can be placed when it was called no later than the earliest return of those required
   * operations that have not been placed. An empty slot holds Infinity, so it neither comes up nor holds up.
   */
  readonly called: Float64Array;
  readonly returned: Float64Array;
  /**
   * Per slot: when the operation returned in the history. The search tries first what returned first: real systems
   * mostly do things in about that order, even where they need not.
   */
  readonly preference: Float64Array;
  /** Per slot: the chain; for an optional operation the one it has to wait for. */
  readonly chain: Int32Array;
  /** Per chain: its first slot; one more at the end. */
  readonly chainStart: Int32Array;
  /** Per slot of an optional operation: where the head of its chain must have come to. */
  readonly after: Int32Array;
  /** Per slot of an optional operation: the last one before it of the same class, or −1. */
  readonly alikeBefore: Int32Array;
  readonly required: number;
  readonly firstOptional: number;
  readonly slots: number;
}

interface Optional {
  readonly index: number;
  readonly chain: number;
  /** How many operations of the chain must have been placed. */
  readonly position: number;
}

/** For linearizability: an operation that had returned before another was called comes before it. */
export function arrangeByTime<State>(
  history: History,
  indexes: readonly number[],
  transitions: Transitions<State>,
): Arrangement {
  const chains: number[][] = [];
  const lastReturn: number[] = [];
  const optional: Optional[] = [];
  for (const index of indexes) {
    const { outcome, called, returned } = history[index]!;
    if (outcome === "open") optional.push({ index, chain: 0, position: 0 });
    if (outcome !== "ok") continue;
    // The first chain that is free again: there are then no more chains than operations at a time.
    let chain = 0;
    while (chain < chains.length && lastReturn[chain]! >= called) chain += 1;
    if (chain === chains.length) chains.push([]);
    chains[chain]!.push(index);
    lastReturn[chain] = returned;
  }
  const arrangement = lay(history, chains, optional, transitions);
  for (let slot = 0; slot < arrangement.slots; slot += 1) {
    const index = arrangement.operation[slot]!;
    if (index < 0) continue;
    arrangement.called[slot] = history[index]!.called;
    arrangement.returned[slot] = history[index]!.returned;
  }
  return arrangement;
}

/**
 * For sequential consistency: each process's operations stay in their order, and real time does not matter. An open
 * operation comes after what its process did before it; what the process did later need not wait for it.
 */
export function arrangeByProcess<State>(
  history: History,
  indexes: readonly number[],
  transitions: Transitions<State>,
): Arrangement {
  const chainOf = new Map<number, number>();
  const chains: number[][] = [];
  const optional: Optional[] = [];
  for (const index of indexes) {
    const { process, outcome } = history[index]!;
    if (outcome === "fail") continue;
    let chain = chainOf.get(process);
    if (chain === undefined) {
      chain = chains.push([]) - 1;
      chainOf.set(process, chain);
    }
    if (outcome === "open") optional.push({ index, chain, position: chains[chain]!.length });
    else chains[chain]!.push(index);
  }
  return lay(history, chains, optional, transitions);
}

function lay<State>(
  history: History,
  chains: readonly (readonly number[])[],
  optional: readonly Optional[],
  transitions: Transitions<State>,
): Arrangement {
  let required = 0;
  for (const chain of chains) required += chain.length;
  const firstOptional = required + chains.length;
  const slotsMax = firstOptional + optional.length;
  const operation = new Int32Array(slotsMax).fill(-1);
  const callClass = new Int32Array(slotsMax);
  const readOnly = new Uint8Array(slotsMax);
  const called = new Float64Array(slotsMax);
  const returned = new Float64Array(slotsMax);
  const preference = new Float64Array(slotsMax);
  const chainOfSlot = new Int32Array(slotsMax);
  const after = new Int32Array(slotsMax);
  const alikeBefore = new Int32Array(slotsMax).fill(-1);
  const chainStart = new Int32Array(chains.length + 1);
  let slot = 0;
  const place = (index: number, chain: number): void => {
    const ofClass = transitions.classOf(history[index]!);
    operation[slot] = index;
    callClass[slot] = ofClass;
    readOnly[slot] = transitions.isReadOnly(ofClass) ? 1 : 0;
    chainOfSlot[slot] = chain;
    preference[slot] = history[index]!.returned;
    slot += 1;
  };
  chains.forEach((indexes, chain) => {
    chainStart[chain] = slot;
    for (const index of indexes) place(index, chain);
    called[slot] = returned[slot] = Infinity;
    slot += 1;
  });
  chainStart[chains.length] = slot;
  const lastOfClass = new Map<number, number>();
  for (const { index, chain, position } of optional) {
    const ofClass = transitions.classOf(history[index]!);
    // An unanswered read neither changes nor shows anything.
    if (transitions.isReadOnly(ofClass)) continue;
    after[slot] = (chainStart[chain] ?? 0) + position;
    alikeBefore[slot] = lastOfClass.get(ofClass) ?? -1;
    lastOfClass.set(ofClass, slot);
    place(index, chain);
  }
  return {
    operation,
    callClass,
    readOnly,
    called,
    returned,
    preference,
    chain: chainOfSlot,
    chainStart,
    after,
    alikeBefore,
    required,
    firstOptional,
    slots: slot,
  };
}
