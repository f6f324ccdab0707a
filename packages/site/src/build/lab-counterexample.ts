import { describeFault, huntMutant, shrink, systemPicture, tellStory } from "@fieldbook/lab";
import type { System } from "@fieldbook/lab";
import { drawPicture } from "../figures/draw-picture.ts";
import { escapeHtml } from "./html.ts";

/** How far a page goes to show a mistake: enough for most mutants, and little time for the build. */
const runsAtMost = 12;
const mutantsAtMost = 8;
const eventBudget = 30_000;
/** A run of so few events can be followed with a finger. */
const shortEvents = 12;

/** A mutant that was found, and its run made small. */
export interface CaughtMutant {
  readonly mutant: System["mutants"][number];
  readonly seed: number;
  /** How many runs of the campaign it took. */
  readonly runs: number;
  readonly shrunk: ReturnType<typeof shrink>;
}

/**
 * The first mutant of a system whose shrunk run is short, or else the one with the shortest run, of the first few mutants.
 * Undefined when a short campaign finds none of them. Pure.
 */
export function catchMutant(system: System): CaughtMutant | undefined {
  let best: CaughtMutant | undefined;
  for (const mutant of system.mutants.slice(0, mutantsAtMost)) {
    const { found, runs } = huntMutant(system, mutant.id, (done) => done < runsAtMost);
    if (found === undefined) continue;
    const shrunk = shrink(system, found, { eventBudget });
    if (best === undefined || shrunk.events < best.shrunk.events) best = { mutant, seed: found.seed, runs, shrunk };
    if (best.shrunk.events <= shortEvents) break;
  }
  return best;
}

/** A caught mutant as HTML that needs no script: what is violated, the events, why each part is needed, the figure. */
export function counterexampleHtml(system: System, { mutant, seed, runs, shrunk }: CaughtMutant): string {
  const { result, events, complete } = shrunk;
  const { plan, property, says } = result;
  const story = tellStory(system, result);
  const recorded = system.run(plan, result.seed, { record: true });
  const how = runs === 1 ? "The first run of the campaign finds it" : `The campaign finds it in run ${String(runs)}`;
  const found = `${how} (seed ${String(seed)}); shrunk, ${String(events)} ${events === 1 ? "event is" : "events are"} left.`;
  const faults = plan.faults.filter(({ at }) => at < recorded.run.endedAt);
  const weather =
    faults.length === 0
      ? "No fault is needed."
      : `Faults that are left: ${faults.map((fault) => describeFault(fault)).join("; ")}.`;
  const lines = story.lines.map(
    ({ time, where, says: happens }) =>
      `<li>${escapeHtml(`${(time / 1_000).toFixed(1)} ms, ${where} ${happens}`)}</li>`,
  );
  const parts = [
    `<p>The mutant <strong>${escapeHtml(mutant.id)}</strong>: ${escapeHtml(mutant.says)}</p>`,
    `<p>${escapeHtml(`${found} ${weather}`)}${complete ? "" : " The page shrinks it only a little; the workbench finds a smaller one."}</p>`,
    `<p><strong>violated</strong>: ${escapeHtml(property)}. ${escapeHtml(says)}</p>`,
    lines.length === 0 ? "" : `<ol>\n${lines.join("\n")}\n</ol>`,
    story.needed.length === 0
      ? ""
      : `<ul>\n${story.needed.map((need) => `<li>${escapeHtml(need)}</li>`).join("\n")}\n</ul>`,
    story.control === undefined
      ? ""
      : `<p>The correct system under the same plan: <strong>${story.control.verdict}</strong>. ${escapeHtml(story.control.says)}</p>`,
    `<div class="not-content">${drawPicture(systemPicture(system, recorded), `caught-${system.id}`)}</div>`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}
