import type { DrawnCrash, DrawnPartition } from "@fieldbook/lab";
import { milliseconds } from "./milliseconds.ts";
import type { SpaceTimeView } from "./space-time-view.ts";
import { element, escapeText, place, textElement } from "./svg.ts";

/** A band over the lanes that are cut from each other; the lanes of one side are bracketed together. */
export function drawPartition(partition: DrawnPartition, view: SpaceTimeView, id: string): string {
  const { from, to, sides } = partition;
  if (to < view.from || from > view.to) return "";
  const columnOf = (lane: number): { left: number; right: number }[] =>
    view.places.filter((column) => column.lane === lane).map(({ left, width }) => ({ left, right: left + width }));
  const columns = sides.flat().flatMap(columnOf);
  if (columns.length === 0) return "";
  const top = view.yOf(from);
  const height = Math.max(3, view.yOf(to) - top);
  const left = Math.min(...columns.map((column) => column.left));
  const width = Math.max(...columns.map((column) => column.right)) - left;
  const band = { x: left, y: top, width, height };
  const name = element("title", {}, escapeText(`${partition.label}, ${milliseconds(from)} to ${milliseconds(to)} ms`));
  const shade = element("rect", { class: "st-partition", ...band });
  const hatch = element("rect", { class: "st-partition-hatch", ...band, fill: `url(#${id}-hatch)` });
  const edges = element("path", {
    class: "st-partition-edge",
    d: `M${place(left)},${place(top)}h${place(width)}m0,${place(height)}h${place(-width)}`,
  });
  const label =
    height < 14 ? "" : textElement("text", { x: left + width - 4, y: top + 11, class: "st-note st-end" }, partition.label);
  return element("g", {}, name + shade + hatch + edges + label);
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
