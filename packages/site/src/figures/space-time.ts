import { count } from "@fieldbook/lab";
import type { SpaceTimePicture } from "@fieldbook/lab";
import { milliseconds } from "./milliseconds.ts";
import { drawCrash, drawFaults, drawPartition, namePartition, tellFaults } from "./space-time-faults.ts";
import { drawMessages } from "./space-time-messages.ts";
import { drawOperations, numbered } from "./space-time-operations.ts";
import { clockLineHeight, extentOf, hasOwnShape, spaceTimeView } from "./space-time-view.ts";
import type { Extent, LanePlace, SpaceTimeView } from "./space-time-view.ts";
import { element, escapeText, place, svgImage, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";

/** In units: up to here a phone shows a diagram smaller than it is drawn. */
const widestOnPhone = 400;

/**
 * A space-time diagram (Lamport, "Time, Clocks, and the Ordering of Events", CACM 21(7), 1978, figure 1, turned): time
 * runs down, lanes are columns, messages are arrows, operations are bars on their client's lane.
 *
 * @param id unique on the page
 */
export function drawSpaceTime(picture: SpaceTimePicture, id: string, extent: Extent, size: FigureSize): string {
  const view = spaceTimeView(picture, extent, size);
  const layers = [
    hatching(id),
    ...picture.partitions.map((partition) => drawPartition(partition, view, id)),
    drawAxis(view),
    ...view.places.map((column) => drawLane(picture, column, view)),
    ...picture.crashes.map((crash) => drawCrash(crash, view, id)),
    drawFaults(picture, view),
    drawMessages(picture, view),
    ...picture.partitions.map((partition) => namePartition(partition, view)),
    ...view.places.map((column) => drawStates(picture, column, view)),
    drawOperations(picture, view),
    element("line", { class: "st-cursor", x1: 0, x2: view.width, y1: -9, y2: -9 }),
  ];
  const what = extentOf(picture, extent) === "whole" ? "of the run" : "of the contradiction";
  return svgImage(
    {
      width: view.width,
      height: view.yOf(view.to) + 14 + noteHeight(view),
      id,
      // Smaller than it is drawn, a diagram of many lanes could not be read: it scrolls in its box.
      className: view.width > widestOnPhone && size === "narrow" ? "figure-space-time unscaled" : "figure-space-time",
      title: `Space-time diagram ${what}`,
      description: picture.says,
    },
    layers.join(""),
  );
}

/** The contradicting operations in order of their calls, numbered as in the figure, and the sentence that joins them. */
export function describeContradiction(picture: SpaceTimePicture): string {
  if (picture.contradiction === undefined) return "";
  const steps = numbered(picture).map((operation) => {
    const lane = picture.lanes[operation.lane]!.label;
    const until = operation.returnedAt === undefined ? "unanswered" : `to ${milliseconds(operation.returnedAt)}`;
    return textElement("li", {}, `${lane}: ${operation.label}, from ${milliseconds(operation.calledAt)} ${until} ms`);
  });
  const sentence = textElement("p", { class: "figure-contradiction" }, picture.contradiction);
  return sentence + element("ol", { class: "figure-steps" }, steps.join(""));
}

/** How to read the diagram, for who sees one for the first time. */
export function explainDiagram(picture: SpaceTimePicture): string {
  const arrows =
    picture.contradiction === undefined
      ? "arrows are messages"
      : "thick arrows are the messages behind the outlined ones, thin arrows all others";
  const says = `Time runs down. Bars are operations from call to return; ${arrows}. A dot is a change of what a node holds.`;
  const bars = (picture.faults ?? []).every(hasOwnShape)
    ? ""
    : " Narrow bars are faults: beside the lane of a node, or at the edge, under “all”, where they strike all.";
  return textElement("p", { class: "figure-key" }, says + bars) + tellFaults(picture);
}

function hatching(id: string): string {
  const lines = element("path", { d: "M-1,1l2,-2M0,6l6,-6M5,7l2,-2", class: "st-hatch" });
  const pattern = element("pattern", { id: `${id}-hatch`, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, lines);
  return element("defs", {}, pattern);
}

/** Times at round figures, wherever there is room for a label; a wave where a stretch without change was shortened. */
function drawAxis(view: SpaceTimeView): string {
  const left = Math.min(...view.places.map((column) => column.left));
  const step = niceStep((view.to - view.from) / 12);
  const parts = [textElement("text", { class: "st-axis st-end", x: left - 8, y: 16 }, "ms")];
  let lastY = -Infinity;
  for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
    const y = view.yOf(time);
    if (y - lastY < 24) continue;
    lastY = y;
    parts.push(element("line", { class: "st-grid", x1: left - 4, x2: view.width, y1: y, y2: y }));
    parts.push(textElement("text", { class: "st-axis st-end", x: left - 8, y: y + 4 }, count(time / 1_000)));
  }
  for (const { from, to } of shortenedIn(view)) {
    const y = (view.yOf(from) + view.yOf(to)) / 2;
    parts.push(element("path", { class: "st-break", d: wave(left - 8, y) }));
  }
  if (noteHeight(view) > 0) {
    const y = view.yOf(view.to) + 24;
    parts.push(element("path", { class: "st-break", d: wave(4, y - 3) }));
    parts.push(textElement("text", { class: "st-axis", x: 20, y }, "drawn shorter, without messages: nothing changes"));
  }
  return parts.join("");
}

const shortenedIn = ({ scale, from, to }: SpaceTimeView): { from: number; to: number }[] =>
  scale.shortened.filter((gap) => gap.to > from && gap.from < to);

const noteHeight = (view: SpaceTimeView): number => (shortenedIn(view).length > 0 ? 16 : 0);

const wave = (x: number, y: number): string => `M${place(x)},${place(y)}q3,-5 6,0t6,0`;

/** The least of 1, 2, 5 × 10^n ms that is at least `time` µs. */
function niceStep(time: number): number {
  let power = 1_000;
  while (power * 10 <= time) power *= 10;
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= time) ?? power * 10;
}

