import type { History, Operation, Value } from "./history.ts";
import { sameValue, showValue, valueKey } from "./value.ts";
import type { ValueKey } from "./value.ts";
import type { Contradiction } from "./verdict.ts";
import { assertHistory } from "./well-formed.ts";

export type ConvergenceVerdict =
  | { readonly verdict: "holds"; /** The value that each key came to. */ readonly values: readonly Value[] }
  | { readonly verdict: "violated"; readonly contradiction: Contradiction }
  | { readonly verdict: "unknown"; readonly says: string };

export interface ConvergenceOptions {
  /**
   * A position in the history at which all writes have ended and every node can reach every other, long enough ago for
   * the system to have settled. Only reads called from then on are looked at.
   */
  readonly after: number;
  /** The value before anything was written; null when absent. */
  readonly initial?: Value;
}

/**
 * Eventual consistency as far as a finite history can show it: when writing has ended and the system has had its time,
 * all reads of a key return one value, and that value is one that was written, or the initial one. (The definition
 * itself speaks of "some time": no finite history can violate it.)
 *
 * @param history reads and writes (or get and put), in order of calls
 * @returns `unknown` when nothing was read after the position, or something was still written
 * @throws HistoryError when the history is not well formed
 * @see W. Vogels, "Eventually Consistent", Communications of the ACM 52(1), 2009
 */
export function checkConvergence(history: History, { after, initial = null }: ConvergenceOptions): ConvergenceVerdict {
  assertHistory(history);
  const other = history.findIndex(
    (operation) => operation.outcome !== "fail" && !isRead(operation) && !isWrite(operation),
  );
  if (other !== -1) {
    return { verdict: "unknown", says: `Operation ${other} is a ${history[other]!.f}, neither a read nor a write.` };
  }
  const firstReads = new Map<ValueKey, number>();
  for (let index = 0; index < history.length; index += 1) {
    const operation = history[index]!;
    if (operation.called < after || operation.outcome === "fail") continue;
    if (!isRead(operation)) {
      const says = `Operation ${index}, a ${operation.f}, was called after position ${after}, when all writing should have ended.`;
      return { verdict: "unknown", says };
    }
    if (operation.outcome !== "ok" || operation.output === undefined) continue;
    const key = operation.key === undefined ? null : valueKey(operation.key);
    const first = firstReads.get(key);
    if (first === undefined) {
      firstReads.set(key, index);
      if (!wasWritten(history, operation, initial)) return outOfNowhere(history, index);
    } else if (!sameValue(history[first]!.output ?? null, operation.output)) {
      return disagreement(history, first, index);
    }
  }
  if (firstReads.size === 0) return { verdict: "unknown", says: `No read was answered after position ${after}.` };
  return { verdict: "holds", values: [...firstReads.values()].map((index) => history[index]!.output ?? null) };
}

const isRead = ({ f }: Operation): boolean => f === "read" || f === "get";
const isWrite = ({ f }: Operation): boolean => f === "write" || f === "put";

function wasWritten(history: History, read: Operation, initial: Value): boolean {
  const seen = read.output ?? null;
  if (sameValue(seen, initial)) return true;
  return history.some(
    (operation) =>
      isWrite(operation) &&
      operation.outcome !== "fail" &&
      sameValue(operation.key ?? null, read.key ?? null) &&
      sameValue(operation.input, seen),
  );
}

function outOfNowhere(history: History, read: number): ConvergenceVerdict {
  const says = `The ${nameOf(history[read]!)} has no source: nothing wrote that value.`;
  return { verdict: "violated", contradiction: { operations: [read], says } };
}

function disagreement(history: History, one: number, other: number): ConvergenceVerdict {
  const says = `Long after the last write, the ${nameOf(history[one]!)} and the ${nameOf(history[other]!)} do not agree.`;
  return { verdict: "violated", contradiction: { operations: [one, other], says } };
}

function nameOf({ f, key, output, process }: Operation): string {
  const on = key === undefined ? "" : ` on key ${showValue(key)}`;
  return `${f} of ${showValue(output ?? null)}${on} by process ${process}`;
}
