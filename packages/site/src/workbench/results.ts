import { count } from "@fieldbook/lab";
import type { RunDifference, SystemTally } from "@fieldbook/lab";
import { make, makeButton } from "../claim/dom.ts";
import { verdictMark } from "../claim/verdict-text.ts";
import type { EditEffect, ShownCounterexample, ShownRun } from "./protocol.ts";

const milliseconds = (time: number): string => `${(time / 1_000).toFixed(1)} ms`;

/** A verdict's shape, its word and what it says. */
function verdictLine(verdict: ShownRun["verdict"], says: string): HTMLElement {
  const shape = document.createRange().createContextualFragment(verdictMark(verdict));
  return make("p", { class: `wb-verdict claim-verdict ${verdict}` }, shape, " ", make("strong", {}, verdict), says);
}

/** One run: its verdict, its figures and what happened in it. */
function runElement(run: ShownRun, id: string): HTMLElement {
  const { title, verdict, property, says, traceHash, events, recovery, picture } = run;
  const figure = make("div", { class: "wb-figure" });
  // Figures are drawn by the larger part of the script, which is not needed before the first run.
  void import("../claim/live-figure.ts").then(({ showFigure }) => showFigure(figure, picture, id));
  const what = verdict === "holds" ? "every property holds in this run." : `${property}. ${says}`;
  const recovered = recovery === undefined ? "" : ` It had recovered ${milliseconds(recovery)} after the last fault.`;
  const reached = run.marks.length === 0 ? "" : ` Situations reached: ${run.marks.join("; ")}.`;
  return make(
    "section",
    { class: "wb-run", "aria-label": title },
    make("h3", {}, title),
    verdictLine(verdict, `: ${what}`),
    make("p", { class: "wb-facts" }, `${count(events)} events.${recovered}${reached}`),
    figure,
    make("p", { class: "claim-trace" }, `Trace ${traceHash}: the same on every machine.`),
  );
}

/** One run, or two under the same weather with the first difference named. */
export function showRuns(
  place: HTMLElement,
  run: ShownRun,
  beside: ShownRun | undefined,
  difference: RunDifference | undefined,
): void {
  const runs =
    beside === undefined
      ? [runElement(run, "wb-run")]
      : [runElement(drawnWith(run, beside), "wb-run"), runElement(drawnWith(beside, run), "wb-beside")];
  const told =
    beside === undefined ? [] : [make("p", { class: "wb-difference" }, describeDifference(run, beside, difference))];
  place.replaceChildren(...told, make("div", { class: beside === undefined ? "wb-one" : "wb-two" }, ...runs));
}

/** To the scale of the other, so that what is level happened at one time. */
const drawnWith = (run: ShownRun, other: ShownRun): ShownRun =>
  run.picture.kind === "space-time" && other.picture.kind === "space-time"
    ? { ...run, picture: { ...run.picture, alongside: other.picture } }
    : run;

function describeDifference(run: ShownRun, beside: ShownRun, difference: RunDifference | undefined): string {
  if (difference === undefined) return "Both runs are the same, line for line: here it makes no difference.";
  const { same, at, one, other } = difference;
  return (
    `The same weather and requests. After ${count(same)} equal lines they part at ${milliseconds(at)}: ` +
    `in “${run.title}” ${within(one)}; in “${beside.title}” ${within(other)}.`
  );
}

/** What a line says as a part of a sentence. */
const within = (line: string | undefined): string => line?.replace(/\.$/, "") ?? "it is over";

/** From where on a run is another than before its faults were edited. */
export function describeEdit({ difference }: EditEffect): string {
  if (difference === undefined) return "The edit changes nothing: the trace is the same, line for line.";
  const { same, at, one, other } = difference;
  const over = "the run is over";
  return (
    `Up to ${milliseconds(at)} the run is as it was before the edit, ${count(same)} lines of the trace. ` +
    `There it was: ${one ?? over}; now: ${other ?? over}.`
  );
}

/** The smallest run, its story, and why each part of it is needed. */
export function showCounterexample(place: HTMLElement, shown: ShownCounterexample, system: string): void {
  const { run, seed, story, events, replays, complete, file, replayed } = shown;
  const lines = story.lines.map(({ time, where, says }) => make("li", {}, `${milliseconds(time)}, ${where} ${says}`));
  const needed = story.needed.map((says) => make("li", {}, says));
  const save = makeButton("Save as a file", () => saveFile(`${system}.counterexample.json`, file));
  const ended = complete ? "" : " The budget was used up: a larger one may find less.";
  const after = replays === 0 ? "" : ` after ${count(replays)} replays`;
  const control =
    story.control === undefined
      ? []
      : [
          make("p", {}, "The correct system under the same plan:"),
          verdictLine(story.control.verdict, `. ${story.control.says}`),
        ];
  place.replaceChildren(
    make(
      "h3",
      {},
      replayed === undefined ? "The smallest run that fails in the same way" : "The opened counterexample",
    ),
    make(
      "p",
      {},
      `${replayed === undefined ? "" : `${replayed} `}Seed ${String(seed)}: ${count(events)} events${after}.${ended}`,
    ),
    make("ol", { class: "wb-story" }, ...lines),
    ...(needed.length === 0 ? [] : [make("h4", {}, "Why each part is needed"), make("ul", {}, ...needed)]),
    ...control,
    make("div", { class: "wb-actions" }, save),
    runElement(run, "wb-small"),
  );
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/** What a campaign came to so far; each violation is a button that opens its run. */
export function showTally(
  place: HTMLElement,
  tally: SystemTally,
  sometimes: readonly string[],
  open: (seed: number) => void,
): void {
  const verdict = tally.violated > 0 ? "violated" : tally.unknown > 0 ? "unknown" : "holds";
  const inVerdict = verdict === "holds" ? tally.runs : tally[verdict];
  const violations = tally.violations.map(({ seed, property, says }) =>
    make(
      "li",
      {},
      makeButton(`Seed ${String(seed)}`, () => open(seed)),
      ` ${property}. ${says}`,
    ),
  );
  const labels = [...new Set([...sometimes, ...Object.keys(tally.marks).toSorted()])];
  const situations = labels.map((label) => {
    const mark = tally.marks[label];
    if (mark === undefined) return make("li", {}, `${label}: never`);
    if (mark.runs > 0) return make("li", {}, `${label}: in ${count(mark.runs)} runs`);
    return make("li", {}, `${label}: never; nearest ${String(mark.reached)} of ${String(mark.of)}`);
  });
  place.replaceChildren(
    make("h3", {}, "Campaign"),
    verdictLine(verdict, ` in ${count(inVerdict)} of ${count(tally.runs)} runs; ${count(tally.events)} events.`),
    ...(violations.length === 0 ? [] : [make("ul", { class: "wb-violations" }, ...violations)]),
    ...(situations.length === 0 ? [] : [make("h4", {}, "Situations reached"), make("ul", {}, ...situations)]),
  );
}
