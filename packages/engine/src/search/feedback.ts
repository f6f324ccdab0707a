import { keyedRandom } from "@fieldbook/kernel";
import type { System, SystemRun } from "../define-system.ts";
import type { SystemSettings } from "../plan.ts";
import type { PrioritySchedule } from "../priority-schedule.ts";
import { runSystem } from "../run-system.ts";
import { streams } from "../streams.ts";

export interface FeedbackResult {
  readonly found: SystemRun | undefined;
  readonly runs: number;
  readonly events: number;
  /** How many different situations were met: what a node showed (its `view`), by node. */
  readonly situations: number;
  /** How many runs met a situation that none before had met. */
  readonly fruitful: number;
}

interface Seedling {
  readonly seed: number;
  readonly schedule: PrioritySchedule;
}

/** How many fruitful schedules are kept; the oldest goes. */
const kept = 64;

/**
 * Looks for a violation by schedules of priorities, and goes on from those that met something new: half of the runs draw
 * a schedule afresh, the others change one that was fruitful in one place. The base stays a priority schedule, whose
 * guarantee holds for the fresh half; the other half goes where random seeds seldom come. Feedback over priorities rather
 * than over random delays, since over those it is apt to stay where it is.
 *
 * Pure: equal arguments give an equal search.
 */
export function searchWithFeedback(
  system: System,
  settings: SystemSettings,
  firstSeed: number,
  count: number,
): FeedbackResult {
  const random = keyedRandom(firstSeed);
  const corpus: Seedling[] = [];
  const met = new Set<number>();
  let events = 0;
  let fruitful = 0;
  for (let index = 0; index < count; index += 1) {
    const draw = (bound: number, part: number): number => random.below(bound, streams.feedback, index, part);
    const parent = draw(2, 0) === 0 ? undefined : corpus[draw(Math.max(1, corpus.length), 1)];
    const asked: SystemSettings & { readonly seed: number } =
      parent === undefined
        ? { ...settings, schedule: "priorities", seed: firstSeed + index }
        : { ...settings, schedule: changed(parent.schedule, draw), seed: parent.seed };
    const result = runSystem(system, asked, { situations: true });
    events += result.run.events;
    const before = met.size;
    for (const situation of result.run.situations) met.add(situation);
    if (met.size > before && result.plan.schedule !== undefined) {
      fruitful += 1;
      corpus.push({ seed: asked.seed, schedule: result.plan.schedule });
      if (corpus.length > kept) corpus.shift();
    }
    if (result.verdict === "violated") {
      return { found: result, runs: index + 1, events, situations: met.size, fruitful };
    }
  }
  return { found: undefined, runs: count, events, situations: met.size, fruitful };
}

/** The schedule with one change point moved, added or taken away, or with other priorities. */
function changed(schedule: PrioritySchedule, draw: (bound: number, part: number) => number): PrioritySchedule {
  const changes = [...schedule.changes];
  const at = draw(Math.max(1, changes.length), 3);
  const latest = Math.max(100, ...changes) * 2;
  switch (draw(4, 2)) {
    case 0:
      return { ...schedule, salt: draw(0x1_0000_0000, 4) };
    case 1:
      return { ...schedule, changes: [...changes, 1 + draw(latest, 5)] };
    case 2:
      return { ...schedule, changes: changes.filter((_, index) => index !== at) };
    default:
      changes[at] = Math.max(1, (changes[at] ?? draw(latest, 5)) - 10 + draw(21, 6));
      return { ...schedule, changes };
  }
}
