import type { DrawnMessage, DrawnOperation, DrawnPartition, SpaceTimePicture } from "@fieldbook/lab";
import { escapeText, element, svgImage, textElement } from "./svg.ts";
import { barEnd, hasFocus, spaceTimeView } from "./space-time-view.ts";
import type { Extent, SpaceTimeView } from "./space-time-view.ts";

/**
 * A space-time diagram (Lamport, "Time, Clocks, and the Ordering of Events", CACM 21(7), 1978, figure 1, turned): time
 * runs down, lanes are columns, messages are arrows, operations are bars on their client's lane.
 */
export function drawSpaceTime(picture: SpaceTimePicture, id: string, extent: Extent): string {
  const shown = hasFocus(picture) ? extent : "whole";
  const view = spaceTimeView(picture, shown);
  const height = view.yOf(view.to) + 26;
  const overlaps = (from: number, to: number): boolean => from <= view.to && to >= view.from;
  const layers = [
    patterns(id),
    ...picture.partitions.filter(({ from, to }) => overlaps(from, to)).map((partition) => drawPartition(partition, view, id)),
    drawAxis(view),
    ...view.places.map(({ lane }) => drawLane(picture, lane, view)),
    ...picture.crashes.filter(({ from, to }) => overlaps(from, to)).map(({ lane, from, to }) => drawCrash(lane, from, to, view, id)),
    ...drawMessages(picture, view, id),
    ...drawStates(picture, view),
    ...drawOperations(picture, view),
    element("line", { class: "st-cursor", x1: 0, x2: view.width, y1: -9, y2: -9 }),
  ];
  const title = picture.contradiction === undefined ? "Space-time diagram of the run" : "Space-time diagram of the contradiction";
  return svgImage(
    { width: view.width, height, id, className: "figure-space-time", title, description: picture.says },
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
  return textElement("p", { class: "figure-contradiction" }, picture.contradiction) + element("ol", { class: "figure-steps" }, steps.join(""));
}

const numbered = (picture: SpaceTimePicture): readonly DrawnOperation[] =>
  picture.operations.filter(({ contradicts }) => contradicts).toSorted((one, other) => one.calledAt - other.calledAt);

const milliseconds = (time: number): string => (time / 1_000).toFixed(1);

function patterns(id: string): string {
  const hatch = element("path", { d: "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", class: "st-hatch-line" });
  const pattern = element("pattern", { id: `${id}-hatch`, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, hatch);
  const tip = element("path", { d: "M0,0 L7,3 L0,6 z", class: "st-tip" });
  const marker = element(
    "marker",
    { id: `${id}-tip`, viewBox: "0 0 7 6", refX: 6.5, refY: 3, markerWidth: 7, markerHeight: 6, orient: "auto" },
    tip,
  );
  return element("defs", {}, pattern + marker);
}

/** Times at round figures, wherever there is room for a label; a wave where an idle stretch was shortened. */
function drawAxis(view: SpaceTimeView): string {
  const step = niceStep((view.to - view.from) / 12);
  const parts = [textElement("text", { x: 2, y: 20, class: "st-axis" }, "ms")];
  let lastY = -Infinity;
  for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
    const y = view.yOf(time);
    if (y - lastY < 22) continue;
    lastY = y;
    parts.push(element("line", { class: "st-grid", x1: 36, x2: view.width, y1: y, y2: y }));
    parts.push(textElement("text", { x: 32, y: y + 4, class: "st-axis st-end" }, String(time / 1_000)));
  }
  for (const { from, to } of view.scale.shortened) {
    if (to <= view.from || from >= view.to) continue;
    const y = (view.yOf(from) + view.yOf(to)) / 2;
    parts.push(element("path", { class: "st-break", d: `M36,${y.toFixed(1)} q3,-4 6,0 t6,0` }));
  }
  return parts.join("");
}

/** The least of 1, 2, 5 × 10^n ms that is at least `time` µs. */
function niceStep(time: number): number {
  let power = 1_000;
  while (power * 10 <= time) power *= 10;
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= time) ?? power * 10;
}

function drawLane(picture: SpaceTimePicture, lane: number, view: SpaceTimeView): string {
  const { label, role } = picture.lanes[lane]!;
  const x = view.xOf(lane)!;
  const colour = `lane-${String(lane % 8)}`;
  const clock = picture.clocks.find((entry) => entry.lane === lane)?.text.split(", ") ?? [];
  const heads = [
    textElement("text", { x: x - 10, y: 20, class: `st-head ${role} ${colour}` }, label),
    ...clock.map((part, line) => textElement("text", { x: x - 10, y: 33 + line * 11, class: "st-clock" }, part)),
  ];
  const line = element("line", { class: `st-lane ${role}`, x1: x, x2: x, y1: view.head - 6, y2: view.yOf(view.to) + 10 });
  return heads.join("") + line;
}

