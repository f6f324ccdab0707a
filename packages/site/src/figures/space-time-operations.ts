import type { DrawnOperation, SpaceTimePicture } from "@fieldbook/lab";
import { milliseconds } from "./milliseconds.ts";
import { barEnd } from "./space-time-view.ts";
import type { SpaceTimeView } from "./space-time-view.ts";
import { element, escapeText, place, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";

const barHalf = 6;
const lineHeight = 13;
/** Of the bold words of what contradicts, on average. */
const letterWidth = 7;
const arrowLength = 9;

interface Bar {
  readonly operation: DrawnOperation;
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** The contradicting operations in order of their calls, as figures number them from 1. */
export const numbered = (picture: SpaceTimePicture): readonly DrawnOperation[] =>
  picture.operations.filter(({ contradicts }) => contradicts).toSorted((one, other) => one.calledAt - other.calledAt);

/** Operations as bars on their clients' lanes, their words before them; what contradicts is outlined, numbered and joined. */
export function drawOperations(picture: SpaceTimePicture, view: SpaceTimeView): string {
  const bars = picture.operations.flatMap((operation) => placeBar(operation, picture, view));
  const order = numbered(picture);
  const names = nameBars(bars).map(({ bar, baseline }) =>
    drawName(bar, baseline, order.indexOf(bar.operation) + 1, view.size),
  );
  return drawJoins(order, bars) + bars.map(drawBar).join("") + names.join("");
}

/**
 * The line on which each bar is named. What contradicts is named first and pushed down where there is no room; where two
 * names would cover each other, any other gives way.
 */
function nameBars(bars: readonly Bar[]): { readonly bar: Bar; readonly baseline: number }[] {
  const named: { bar: Bar; baseline: number }[] = [];
  const isFree = (bar: Bar, baseline: number): boolean =>
    named.every((other) => other.bar.x !== bar.x || Math.abs(other.baseline - baseline) >= lineHeight);
  const weight = ({ operation }: Bar): number => Number(operation.contradicts);
  for (const bar of bars.toSorted((one, other) => weight(other) - weight(one) || one.top - other.top)) {
    let baseline = bar.top + 10;
    if (bar.operation.contradicts) while (!isFree(bar, baseline)) baseline += 1;
    if (isFree(bar, baseline)) named.push({ bar, baseline });
  }
  return named;
}

function placeBar(operation: DrawnOperation, picture: SpaceTimePicture, view: SpaceTimeView): Bar[] {
  const x = view.xOf(operation.lane);
  const ends = barEnd(operation, picture);
  if (x === undefined || operation.calledAt > view.to || ends < view.from) return [];
  const top = view.yOf(operation.calledAt);
  return [{ operation, x, top, bottom: Math.max(top + 5, view.yOf(ends)) }];
}

function drawBar({ operation, x, top, bottom }: Bar): string {
  const { lane, outcome, contradicts, returnedAt } = operation;
  const classes = ["st-operation", `lane-${String(lane % 8)}`, outcome, ...(contradicts ? ["contradicts"] : [])];
  const [left, right] = [place(x - barHalf), place(x + barHalf)];
  const open = returnedAt === undefined;
  const sides = open
    ? `M${left},${place(bottom)}V${place(top)}H${right}V${place(bottom)}`
    : `M${left},${place(top)}H${right}V${place(bottom)}H${left}z`;
  const span = open
    ? `from ${milliseconds(operation.calledAt)} ms, unanswered`
    : `${milliseconds(operation.calledAt)} to ${milliseconds(returnedAt)} ms`;
  const name = element("title", {}, escapeText(`${operation.label}, ${span}`));
  return element("g", {}, name + element("path", { class: classes.join(" "), d: sides }));
}

/** @param number its place among those that contradict each other; 0 when it does not */
function drawName({ operation, x, top, bottom }: Bar, baseline: number, number: number, size: FigureSize): string {
  const right = x - barHalf - 5;
  const words = drawWords(
    operation.label,
    right,
    baseline,
    number > 0 ? "st-label st-end contradicts" : "st-label st-end",
  );
  if (number === 0) return words;
  // Before the words; on a phone, where they fill the column, on the bar if that is long enough.
  const isOnBar = size === "narrow" && bottom - top > 24;
  const middle = isOnBar
    ? { x, y: top + 12 }
    : { x: right - operation.label.length * letterWidth - 12, y: baseline - 4 };
  const disc = element("circle", { class: "st-badge", cx: middle.x, cy: middle.y, r: 8 });
  const digit = { class: "st-badge-number st-middle", x: middle.x, y: middle.y + 4 };
  return words + disc + textElement("text", digit, String(number));
}

/** "read → 2" up to its right end, the arrow drawn: not every font has one. */
function drawWords(label: string, right: number, baseline: number, className: string): string {
  const write = (words: string, x: number): string => textElement("text", { class: className, x, y: baseline }, words);
  const [asked, answer] = label.split(" → ");
  if (asked === undefined || answer === undefined) return write(label, right);
  const tip = right - answer.length * letterWidth - 4;
  const arrow = `M${place(tip - arrowLength)},${place(baseline - 4)}h${String(arrowLength)}m-4,-3l4,3l-4,3`;
  return (
    write(answer, right) + element("path", { class: "st-answers", d: arrow }) + write(asked, tip - arrowLength - 4)
  );
}

/**
 * Joins each contradicting operation to the one that had ended before it began: the last of its own client, or else of
 * any. That is the order that no explanation may turn round.
 */
function drawJoins(order: readonly DrawnOperation[], bars: readonly Bar[]): string {
  const barOf = (operation: DrawnOperation): Bar | undefined => bars.find((bar) => bar.operation === operation);
  const joins = order.map((operation) => {
    const ended = order
      .filter(({ returnedAt }) => returnedAt !== undefined && returnedAt <= operation.calledAt)
      .toSorted((one, other) => other.returnedAt! - one.returnedAt!);
    const before = ended.find(({ lane }) => lane === operation.lane) ?? ended[0];
    const from = before === undefined ? undefined : barOf(before);
    const to = barOf(operation);
    if (from === undefined || to === undefined) return "";
    const path = element("path", {
      class: "st-join",
      d: `M${place(from.x)},${place(from.bottom)}H${place(to.x)}V${place(to.top)}`,
    });
    if (from.x === to.x) return path;
    const words = `${String(order.indexOf(from.operation) + 1)} before ${String(order.indexOf(to.operation) + 1)}`;
    // Above the line there is the first one's bar, below it the next one's name.
    const middle = { x: (from.x + to.x) / 2, y: from.bottom + (from.bottom - from.top < 24 ? 11 : -4) };
    return path + textElement("text", { class: "st-join-words st-middle", ...middle }, words);
  });
  return joins.join("");
}
