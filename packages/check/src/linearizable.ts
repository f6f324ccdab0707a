import { assertOrder } from "./certificate.ts";
import { findContradiction } from "./contradiction.ts";
import type { History } from "./history.ts";
import type { SequentialModel } from "./model.ts";
import { realTime } from "./ordering.ts";
import { divide } from "./parts.ts";
import { arrangeByTime } from "./search/arrangement.ts";
import { Search } from "./search/search.ts";
import { Transitions } from "./search/transitions.ts";
import { defaultMaxSteps, describeBound } from "./verdict.ts";
import type { LinearizabilityVerdict, SearchOptions } from "./verdict.ts";
import { assertHistory } from "./well-formed.ts";
import { findCrossedZones } from "./zones.ts";

const firstSlice = 1_000;

/**
 * Whether a history is linearizable: whether every operation can be taken to have happened at one moment between its
 * call and its return, such that the model allows all answers. An open operation may happen at any moment after its
 * call, or never; a failed one never.
 *
 * A history is linearizable if the history of each independent part (each key) is; see Herlihy & Wing (1990) §3.1 and
 * Horn & Kroening, "Faster linearizability checking via P-compositionality" (FORTE 2015). The parts are searched in
 * turn with growing shares of steps, so that a hard part can not hide the violation of another. Deciding is
 * NP-complete (Gibbons & Korach 1997), so a verdict may be `unknown`; it depends on history, model and options alone.
 *
 * @param history in order of calls
 * @throws HistoryError when the history is not well formed; ModelError when the model does not know an operation
 */
export function checkLinearizable<State>(
  history: History,
  model: SequentialModel<State>,
  options: SearchOptions = {},
): LinearizabilityVerdict {
  assertHistory(history);
  const parts = divide(history, model);
  const searches = parts.map((indexes) => {
    const transitions = new Transitions(model);
    return { indexes, search: new Search(arrangeByTime(history, indexes, transitions), transitions) };
  });
  const maxSteps = options.maxSteps ?? defaultMaxSteps;
  const steps = (): number => searches.reduce((sum, { search }) => sum + search.steps, 0);
  let undecided = searches;
  for (let slice = firstSlice; undecided.length > 0; slice *= 2) {
    const left = maxSteps - steps();
    if (left <= 0) {
      const parted = parts.length === 1 ? "" : `, with ${undecided.length} of ${parts.length} keys undecided`;
      return { verdict: "unknown", says: describeBound(maxSteps, parted), steps: steps() };
    }
    const share = Math.min(slice, Math.ceil(left / undecided.length));
    for (const { indexes, search } of undecided) {
      // Where the first share did not decide, a look for a short contradiction may spare a long search.
      const isSecondRound = slice === firstSlice * 2;
      const crossed = isSecondRound ? findCrossedZones(history, indexes, model) : undefined;
      if (crossed === undefined && search.run(search.steps + share) !== "none") continue;
      const failure = { history, indexes: crossed ?? indexes, model, ordering: realTime };
      const reach = crossed === undefined ? search.reach : Infinity;
      const contradiction = findContradiction({ ...failure, reach }, options.reduce ?? true);
      return { verdict: "violated", contradiction, steps: steps() };
    }
    undecided = undecided.filter(({ search }) => search.state === "paused");
  }
  const order = mergeOrders(
    history,
    searches.map(({ search }) => search.order),
  );
  assertOrder(history, model, order, "real-time");
  return { verdict: "holds", order, steps: steps() };
}

/** One order for the whole: each operation happens at the latest call that its part's order has had until then. */
function mergeOrders(history: History, orders: readonly (readonly number[])[]): readonly number[] {
  if (orders.length === 1) return orders[0]!;
  const placed: { index: number; at: number }[] = [];
  for (const order of orders) {
    let at = -Infinity;
    for (const index of order) {
      at = Math.max(at, history[index]!.called);
      placed.push({ index, at });
    }
  }
  return placed.sort((one, other) => one.at - other.at).map(({ index }) => index);
}
