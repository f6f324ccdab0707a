import type { OutagesPicture } from "@fieldbook/lab";
import { count } from "@fieldbook/lab";
import { scaleLinear } from "d3-scale";
import { element, escapeText, svgImage, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";

interface Layout {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly ticks: number;
}

const layouts: Readonly<Record<FigureSize, Layout>> = {
  wide: { width: 600, left: 132, right: 66, ticks: 6 },
  narrow: { width: 316, left: 112, right: 58, ticks: 3 },
};

const top = 6;
const rowHeight = 16;
const serviceHeight = 26;
/** A short outage is still seen. */
const shortestBlock = 2;

type Row = OutagesPicture["rows"][number];

/** Who was down when: one row a part, the whole at the bottom, the share of time up at the right. */
export function drawOutages(picture: OutagesPicture, id: string, size: FigureSize): string {
  const layout = layouts[size];
  const end = layout.width - layout.right;
  const x = scaleLinear().domain([0, picture.duration]).range([layout.left, end]);
  let y = top + 14;
  let inServices = false;
  const rows = picture.rows.map((row) => {
    const isService = row.role === "service";
    if (isService && !inServices) y += 8;
    inServices = isService;
    const height = isService ? serviceHeight : rowHeight;
    const drawn = drawRow(row, { x, y, height, end, left: layout.left, unit: picture.unit });
    y += height;
    return drawn;
  });
  const ticks = x.ticks(layout.ticks).map((tick) => {
    const line = element("line", { class: "ts-tick", x1: x(tick), x2: x(tick), y1: y + 2, y2: y + 6 });
    return line + textElement("text", { class: "ts-axis st-middle", x: x(tick), y: y + 18 }, count(tick));
  });
  const axis = textElement("text", { class: "ts-axis st-end", x: end, y: y + 32 }, `time, ${picture.unit}`);
  const head = textElement("text", { class: "ts-axis", x: end + 8, y: top + 6 }, "up");
  return svgImage(
    {
      width: layout.width,
      height: y + 38,
      id,
      className: "figure-outages",
      title: "Outages of the run",
      description: picture.says,
    },
    head + rows.join("") + ticks.join("") + axis,
  );
}

interface RowPlace {
  readonly x: (time: number) => number;
  readonly y: number;
  readonly height: number;
  readonly left: number;
  readonly end: number;
  readonly unit: string;
}

function drawRow(row: Row, { x, y, height, left, end, unit }: RowPlace): string {
  const bar = { y: y + 3, height: height - 6 };
  const up = element("rect", { class: `ou-up ${row.role}`, x: left, width: end - left, ...bar });
  const down = row.down.map((outage) => {
    const name = `${row.label} down from ${outage.from.toFixed(1)} to ${outage.to.toFixed(1)} ${unit}`;
    const width = Math.max(shortestBlock, x(outage.to) - x(outage.from));
    const block = element("rect", {
      class: `ou-down ${row.role}`,
      x: Math.min(x(outage.from), end - width),
      width,
      ...bar,
    });
    return element("g", {}, element("title", {}, escapeText(name)) + block);
  });
  const middle = y + height / 2 + 4;
  const label = textElement("text", { class: `ou-label st-end ${row.role}`, x: left - 8, y: middle }, row.label);
  const share = textElement("text", { class: `ou-share ${row.role}`, x: end + 8, y: middle }, row.up);
  return label + up + down.join("") + share;
}
