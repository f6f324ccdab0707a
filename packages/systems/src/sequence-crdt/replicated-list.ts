/**
 * The list of the replicated growable array (RGA): Roh, Jeon, Kim, Lee, "Replicated abstract data types: Building blocks
 * for collaborative applications" (J. Parallel and Distributed Computing 71, 2011), section 5.
 */

/** Lamport's clock and the replica's name: what the paper's s4vector is for, since replicas do not change here. */
export type Identifier = readonly [counter: number, replica: string];

/** An element never moves and never goes: a deleted one is kept, as others may be inserted after it. */
export interface Element {
  readonly id: Identifier;
  /** The left neighbour at the time of insertion; null for the beginning. */
  readonly after: Identifier | null;
  readonly value: number;
}

export const nameOf = ([counter, replica]: Identifier): string => `${String(counter)}${replica}`;

/** Section 5.2: of two insertions at the same place the later one, by clock and then by replica, comes first. */
export function precedes([counter, replica]: Identifier, [otherCounter, other]: Identifier): boolean {
  return counter === otherCounter ? replica > other : counter > otherCounter;
}

export const indexOf = (list: readonly Element[], id: Identifier): number =>
  list.findIndex((element) => element.id[0] === id[0] && element.id[1] === id[1]);

/**
 * Algorithm of a remote insertion: right of the left neighbour, past all that precede it there.
 *
 * @param ordered false for the mistake of placing it where it arrives
 * @returns false when the left neighbour is not in the list yet
 */
export function insert(list: Element[], element: Element, ordered: boolean): boolean {
  const left = element.after === null ? -1 : indexOf(list, element.after);
  if (element.after !== null && left === -1) return false;
  let place = left + 1;
  if (ordered) while (place < list.length && precedes(list[place]!.id, element.id)) place += 1;
  list.splice(place, 0, element);
  return true;
}
