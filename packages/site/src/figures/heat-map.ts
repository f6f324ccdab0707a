import type { HeatMapPicture } from "@fieldbook/lab";
import { count } from "@fieldbook/lab";
import { scaleLinear } from "d3-scale";
import { element, escapeText, svgImage, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";
import { writeTimeFrame } from "./time-frame.ts";

interface Layout {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly ticks: number;
}

/** Room and place as in the time series, so that the same time stands at the same place. */
const layouts: Readonly<Record<FigureSize, Layout>> = {
  wide: { width: 600, left: 46, right: 60, ticks: 8 },
  narrow: { width: 316, left: 40, right: 34, ticks: 4 },
};

const top = 40;
const rowHeight = 9;
/** The darkest of so many shades is the column's fullest row. */
const shades = 5;

/** Latency up, time to the right, the darker the more requests; percentiles as lines named at their ends. */
export function drawHeatMap(picture: HeatMapPicture, id: string, size: FigureSize): string {
  const layout = layouts[size];
  const end = layout.width - layout.right;
  const columnTime = (picture.x[1] ?? (picture.x[0] ?? 0) + 1) - (picture.x[0] ?? 0);
  const x = scaleLinear()
    .domain([picture.x[0] ?? 0, (picture.x.at(-1) ?? 0) + columnTime])
    .range([layout.left, end]);
  const bottom = top + picture.y.length * rowHeight;
  const yOf = (row: number): number => bottom - (row + 1) * rowHeight;
  const fullest = Math.max(1, ...picture.counts.flat());
  const cells = picture.counts.flatMap((column, index) => {
    const from = x(picture.x[index]!);
    const width = x(picture.x[index]! + columnTime) - from;
    return column.flatMap((requests, row) => {
      if (requests === 0) return [];
      // The square root, so that a tail of a few among thousands is still seen.
      const shade = Math.max(1, Math.ceil(shades * Math.sqrt(requests / fullest)));
      return [element("rect", { class: `hm-${String(shade)}`, x: from, y: yOf(row), width, height: rowHeight })];
    });
  });
  const spans = picture.spans.map((span) =>
    element(
      "g",
      {},
      element("title", {}, escapeText(span.label)) +
        element("rect", {
          class: "hm-span",
          x: x(span.from),
          y: top - 6,
          width: Math.max(1, x(span.to) - x(span.from)),
          height: 4,
        }),
    ),
  );
  const lines = drawLines(picture, { x, yOf, bottom, end, columnTime });
  return svgImage(
    {
      width: layout.width,
      height: bottom + 38,
      id,
      className: "figure-heat-map",
      title: picture.title,
      description: picture.says,
    },
    [
      textElement("text", { class: "ts-title", x: layout.left, y: top - 16 }, `${picture.title}, ms`),
      ...spans,
      ...cells,
      ...drawRows(picture, layout, yOf),
      ...lines,
      ...x.ticks(layout.ticks).map((tick) => {
        const mark = element("line", { class: "ts-tick", x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 });
        return mark + textElement("text", { class: "ts-axis st-middle", x: x(tick), y: bottom + 17 }, count(tick));
      }),
      textElement("text", { class: "ts-axis st-end", x: end, y: bottom + 32 }, "time, s"),
      writeTimeFrame({ left: layout.left, end, top: top - 8, bottom, from: x.domain()[0]!, to: x.domain()[1]! }),
    ].join(""),
  );
}

/** About five rows are named by their upper bound. */
function drawRows({ y }: HeatMapPicture, { left }: Layout, yOf: (row: number) => number): string[] {
  const step = Math.max(1, Math.round(y.length / 5));
  return y.flatMap((bound, row) => {
    if ((row + 1) % step !== 0) return [];
    const text = bound >= 10 ? count(Math.round(bound)) : String(Math.round(bound * 100) / 100);
    return [textElement("text", { class: "ts-axis st-end", x: left - 6, y: yOf(row) + 4 }, text)];
  });
}

interface Frame {
  readonly x: (time: number) => number;
  readonly yOf: (row: number) => number;
  readonly bottom: number;
  readonly end: number;
  readonly columnTime: number;
}

function drawLines({ lines, x: times, y: bounds }: HeatMapPicture, frame: Frame): string[] {
  /** Rows stand for ranges that grow; within one the place is as the value in its range. */
  const placeOf = (value: number): number => {
    const row = bounds.findIndex((bound) => value <= bound);
    if (row < 0) return frame.yOf(bounds.length - 1);
    const low = bounds[row - 1] ?? 0;
    return frame.yOf(row) + rowHeight * (1 - (value - low) / (bounds[row]! - low));
  };
  let lowest = -Infinity;
  const named = lines
    .map(({ label, values }) => ({ label, values, last: values.findLast((value) => value !== null) ?? 0 }))
    .toSorted((one, other) => other.last - one.last);
  return named.map(({ label, values, last }) => {
    let path = "";
    let isOpen = false;
    for (const [index, value] of values.entries()) {
      if (value === null) {
        isOpen = false;
        continue;
      }
      const at = frame.x(times[index]! + frame.columnTime / 2);
      path += `${isOpen ? "L" : "M"}${String(Math.round(at * 10) / 10)},${String(Math.round(placeOf(value) * 10) / 10)}`;
      isOpen = true;
    }
    const y = Math.min(frame.bottom, Math.max(placeOf(last) + 4, lowest + 13));
    lowest = y;
    return (
      element("path", { class: "ts-line hm-line", d: path === "" ? "M0,0" : path }) +
      textElement("text", { class: "ts-name", x: frame.end + 4, y }, label)
    );
  });
}
