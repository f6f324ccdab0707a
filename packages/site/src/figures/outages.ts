import type { OutagesPicture } from "@fieldbook/lab";
import { scaleLinear } from "d3-scale";
import { element, escapeText, svgImage, textElement } from "./svg.ts";

const width = 620;
const left = 150;
const right = 68;
const top = 10;
const rowHeight = 17;
const serviceHeight = 26;

type Row = OutagesPicture["rows"][number];

/** Who was down when: one row a part, the whole at the bottom, the share of time up at the right. */
export function drawOutages(picture: OutagesPicture, id: string): string {
  const x = scaleLinear().domain([0, picture.duration]).range([left, width - right]);
  let y = top;
  const rows = picture.rows.map((row) => {
    const height = row.role === "service" ? serviceHeight : rowHeight;
    if (row.role === "service") y += 8;
    const drawn = drawRow(row, x, y, height, picture.unit);
    y += height;
    return drawn;
  });
  const ticks = x.ticks(6).map((tick) => {
    const at = x(tick);
    const line = element("line", { class: "ts-tick", x1: at, x2: at, y1: y + 2, y2: y + 6 });
    return line + textElement("text", { x: at, y: y + 18, class: "ts-axis ts-middle" }, String(tick));
  });
  const unit = textElement("text", { x: width - right + 8, y: y + 18, class: "ts-axis" }, picture.unit);
  return svgImage(
    { width, height: y + 24, id, className: "figure-outages", title: "Outages of the run", description: picture.says },
    rows.join("") + ticks.join("") + unit,
  );
}

function drawRow(row: Row, x: (value: number) => number, y: number, height: number, unit: string): string {
  const bar = height - 6;
  const from = x(0);
  const up = element("rect", { class: `ou-up ${row.role}`, x: from, y: y + 3, width: width - right - from, height: bar });
  const down = row.down.map((outage) => {
    const start = x(outage.from);
    const name = `${row.label} down from ${outage.from.toFixed(1)} to ${outage.to.toFixed(1)} ${unit}`;
    const block = element("rect", {
      class: `ou-down ${row.role}`,
      x: start,
      y: y + 3,
      width: Math.max(1.5, x(outage.to) - start),
      height: bar,
    });
    return element("g", {}, element("title", {}, escapeText(name)) + block);
  });
  const middle = y + height / 2 + 4;
  const label = textElement("text", { x: left - 8, y: middle, class: `ou-label ts-end ${row.role}` }, row.label);
  const share = textElement("text", { x: width - right + 8, y: middle, class: `ou-share ${row.role}` }, row.up);
  return label + up + down.join("") + share;
}
