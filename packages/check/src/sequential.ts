import { assertOrder, flawInOrder } from "./certificate.ts";
import { findContradiction } from "./contradiction.ts";
import type { History } from "./history.ts";
import type { SequentialModel } from "./model.ts";
import { processOrder, realTime } from "./ordering.ts";
import { divide, whole } from "./parts.ts";
import { Search } from "./search/search.ts";
import { Transitions } from "./search/transitions.ts";
import { defaultMaxSteps, describeBound } from "./verdict.ts";
import type { SearchOptions, SequentialVerdict } from "./verdict.ts";
import { assertHistory } from "./well-formed.ts";

const quickSteps = 2_000;

/**
 * Whether a history is sequentially consistent: whether there is one order of all operations that keeps the order of
 * each process and in which the model allows all answers. Real time does not matter. An open operation may take effect
 * at any time after what its process did before it, or never.
 *
 * The property does not hold of the whole when it holds of each key, so all keys are searched together.
 *
 * @param history in order of calls
 * @throws HistoryError when the history is not well formed; ModelError when the model does not know an operation
 * @see L. Lamport, "How to Make a Multiprocessor Computer That Correctly Executes Multiprocess Programs", IEEE
 *   Transactions on Computers C-28(9), 1979
 */
export function checkSequential<State>(
  history: History,
  model: SequentialModel<State>,
  options: SearchOptions = {},
): SequentialVerdict {
  assertHistory(history);
  // One part needs no map of states around it.
  return divide(history, model).length > 1
    ? searchAll(history, whole(model), options)
    : searchAll(history, model, options);
}

function searchAll<State>(
  history: History,
  model: SequentialModel<State>,
  { maxSteps = defaultMaxSteps, reduce = true }: SearchOptions,
): SequentialVerdict {
  const indexes = [...history.keys()];
  const transitions = new Transitions(model);
  // A linearizable history is sequentially consistent, and mostly much quicker to decide.
  const quick = new Search(realTime.arrange(history, indexes, transitions), transitions);
  if (
    quick.run(Math.min(maxSteps, quickSteps)) === "found" &&
    flawInOrder(history, model, quick.order, "process") === undefined
  ) {
    return { verdict: "holds", order: quick.order, steps: quick.steps };
  }
  const search = new Search(processOrder.arrange(history, indexes, transitions), transitions);
  const state = search.run(maxSteps - quick.steps);
  const steps = quick.steps + search.steps;
  if (state === "paused") return { verdict: "unknown", says: describeBound(maxSteps), steps };
  if (state === "none") {
    const failure = { history, indexes, model, ordering: processOrder, reach: Infinity };
    return { verdict: "violated", contradiction: findContradiction(failure, reduce), steps };
  }
  const { order } = search;
  assertOrder(history, model, order, "process");
  return { verdict: "holds", order, steps };
}
