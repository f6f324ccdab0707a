import type { CurvePicture } from "@fieldbook/lab";
import { scaleLinear, scaleLog } from "d3-scale";
import { element, svgImage, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly ticks: number;
}

const layouts: Readonly<Record<FigureSize, Layout>> = {
  wide: { width: 600, height: 260, left: 54, ticks: 8 },
  narrow: { width: 316, height: 230, left: 46, ticks: 4 },
};

const top = 30;
const letterWidth = 6.6;
const nameHeight = 13;

type CurveSeries = CurvePicture["series"][number];

/** One quantity against another: a line for what is known in closed form, points with intervals for what was measured. */
export function drawCurve(picture: CurvePicture, id: string, size: FigureSize): string {
  const layout = layouts[size];
  const isNarrow = size === "narrow";
  const letters = Math.max(0, ...picture.series.map(({ label }) => label.length));
  const end = layout.width - (isNarrow ? 10 : 14 + letterWidth * letters);
  const at = scalesOf(picture, layout, end);
  const here = picture.here === undefined ? undefined : at.x(picture.here);
  return svgImage(
    {
      width: layout.width,
      height: layout.height + 38,
      id,
      className: "figure-curve",
      title: picture.title,
      description: picture.says,
    },
    [
      drawAxes(picture, layout, end, at),
      here === undefined ? "" : element("line", { class: "cu-here", x1: here, x2: here, y1: top, y2: layout.height }),
      ...picture.series.map((series) => drawSeries(series, at)),
      ...drawNames(picture.series, at.y, { end, above: isNarrow, lowest: layout.height }),
    ].join(""),
  );
}

function scalesOf(picture: CurvePicture, layout: Layout, end: number): Scales {
  const points = picture.series.flatMap((series) => series.points);
  const values = points.flatMap(({ y, low = y, high = y }) => [low, y, high]);
  const isLog = picture.y.scale === "logarithmic";
  const least = isLog ? Math.min(...values.filter((value) => value > 0)) : Math.min(0, ...values);
  const y = (isLog ? scaleLog() : scaleLinear())
    .domain([least, Math.max(...values, isLog ? 10 * least : 1e-9)])
    .nice()
    .range([layout.height, top]);
  const x = scaleLinear()
    .domain([Math.min(...points.map((point) => point.x)), Math.max(...points.map((point) => point.x))])
    .range([layout.left, end]);
  return {
    x,
    // A logarithmic axis has no place for 0: it stands at its foot.
    y: (value) => y(Math.max(value, least)),
    xTicks: x.ticks(layout.ticks).map((tick) => ({ at: x(tick), label: x.tickFormat(layout.ticks)(tick) })),
    yTicks: y.ticks(4).map((tick) => ({ at: y(tick), label: y.tickFormat(4)(tick) })),
  };
}

const withUnit = ({ label, unit }: { readonly label: string; readonly unit: string }): string =>
  unit === "" ? label : `${label}, ${unit}`;

function drawAxes(picture: CurvePicture, { left, height }: Layout, end: number, { xTicks, yTicks }: Scales): string {
  const grid = yTicks.map(({ at, label }) => {
    const line = element("line", { class: "ts-grid", x1: left, x2: end, y1: at, y2: at });
    return line + textElement("text", { class: "ts-axis st-end", x: left - 6, y: at + 4 }, label);
  });
  const ticks = xTicks.map(({ at, label }) => {
    const line = element("line", { class: "ts-tick", x1: at, x2: at, y1: height, y2: height + 4 });
    return line + textElement("text", { class: "ts-axis st-middle", x: at, y: height + 17 }, label);
  });
  const names =
    textElement("text", { class: "ts-title", x: left, y: 14 }, withUnit(picture.y)) +
    textElement("text", { class: "ts-axis st-end", x: end, y: height + 32 }, withUnit(picture.x));
  return grid.join("") + ticks.join("") + names;
}

interface Tick {
  readonly at: number;
  readonly label: string;
}

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
}

function drawSeries({ role, points }: CurveSeries, { x, y }: Scales): string {
  const round = (value: number): string => String(Math.round(value * 10) / 10);
  const path = points
    .map((point, index) => `${index === 0 ? "M" : "L"}${round(x(point.x))},${round(y(point.y))}`)
    .join("");
  const line = element("path", { class: `ts-line ${role}`, d: path === "" ? "M0,0" : path });
  if (role === "reference") return line;
  const marks = points.map((point) => {
    const whisker =
      point.low === undefined || point.high === undefined
        ? ""
        : element("line", {
            class: `cu-interval ${role}`,
            x1: x(point.x),
            x2: x(point.x),
            y1: y(point.low),
            y2: y(point.high),
          });
    return whisker + element("circle", { class: `cu-point ${role}`, cx: x(point.x), cy: y(point.y), r: 3 });
  });
  return line + marks.join("");
}

/** Names at the lines' ends, kept apart from below. */
function drawNames(
  series: readonly CurveSeries[],
  y: (value: number) => number,
  { end, above, lowest }: { end: number; above: boolean; lowest: number },
): string[] {
  let limit = lowest;
  return series
    .flatMap(({ label, role, points }) => {
      const last = points.at(-1);
      return last === undefined ? [] : [{ label, role, at: Math.max(top + 8, y(last.y) + (above ? -6 : 4)) }];
    })
    .toSorted((one, other) => other.at - one.at)
    .map(({ label, role, at }) => {
      const placed = Math.min(at, limit);
      limit = placed - nameHeight;
      return textElement(
        "text",
        { class: `ts-name ${role}${above ? " st-end" : ""}`, x: above ? end - 2 : end + 6, y: placed },
        label,
      );
    });
}
