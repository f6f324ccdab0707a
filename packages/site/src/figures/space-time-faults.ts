import type { DrawnCrash, DrawnFault, DrawnPartition, SpaceTimePicture } from "@fieldbook/lab";
import { milliseconds } from "./milliseconds.ts";
import type { SpaceTimeView } from "./space-time-view.ts";
import { gutterOf, gutterSlot, hasOwnShape, slotFaults } from "./space-time-view.ts";
import { element, escapeText, place, textElement } from "./svg.ts";

/** A band over the lanes that are cut from each other. */
export function drawPartition(partition: DrawnPartition, view: SpaceTimeView, id: string): string {
  const band = bandOf(partition, view);
  if (band === undefined) return "";
  const { label, from, to } = partition;
  const name = element("title", {}, escapeText(`${label}, ${milliseconds(from)} to ${milliseconds(to)} ms`));
  const shade = element("rect", { class: "st-partition", ...band });
  const hatch = element("rect", { class: "st-partition-hatch", ...band, fill: `url(#${id}-hatch)` });
  const edges = element("path", {
    class: "st-partition-edge",
    d: `M${place(band.x)},${place(band.y)}h${place(band.width)}m0,${place(band.height)}h${place(-band.width)}`,
  });
  return element("g", {}, name + shade + hatch + edges);
}

/** What a partition's band is, written in it where it is high enough. */
export function namePartition(partition: DrawnPartition, view: SpaceTimeView): string {
  const band = bandOf(partition, view);
  if (band === undefined || band.height < 14) return "";
  const at = { x: band.x + band.width - 4, y: band.y + 11 };
  return textElement("text", { class: "st-note st-end", ...at }, partition.label);
}

interface Band {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function bandOf({ from, to, sides }: DrawnPartition, view: SpaceTimeView): Band | undefined {
  const columns = view.places.filter(({ lane }) => sides.some((side) => side.includes(lane)));
  if (columns.length === 0 || to < view.from || from > view.to) return undefined;
  const x = Math.min(...columns.map(({ left }) => left));
  const width = Math.max(...columns.map((column) => column.left + column.width)) - x;
  const y = view.yOf(from);
  return { x, y, width, height: Math.max(3, view.yOf(to) - y) };
}

/** While a node is down its lane is broken and hatched. */
export function drawCrash({ lane, from, to }: DrawnCrash, view: SpaceTimeView, id: string): string {
  const x = view.xOf(lane);
  if (x === undefined || to < view.from || from > view.to) return "";
  const y = view.yOf(from);
  const box = { x: x - 7, y, width: 14, height: Math.max(4, view.yOf(to) - y) };
  const name = element("title", {}, escapeText(`down from ${milliseconds(from)} to ${milliseconds(to)} ms`));
  const blank = element("rect", { class: "st-crash", ...box });
  const hatch = element("rect", { class: "st-crash-hatch", ...box, fill: `url(#${id}-hatch)` });
  const label = box.height < 12 ? "" : textElement("text", { x: x + 10, y: y + 11, class: "st-note" }, "down");
  return element("g", {}, name + blank + hatch + label);
}

/** How far left of its lane's line a node's fault stands; further ones at the same time stand beside it. */
const besideLane = [14, 8, 20] as const;
const barWidth = 5;

/** All other faults as bars: beside the lanes of the nodes that they strike; what strikes all, beside the last lane. */
export function drawFaults(picture: SpaceTimePicture, view: SpaceTimeView): string {
  const barred = (picture.faults ?? []).filter((fault) => !hasOwnShape(fault));
  const onLanes = view.places.flatMap(({ lane, x }) =>
    slotFaults(
      barred.filter(({ lanes }) => lanes.includes(lane)),
      besideLane.length,
    ).map(([fault, slot]) => drawBar(fault, x - besideLane[slot]!, view)),
  );
  const gutter = gutterOf(picture);
  const inGutter = gutter.map(([fault, slot]) => drawBar(fault, view.width - gutterSlot * (slot + 1), view));
  const heading = textElement("text", { x: view.width - 2, y: 28, class: "st-note st-end" }, "all");
  return [...onLanes, ...inGutter, ...(gutter.length === 0 ? [] : [heading])].join("");
}

function drawBar({ index, from, to, family, instant, says }: DrawnFault, x: number, view: SpaceTimeView): string {
  if (to < view.from || from > view.to) return "";
  const y = view.yOf(from);
  const height = instant ? barWidth : Math.max(3, view.yOf(to) - y);
  const round = family === "clock" ? { rx: barWidth / 2 } : {};
  const bar = element("rect", { class: `st-fault ${family}`, x, y, width: barWidth, height, ...round });
  const name = element("title", {}, escapeText(`${family}: ${says}`));
  return element("g", { "data-fault": String(index) }, name + bar);
}

/** The faults in words, folded away. */
export function tellFaults({ faults = [] }: SpaceTimePicture): string {
  if (faults.length === 0) return "";
  const items = faults.map(({ family, says }) => textElement("li", {}, `${family}: ${says}`)).join("");
  const heading = textElement("summary", {}, `The faults of this run in words (${String(faults.length)})`);
  return element("details", { class: "figure-faults" }, heading + element("ul", {}, items));
}