function drawPartition(partition: DrawnPartition, view: SpaceTimeView, id: string): string {
  const top = view.yOf(partition.from);
  const height = Math.max(3, view.yOf(partition.to) - top);
  const xs = partition.sides.flat().flatMap((lane) => view.xOf(lane) ?? []);
  if (xs.length === 0) return "";
  const x = Math.min(...xs) - 12;
  const width = Math.max(...xs) + 46 - x;
  const band = element("rect", { class: "st-partition", x, y: top, width, height, fill: `url(#${id}-hatch)` });
  const name = element("title", {}, escapeText(`${partition.label}, ${milliseconds(partition.from)} to ${milliseconds(partition.to)} ms`));
  const label = height < 12 ? "" : textElement("text", { x: x + 4, y: top + 11, class: "st-note" }, partition.label);
  return element("g", { class: "st-cut" }, name + band + label);
}

function drawCrash(lane: number, from: number, to: number, view: SpaceTimeView, id: string): string {
  const x = view.xOf(lane);
  if (x === undefined) return "";
  const y = view.yOf(from);
  const height = Math.max(4, view.yOf(to) - y);
  const name = element("title", {}, escapeText(`down from ${milliseconds(from)} to ${milliseconds(to)} ms`));
  const box = element("rect", { class: "st-crash", x: x - 8, y, width: 16, height });
  const hatch = element("rect", { class: "st-crash-hatch", x: x - 8, y, width: 16, height, fill: `url(#${id}-hatch)` });
  const label = height < 12 ? "" : textElement("text", { x: x + 11, y: y + 11, class: "st-note" }, "down");
  return element("g", {}, name + box + hatch + label);
}

interface Arrow {
  readonly from: Point;
  readonly to: Point;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Messages that play a part are elements of their own, with their story to read; all others of one kind are one path,
 * since a run has hundreds.
 */
function drawMessages(picture: SpaceTimePicture, view: SpaceTimeView, id: string): string[] {
  const quiet = { delivered: "", duplicate: "", "in-flight": "" };
  const told: string[] = [];
  for (const message of picture.messages) {
    const arrow = placeMessage(message, view);
    if (arrow === undefined) continue;
    if (message.fate === "lost" || isTold(message, picture)) {
      told.push(drawMessage(message, arrow, picture, id));
    } else if (message.fate === "in-flight") {
      quiet["in-flight"] += stroke(arrow);
    } else {
      quiet[message.duplicate ? "duplicate" : "delivered"] += stroke(arrow) + tip(arrow);
    }
  }
  const paths = Object.entries(quiet)
    .filter(([, d]) => d !== "")
    .map(([kind, d]) => element("path", { class: `st-message ${kind}`, d }));
  return [...paths, ...told];
}

/** Where a message's arrow runs; undefined when it is out of view. */
function placeMessage(message: DrawnMessage, view: SpaceTimeView): Arrow | undefined {
  const x1 = view.xOf(message.from);
  const x2 = view.xOf(message.to);
  if (x1 === undefined || x2 === undefined || message.sentAt > view.to || message.endedAt < view.from) return undefined;
  const from = { x: x1, y: view.yOf(message.sentAt) };
  const y2 = view.yOf(message.endedAt);
  // A lost message never reaches its lane: its line ends before, in a cross.
  const reach = message.fate === "lost" ? 0.72 : 1;
  return { from, to: { x: x1 + (x2 - x1) * reach, y: from.y + (y2 - from.y) * reach } };
}

const at = ({ x, y }: Point): string => `${x.toFixed(0)},${y.toFixed(1)}`;

const stroke = ({ from, to }: Arrow): string => `M${at(from)}L${at(to)}`;

/** Two short strokes back from the end of an arrow. */
function tip({ from, to }: Arrow): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length < 1) return "";
  const back = { x: ((from.x - to.x) / length) * 6, y: ((from.y - to.y) / length) * 6 };
  const side = { x: -back.y * 0.45, y: back.x * 0.45 };
  const one = { x: to.x + back.x + side.x, y: to.y + back.y + side.y };
  const other = { x: to.x + back.x - side.x, y: to.y + back.y - side.y };
  return `M${at(one)}L${at(to)}L${at(other)}`;
}