function drawLane(picture: SpaceTimePicture, { lane, x, clock }: LanePlace, view: SpaceTimeView): string {
  const { label, role } = picture.lanes[lane]!;
  const colour = `lane-${String(lane % 8)}`;
  // A client's name stands where the words of its operations do, before its line.
  const head =
    role === "client"
      ? { x: x + 6, y: 16, class: `st-head st-end ${colour}` }
      : { x, y: 16, class: `st-head st-middle ${colour}` };
  const heads = [
    textElement("text", head, label),
    ...clock.map((words, line) =>
      textElement("text", { x, y: 28 + line * clockLineHeight, class: "st-clock st-middle" }, words),
    ),
  ];
  const line = element("line", {
    class: `st-lane ${role} ${colour}`,
    x1: x,
    x2: x,
    y1: view.head - 8,
    y2: view.yOf(view.to) + 8,
  });
  return heads.join("") + line;
}

/** Between a lane's line and what is written beside it. */
const stateIndent = 6;
const stateLetterWidth = 6;

/** What a node held, written on its lane where it changed, as far as the lane has room. */
function drawStates(picture: SpaceTimePicture, { lane, x, left, width }: LanePlace, view: SpaceTimeView): string {
  if (picture.lanes[lane]!.role === "client") return "";
  const states = picture.states.filter((state) => state.lane === lane && state.at <= view.to);
  const inherited = states.findLast(({ at }) => at <= view.from);
  const shown = states.filter((state) => state.at > view.from);
  if (inherited !== undefined) shown.unshift({ ...inherited, at: view.from });
  let lastY = -Infinity;
  const room = Math.floor((left + width - x - stateIndent) / stateLetterWidth);
  const parts = shown.map(({ at, text }) => {
    const y = view.yOf(at);
    if (text === "down" || y - lastY < 11) return "";
    lastY = y;
    const name = element("title", {}, escapeText(`from ${milliseconds(at)} ms: ${text}`));
    const dot = element("circle", { class: `st-state lane-${String(lane % 8)}`, cx: x, cy: y, r: 3.2 });
    // The version behind the value, and all else that does not fit, is told beside the figure.
    const short = cutTo(text.split(" (")[0]!, room);
    const value = textElement("text", { class: "st-value", x: x + stateIndent, y: y + 4 }, short);
    return element("g", {}, name + dot + value);
  });
  return parts.join("");
}

const cutTo = (text: string, letters: number): string =>
  text.length <= letters + 1 ? text : `${text.slice(0, Math.max(1, letters - 1)).trimEnd()}…`;
