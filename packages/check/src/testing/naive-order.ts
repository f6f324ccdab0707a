import type { History, Operation } from "../history.ts";
import { illegal } from "../model.ts";
import type { SequentialModel } from "../model.ts";

/**
 * The definition, word for word: tries all orders of all operations, with every choice of open ones. A test oracle for
 * histories of up to about eight operations.
 *
 * @param precedes which of two operations must come first
 */
export function hasOrder<State>(
  history: History,
  model: SequentialModel<State>,
  precedes: (one: Operation, other: Operation) => boolean,
): boolean {
  const partOf = (operation: Operation): string => JSON.stringify(model.partition?.(operation) ?? null);
  const search = (left: readonly Operation[], states: ReadonlyMap<string, State>): boolean => {
    if (left.every(({ outcome }) => outcome === "open")) return true;
    return left.some((operation) => {
      if (left.some((other) => other !== operation && precedes(other, operation))) return false;
      const part = partOf(operation);
      const state = states.has(part) ? (states.get(part) as State) : model.initial;
      const next = model.step(state, operation);
      if (next === illegal) return false;
      const rest = left.filter((other) => other !== operation);
      return search(rest, new Map(states).set(part, next));
    });
  };
  const mayHappen = history.filter(({ outcome }) => outcome !== "fail");
  return search(mayHappen, new Map());
}

export const precedesInRealTime = (one: Operation, other: Operation): boolean =>
  one.outcome === "ok" && one.returned < other.called;

/** Only completed operations hold up the later ones of their process: an open one may still take effect. */
export const precedesInProcess = (one: Operation, other: Operation): boolean =>
  one.outcome === "ok" && one.process === other.process && one.called < other.called;
