import type { Row, Summary } from "./measure.ts";
import { meets } from "./measure.ts";

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

function figure(value: number): string {
  if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(2)} M`;
  return value >= 100 ? grouped.format(value) : value.toPrecision(3);
}

/** "3.02 M (2.91 M to 3.10 M)": the median, and how far the repetitions lie apart. */
const withSpread = ({ median, least, most }: Summary, write: (value: number) => string): string =>
  least === most ? write(median) : `${write(median)} (${write(least)} to ${write(most)})`;

const times = (value: number): string => `${value.toFixed(2)} ×`;

function verdict(row: Row): string {
  const met = meets(row);
  return met === undefined ? "" : met ? "✓" : "✕";
}

function cells(row: Row): readonly string[] {
  const { bench, says, unit, ours, peer, ratio, bar } = row;
  const write = ratio === undefined ? figure : times;
  return [
    bench,
    says,
    `${withSpread(ours, figure)} ${unit}`,
    peer === undefined ? "" : `${peer.name}: ${withSpread(peer.measured, figure)}`,
    ratio === undefined ? "" : withSpread(ratio, times),
    bar === undefined ? "" : `${bar.at === "least" ? "≥" : "≤"} ${write(bar.value)}`,
    verdict(row),
  ];
}

const head = ["bench", "what", "Fieldbook", "beside it", "ratio", "bar", ""];

/** The rows as a table of plain text, which is Markdown too. */
export function writeTable(rows: readonly Row[]): string {
  const lines = [head, ...rows.map(cells)];
  const widths = head.map((_, column) => Math.max(3, ...lines.map((line) => line[column]!.length)));
  const write = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |\n`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |\n`;
  return write(lines[0]!) + rule + lines.slice(1).map(write).join("");
}
