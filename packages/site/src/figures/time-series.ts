import type { Series, TimeSeriesPicture } from "@fieldbook/lab";
import { count } from "@fieldbook/lab";
import { scaleLinear } from "d3-scale";
import { element, svgImage, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";
import { writeTimeFrame } from "./time-frame.ts";

interface Layout {
  readonly width: number;
  readonly left: number;
  readonly panelHeight: number;
  /** Where the names of the lines stand: beyond their ends, or above them where there is no room beyond. */
  readonly names: "beyond" | "above";
  readonly ticks: number;
}

const layouts: Readonly<Record<FigureSize, Layout>> = {
  wide: { width: 600, left: 46, panelHeight: 124, names: "beyond", ticks: 8 },
  narrow: { width: 316, left: 40, panelHeight: 112, names: "above", ticks: 4 },
};

const panelGap = 44;
const top = 40;
const letterWidth = 5.6;
const nameHeight = 13;

type Panel = TimeSeriesPicture["panels"][number];
type Scale = (value: number) => number;

/** The frame that all panels share. */
interface Frame {
  readonly layout: Layout;
  readonly times: readonly number[];
  readonly x: Scale;
  /** Where the time axis ends. */
  readonly end: number;
}

/** Stacked panels over one time axis: the run in ink, its control in grey, a reference dashed, named at the line's end. */
export function drawTimeSeries(picture: TimeSeriesPicture, id: string, size: FigureSize): string {
  const layout = layouts[size];
  const end = layout.width - roomForNames(picture, layout);
  const x = scaleLinear()
    .domain([picture.x[0] ?? 0, picture.x.at(-1) ?? 1])
    .range([layout.left, end]);
  const frame: Frame = { layout, times: picture.x, x, end };
  const { panelHeight, width } = layout;
  const bottom = top + picture.panels.length * (panelHeight + panelGap) - panelGap;
  const content = [
    ...picture.spans.map((span, index) => drawSpan(span, index, frame, bottom)),
    ...picture.panels.map((panel, index) => drawPanel(panel, frame, top + index * (panelHeight + panelGap))),
    ...x.ticks(layout.ticks).map((tick) => {
      const line = element("line", { class: "ts-tick", x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 });
      return line + textElement("text", { class: "ts-axis st-middle", x: x(tick), y: bottom + 17 }, count(tick));
    }),
    textElement("text", { class: "ts-axis st-end", x: end, y: bottom + 32 }, "time, s"),
    writeTimeFrame({
      left: layout.left,
      end,
      top: top - 8,
      bottom,
      from: picture.x[0] ?? 0,
      to: picture.x.at(-1) ?? 1,
    }),
  ];
  return svgImage(
    {
      width,
      height: bottom + 38,
      id,
      className: "figure-time-series",
      title: "Time series of the run",
      description: picture.says,
    },
    content.join(""),
  );
}

function roomForNames({ panels }: TimeSeriesPicture, { names }: Layout): number {
  if (names === "above") return 10;
  const lengths = panels.flatMap(({ series }) => series.map(({ label }) => label.length));
  return 14 + letterWidth * Math.max(0, ...lengths);
}

function drawSpan(span: TimeSeriesPicture["spans"][number], index: number, { x, end }: Frame, bottom: number): string {
  const from = x(span.from);
  const width = Math.max(1, x(span.to) - from);
  const box = element("rect", { class: "ts-span", x: from, y: top - 8, width, height: bottom - top + 8 });
  const isWide = from + span.label.length * letterWidth > end;
  const name = {
    class: isWide ? "ts-note st-end" : "ts-note",
    x: isWide ? from + width : from,
    y: top - 14 - nameHeight * (index % 2),
  };
  return box + textElement("text", name, span.label);
}

function drawPanel(panel: Panel, frame: Frame, panelTop: number): string {
  const { layout, end } = frame;
  const values = panel.series.flatMap((series) => series.values.filter((value) => value !== null));
  const y = scaleLinear()
    .domain([Math.min(0, ...values), Math.max(1, ...values)])
    .nice(4)
    .range([panelTop + layout.panelHeight, panelTop + 16]);
  const grid = y.ticks(3).map((tick) => {
    const at = y(tick);
    const line = element("line", { class: "ts-grid", x1: layout.left, x2: end, y1: at, y2: at });
    const label = textElement(
      "text",
      { class: "ts-axis st-end", x: layout.left - 6, y: at + 4 },
      y.tickFormat(3)(tick),
    );
    return line + label;
  });
  const unit = panel.unit === "" ? "" : `, ${panel.unit}`;
  const title = textElement("text", { class: "ts-title", x: layout.left, y: panelTop + 6 }, panel.title + unit);
  // The run is drawn last, above what it is compared with.
  const order: readonly Series["role"][] = ["reference", "control", "run"];
  const lines = panel.series
    .toSorted((one, other) => order.indexOf(one.role) - order.indexOf(other.role))
    .map((series) => element("path", { class: `ts-line ${series.role}`, d: linePath(series.values, frame, y) }));
  return grid.join("") + title + lines.join("") + drawNames(panel.series, frame, y, panelTop);
}

/**
 * Straight pieces from value to value; a gap where there is none. Steps are written from point to point in whole tenths
 * of a unit, which halves the page; rounding does not add up, since each step leads to a rounded point.
 */
function linePath(values: readonly (number | null)[], { times, x }: Frame, y: Scale): string {
  const tenths = (place: number): number => Math.round(place * 10);
  let path = "";
  let last: { readonly x: number; readonly y: number } | undefined;
  for (const [index, value] of values.entries()) {
    const time = times[index];
    if (value === null || time === undefined) {
      last = undefined;
      continue;
    }
    const point = { x: tenths(x(time)), y: tenths(y(value)) };
    const to = last === undefined ? point : { x: point.x - last.x, y: point.y - last.y };
    path += `${last === undefined ? "M" : "l"}${String(to.x / 10)},${String(to.y / 10)}`;
    last = point;
  }
  return path;
}

/** Names at the lines' ends, pushed apart where lines end close together. */
function drawNames(series: readonly Series[], { layout, end }: Frame, y: Scale, panelTop: number): string {
  const above = layout.names === "above";
  const highest = panelTop + 16 + 10;
  const lowest = panelTop + layout.panelHeight + 2;
  const names = series
    .map(({ label, role, values }) => {
      const known = values.filter((value) => value !== null);
      // Above the line means above all of it that the name covers.
      const value = above ? Math.max(0, ...known.slice(-known.length / 4)) : (known.at(-1) ?? 0);
      return { label, role, at: Math.max(highest, y(value) + (above ? -4 : 4)) };
    })
    .toSorted((one, other) => one.at - other.at);
  // From the top each keeps its distance; then from the bottom, so that none leaves the panel.
  for (let index = 1; index < names.length; index += 1) {
    names[index]!.at = Math.max(names[index]!.at, names[index - 1]!.at + nameHeight);
  }
  let limit = lowest;
  for (const name of names.toReversed()) {
    name.at = Math.min(name.at, limit);
    limit = name.at - nameHeight;
  }
  return names
    .map(({ label, role, at }) =>
      textElement(
        "text",
        { class: `ts-name ${role}${above ? " st-end" : ""}`, x: above ? end - 2 : end + 6, y: at },
        label,
      ),
    )
    .join("");
}
