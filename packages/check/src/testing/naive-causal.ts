import type { History } from "../history.ts";

/**
 * Causal consistency (CC) as Bouajjani, Enea, Guerraoui and Hamza define it (POPL 2017): there is a strict
 * partial order that contains the order of each process, such that for every operation the operations before it can be
 * put in a sequence, in agreement with that order, after which the register would give this operation's answer; what
 * the others answered does not count. All orders and all sequences are tried: for histories of up to five operations.
 */
export function isCausalByDefinition(history: History): boolean {
  const size = history.length;
  return partialOrders(size).some((order) => {
    const precedes = (one: number, other: number): boolean => order[one * size + other] === true;
    const keepsProcesses = history.every((operation, other) =>
      history.slice(0, other).every((before, one) => before.process !== operation.process || precedes(one, other)),
    );
    return keepsProcesses && history.every((_, index) => isExplained(history, index, precedes));
  });
}

function isExplained(history: History, index: number, precedes: (one: number, other: number) => boolean): boolean {
  const operation = history[index]!;
  if (operation.f !== "read") return true;
  const past = [...history.keys()].filter((other) => precedes(other, index));
  const search = (left: readonly number[], value: unknown): boolean => {
    if (left.length === 0) return value === operation.output;
    return left.some((next) => {
      if (left.some((other) => precedes(other, next))) return false;
      const { f, key, input } = history[next]!;
      const after = f === "write" && key === operation.key ? input : value;
      return search(
        left.filter((other) => other !== next),
        after,
      );
    });
  };
  return search(past, null);
}

const known = new Map<number, readonly (readonly boolean[])[]>();

/** All strict partial orders on `size` labelled elements, as matrices: 1, 1, 3, 19, 219, 4231. */
function partialOrders(size: number): readonly (readonly boolean[])[] {
  const before = known.get(size);
  if (before !== undefined) return before;
  const orders: boolean[][] = [];
  if (size === 0) orders.push([]);
  else for (const smaller of partialOrders(size - 1)) orders.push(...extensions(smaller, size));
  known.set(size, orders);
  return orders;
}

/** Adds a last element in every way: some elements are below it and some above, and what follows is closed. */
function extensions(smaller: readonly boolean[], size: number): boolean[][] {
  const last = size - 1;
  const found: boolean[][] = [];
  for (let choice = 0; choice < 3 ** last; choice += 1) {
    const order = Array.from({ length: size * size }, () => false);
    for (let one = 0; one < last; one += 1) {
      for (let other = 0; other < last; other += 1) order[one * size + other] = smaller[one * last + other]!;
      const role = Math.floor(choice / 3 ** one) % 3;
      if (role === 1) order[one * size + last] = true;
      if (role === 2) order[last * size + one] = true;
    }
    if (isTransitive(order, size)) found.push(order);
  }
  return found;
}

function isTransitive(order: readonly boolean[], size: number): boolean {
  for (let one = 0; one < size; one += 1) {
    for (let middle = 0; middle < size; middle += 1) {
      if (order[one * size + middle] !== true) continue;
      for (let other = 0; other < size; other += 1) {
        if (order[middle * size + other] === true && order[one * size + other] !== true) return false;
      }
    }
  }
  return true;
}
