import type { System, SystemRun } from "../define-system.ts";
import type { SystemSettings } from "../plan.ts";
import { runSystem } from "../run-system.ts";
import type { Shrunk } from "./shrink.ts";
import { eventBudgetMax, shrink } from "./shrink.ts";

export interface SmallestOptions {
  /** Replays in all, those that look for other failing seeds included. Default 2,000. */
  readonly budget?: number;
  /** How many failing runs are shrunk at most. Default 8. */
  readonly starts?: number;
}

/** Good enough to stop: a story of so few events needs no better one. */
const few = 3;

/**
 * A smallest counterexample from several failing runs: shrinking goes downhill only, so where it starts counts. Looks for
 * further seeds that fail in the same way, shrinks each with an equal part of the budget, and returns the best.
 */
export function shrinkSmallest(
  system: System,
  settings: SystemSettings,
  first: SystemRun,
  options: SmallestOptions = {},
): Shrunk {
  const { budget = 2_000, starts = 8 } = options;
  const share = Math.floor(budget / starts);
  let best = shrink(system, first, { budget: 2 * share, eventBudget: eventBudgetMax / 2 });
  let { replays, tried } = best;
  let { seed } = first;
  // A quarter of the budget may go into looking for other starts.
  let searches = Math.floor(budget / 4);
  while (replays + share <= budget && tried < eventBudgetMax && searches > 0 && best.events > few) {
    seed += 1;
    searches -= 1;
    replays += 1;
    const other = runSystem(system, { ...settings, seed });
    tried += other.run.events;
    if (other.verdict !== "violated" || other.property !== first.property || other.kind !== first.kind) continue;
    const small = shrink(system, other, { budget: share, eventBudget: (eventBudgetMax - tried) / 2 });
    replays += small.replays;
    tried += small.tried;
    if (sizeOf(small) < sizeOf(best)) best = small;
  }
  return { ...best, replays, tried };
}

function sizeOf({ events, result: { plan, run } }: Shrunk): number {
  return events + plan.faults.length + run.history.length;
}
