import type { History } from "./history.ts";
import { illegal } from "./model.ts";
import type { SequentialModel } from "./model.ts";
import { valueKey } from "./value.ts";
import type { ValueKey } from "./value.ts";

export type OrderKept = "real-time" | "process";

/** @throws Error when the order is no proof: then the search, not the history, is at fault */
export function assertOrder<State>(
  history: History,
  model: SequentialModel<State>,
  order: readonly number[],
  kept: OrderKept,
): void {
  const flaw = flawInOrder(history, model, order, kept);
  if (flaw !== undefined) throw new Error(`The checker found a wrong order, which is a fault of its own: ${flaw}.`);
}

/**
 * Checks an order of operations against its history, independently of the search that found it.
 *
 * @returns what is wrong with the order, or undefined: it is a proof that the history holds. O(n) steps of the model.
 */
export function flawInOrder<State>(
  history: History,
  model: SequentialModel<State>,
  order: readonly number[],
  kept: OrderKept,
): string | undefined {
  return (
    flawInMembers(history, order) ??
    (kept === "real-time" ? flawInTime(history, order) : flawInProcesses(history, order)) ??
    flawInAnswers(history, model, order)
  );
}

function flawInMembers(history: History, order: readonly number[]): string | undefined {
  const placed = new Uint8Array(history.length);
  for (const index of order) {
    const operation = history[index];
    if (operation === undefined) return `there is no operation ${index}`;
    if (placed[index] === 1) return `operation ${index} comes twice`;
    if (operation.outcome === "fail") return `operation ${index} failed, and can have had no effect`;
    placed[index] = 1;
  }
  for (let index = 0; index < history.length; index += 1) {
    if (history[index]!.outcome === "ok" && placed[index] === 0) return `operation ${index} is missing`;
  }
  return undefined;
}

function flawInTime(history: History, order: readonly number[]): string | undefined {
  let latestCall = -Infinity;
  for (const index of order) {
    const { called, returned, outcome } = history[index]!;
    if (outcome === "ok" && returned < latestCall) {
      return `operation ${index} had returned before one that precedes it was called`;
    }
    if (called > latestCall) latestCall = called;
  }
  return undefined;
}

function flawInProcesses(history: History, order: readonly number[]): string | undefined {
  const latest = new Map<number, number>();
  for (const index of order) {
    const { process, called, outcome } = history[index]!;
    const before = latest.get(process) ?? -Infinity;
    if (called < before && outcome === "ok") return `operation ${index} comes after a later one of its process`;
    // An open operation may take effect after what its process did later.
    if (outcome === "ok") latest.set(process, called);
  }
  const seen = new Map<number, number>();
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const { process, called, outcome } = history[order[at]!]!;
    if (outcome === "open" && called > (seen.get(process) ?? Infinity)) {
      return `operation ${order[at]} took effect before an earlier one of its process`;
    }
    if (outcome === "ok") seen.set(process, Math.min(called, seen.get(process) ?? Infinity));
  }
  return undefined;
}

function flawInAnswers<State>(
  history: History,
  model: SequentialModel<State>,
  order: readonly number[],
): string | undefined {
  const states = new Map<ValueKey, State>();
  for (const index of order) {
    const operation = history[index]!;
    const call = operation.outcome === "open" ? { ...operation, output: undefined } : operation;
    const part = model.partition === undefined ? null : valueKey(model.partition(call));
    const state = states.has(part) ? (states.get(part) as State) : model.initial;
    const next = model.step(state, call);
    if (next === illegal) return `the answer of operation ${index} is not legal at its place`;
    states.set(part, next);
  }
  return undefined;
}
