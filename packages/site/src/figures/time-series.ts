import type { Series, TimeSeriesPicture } from "@fieldbook/lab";
import { scaleLinear } from "d3-scale";
import { element, svgImage, textElement } from "./svg.ts";

const width = 620;
const panelHeight = 128;
const panelGap = 40;
const left = 46;
/** Room for the names at the lines' ends, a letter being about 6 units wide. */
const rightOf = (picture: TimeSeriesPicture): number =>
  16 + 6 * Math.max(0, ...picture.panels.flatMap(({ series }) => series.map(({ label }) => label.length)));
const top = 24;

type Panel = TimeSeriesPicture["panels"][number];
type Scale = (value: number) => number;

/** Stacked panels over one time axis: the run in ink, its control in grey, a reference dashed, named at the line's end. */
export function drawTimeSeries(picture: TimeSeriesPicture, id: string): string {
  const end = width - rightOf(picture);
  const x = scaleLinear()
    .domain([picture.x[0] ?? 0, picture.x.at(-1) ?? 1])
    .range([left, end]);
  const bottom = top + picture.panels.length * (panelHeight + panelGap) - panelGap;
  const spans = picture.spans.map((span, index) => {
    const from = x(span.from);
    const box = element("rect", { class: "ts-span", x: from, y: top, width: Math.max(1, x(span.to) - from), height: bottom - top });
    return box + textElement("text", { x: from, y: top - 8 - 12 * (index % 2), class: "ts-note" }, span.label);
  });
  const panels = picture.panels.map((panel, index) => drawPanel(panel, picture.x, x, end, top + index * (panelHeight + panelGap)));
  const ticks = x.ticks(8).map((tick) => {
    const at = x(tick);
    const line = element("line", { class: "ts-tick", x1: at, x2: at, y1: bottom, y2: bottom + 4 });
    return line + textElement("text", { x: at, y: bottom + 17, class: "ts-axis ts-middle" }, String(tick));
  });
  const unit = textElement("text", { x: end + 8, y: bottom + 17, class: "ts-axis" }, "s");
  return svgImage(
    { width, height: bottom + 24, id, className: "figure-time-series", title: "Time series of the run", description: picture.says },
    spans.join("") + panels.join("") + ticks.join("") + unit,
  );
}

function drawPanel(panel: Panel, times: readonly number[], x: Scale, end: number, panelTop: number): string {
  const values = panel.series.flatMap((series) => series.values.filter((value) => value !== null));
  const y = scaleLinear()
    .domain([Math.min(0, ...values), Math.max(1, ...values)])
    .nice(4)
    .range([panelTop + panelHeight, panelTop + 14]);
  const grid = y.ticks(3).map((tick) => {
    const at = y(tick);
    const line = element("line", { class: "ts-grid", x1: left, x2: end, y1: at, y2: at });
    return line + textElement("text", { x: left - 6, y: at + 4, class: "ts-axis ts-end" }, y.tickFormat(3)(tick));
  });
  const title = textElement("text", { x: left, y: panelTop + 6, class: "ts-title" }, `${panel.title}, ${panel.unit}`);
  // The run is drawn last, above what it is compared with.
  const order: readonly Series["role"][] = ["reference", "control", "run"];
  const lines = panel.series
    .toSorted((one, other) => order.indexOf(one.role) - order.indexOf(other.role))
    .map((series) => element("path", { class: `ts-line ${series.role}`, d: linePath(series.values, times, x, y) }));
  return grid.join("") + title + lines.join("") + drawNames(panel.series, y, end);
}

/** Straight pieces from value to value; a gap where there is none. */
function linePath(values: readonly (number | null)[], times: readonly number[], x: Scale, y: Scale): string {
  let path = "";
  let pen = "M";
  for (const [index, value] of values.entries()) {
    const time = times[index];
    if (value === null || time === undefined) {
      pen = "M";
      continue;
    }
    path += `${pen}${x(time).toFixed(1)},${y(value).toFixed(1)}`;
    pen = "L";
  }
  return path;
}

const nameHeight = 13;

/** Names at the lines' ends, pushed apart where lines end close together. */
function drawNames(series: readonly Series[], y: Scale, end: number): string {
  const names = series
    .map(({ label, role, values }) => ({ label, role, y: y(values.findLast((value) => value !== null) ?? 0) + 4 }))
    .toSorted((one, other) => one.y - other.y);
  let lowest = -Infinity;
  return names
    .map(({ label, role, y: wanted }) => {
      const at = Math.max(wanted, lowest + nameHeight);
      lowest = at;
      return textElement("text", { x: end + 6, y: at, class: `ts-name ${role}` }, label);
    })
    .join("");
}