function drawMessage(message: DrawnMessage, arrow: Arrow, picture: SpaceTimePicture, id: string): string {
  const lost = message.fate === "lost";
  const kind = [message.fate, ...(message.duplicate ? ["duplicate"] : []), ...(lost ? [] : ["told"])];
  const line = element("line", {
    class: `st-message ${kind.join(" ")}`,
    x1: arrow.from.x,
    y1: arrow.from.y,
    x2: arrow.to.x,
    y2: arrow.to.y,
    "marker-end": lost ? undefined : `url(#${id}-tip)`,
  });
  const { x, y } = arrow.to;
  const cross = lost ? element("path", { class: "st-lost", d: `M${at({ x: x - 4, y: y - 4 })}l8,8m0,-8l-8,8` }) : "";
  return element("g", {}, element("title", {}, escapeText(tellMessage(message, picture))) + line + cross);
}

/** Requests and answers of the operations that contradict each other stand out. */
function isTold(message: DrawnMessage, picture: SpaceTimePicture): boolean {
  return picture.operations.some(
    (operation) =>
      operation.contradicts &&
      ((message.from === operation.lane && message.sentAt === operation.calledAt) ||
        (message.to === operation.lane && message.endedAt === operation.returnedAt)),
  );
}

function tellMessage(message: DrawnMessage, picture: SpaceTimePicture): string {
  const way = `${picture.lanes[message.from]!.label} → ${picture.lanes[message.to]!.label}`;
  const copy = message.duplicate ? ", second copy" : "";
  const end = {
    delivered: `arrived at ${milliseconds(message.endedAt)} ms`,
    lost: `lost (${message.reason ?? "unknown"})`,
    "in-flight": "still on its way",
  }[message.fate];
  return `${message.label}: ${way}${copy}, sent at ${milliseconds(message.sentAt)} ms, ${end}`;
}

/** What each node held, written where it changed. */
function drawStates(picture: SpaceTimePicture, view: SpaceTimeView): string[] {
  const parts: string[] = [];
  const lastY = new Map<number, number>();
  for (const { lane, x } of view.places) {
    if (picture.lanes[lane]!.role === "client") continue;
    const states = picture.states.filter((state) => state.lane === lane);
    const before = states.filter(({ at }) => at <= view.from).at(-1);
    const shown = [...(before === undefined ? [] : [{ ...before, at: view.from }]), ...states.filter(({ at }) => at > view.from && at <= view.to)];
    for (const { at, text } of shown) {
      const y = view.yOf(at);
      if (text === "down" || y - (lastY.get(lane) ?? -Infinity) < 11) continue;
      lastY.set(lane, y);
      const name = element("title", {}, escapeText(`from ${milliseconds(at)} ms: ${text}`));
      const tick = element("circle", { class: `st-state lane-${String(lane % 8)}`, cx: x, cy: y, r: 3.2 });
      const short = text.split(" (")[0]!;
      parts.push(element("g", {}, name + tick + textElement("text", { x: x + 7, y: y + 4, class: "st-value" }, short)));
    }
  }
  return parts;
}

function drawOperations(picture: SpaceTimePicture, view: SpaceTimeView): string[] {
  const order = numbered(picture);
  return picture.operations.flatMap((operation) => {
    const x = view.xOf(operation.lane);
    const ends = barEnd(operation, picture);
    if (x === undefined || operation.calledAt > view.to || ends < view.from) return [];
    const y = view.yOf(operation.calledAt);
    const bottom = view.yOf(ends);
    const height = Math.max(6, bottom - y);
    const open = operation.returnedAt === undefined;
    const classes = ["st-operation", `lane-${String(operation.lane % 8)}`, operation.outcome];
    if (operation.contradicts) classes.push("contradicts");
    const path = open
      ? `M${(x - 6).toFixed(1)},${bottom.toFixed(1)} V${y.toFixed(1)} h12 V${bottom.toFixed(1)}`
      : `M${(x - 6).toFixed(1)},${y.toFixed(1)} h12 v${height.toFixed(1)} h-12 z`;
    const bar = element("path", { class: classes.join(" "), d: path });
    // Beside a long bar; above a short one, where request and answer would cross the words.
    const middle = height < 18 ? y - 4 : y + Math.min(height, 28) / 2 + 4;
    const number = order.indexOf(operation);
    const badge = number < 0 ? "" : textElement("text", { x: x - 9, y: middle, class: "st-badge st-end" }, String(number + 1));
    const label = textElement("text", { x: x + 10, y: middle, class: `st-label${operation.contradicts ? " contradicts" : ""}` }, operation.label);
    const span = open ? `from ${milliseconds(operation.calledAt)} ms, unanswered` : `${milliseconds(operation.calledAt)} to ${milliseconds(ends)} ms`;
    const name = element("title", {}, escapeText(`${operation.label}, ${span}`));
    return [element("g", {}, name + bar + badge + label)];
  });
}
