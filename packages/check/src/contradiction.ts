import { Core } from "./core.ts";
import { explainCore } from "./explanation.ts";
import type { History, Operation } from "./history.ts";
import type { SequentialModel } from "./model.ts";
import type { Ordering } from "./ordering.ts";
import type { Contradiction } from "./verdict.ts";

/** The part of a history that was found to have no legal order. */
export interface Failure<State> {
  readonly history: History;
  /** The operations of the part. */
  readonly indexes: readonly number[];
  readonly model: SequentialModel<State>;
  readonly ordering: Ordering;
  /** No order places an operation called after this time. */
  readonly reach: number;
}

/**
 * Finds the operations to show for a history that has no legal order.
 *
 * @param reduce whether to look for as few operations as possible
 */
export function findContradiction<State>(failure: Failure<State>, reduce: boolean): Contradiction {
  const { history, indexes, model, ordering, reach } = failure;
  const prefix = indexes.filter((index) => history[index]!.called <= reach && history[index]!.outcome !== "fail");
  if (!reduce) return { operations: prefix, says: `The first ${prefix.length} operations have no legal order.` };
  // What was answered after the cut is left out, unless it was needed: a refused compare-and-set shows a value.
  const cut = history.map((operation) => (operation.returned > reach ? leftOpen(operation) : operation));
  let core = new Core(cut, prefix, model, ordering);
  let operations = core.find();
  if (operations === undefined) {
    core = new Core(history, indexes, model, ordering);
    operations = core.find() ?? prefix;
  }
  const { says, names } = explainCore({
    history: core.history,
    recorded: history,
    core: operations,
    causesOf: (index) => core.causesOf(index),
    inOnePart: (one, other) => core.inOnePart(one, other),
    ordering,
    evidence: model.evidence,
  });
  return { operations: [...new Set([...operations, ...names])].sort((one, other) => one - other), says };
}

const leftOpen = (operation: Operation): Operation =>
  operation.outcome === "ok" ? { ...operation, outcome: "open", output: undefined, returned: Infinity } : operation;
