import type { DrawnMessage, SpaceTimePicture } from "@fieldbook/lab";
import { milliseconds } from "./milliseconds.ts";
import type { SpaceTimeView } from "./space-time-view.ts";
import { element, escapeText, place } from "./svg.ts";
import { tellingMessages } from "./telling-messages.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A message as it is drawn; the part of it that lies outside of the view is cut off. */
interface Arrow {
  readonly from: Point;
  readonly to: Point;
  readonly end: "tip" | "cross" | "none";
}

/** A lost message never reaches its lane: it ends before, in a cross. */
const lostReach = 0.72;

/**
 * The messages of a view: those that tell of the contradiction as arrows of their own, in the colour of the client whose
 * operation they serve; all others thin and pale behind them, as one path of each kind.
 */
export function drawMessages(picture: SpaceTimePicture, view: SpaceTimeView): string {
  const telling = tellingMessages(picture);
  const quiet = new Map<string, Arrow[]>();
  const lost: string[] = [];
  const told: string[] = [];
  for (const message of picture.messages) {
    const arrow = placeMessage(message, view);
    if (arrow === undefined) continue;
    const operation = telling.get(message);
    if (operation !== undefined) {
      told.push(drawOne(message, arrow, picture, `st-told lane-${String(operation.lane % 8)}`));
    } else if (message.fate === "lost") {
      lost.push(drawOne(message, arrow, picture, "st-quiet"));
    } else {
      const kind = kindOf(message);
      quiet.set(kind, [...(quiet.get(kind) ?? []), arrow]);
    }
  }
  const pale = [...quiet].map(([kind, arrows]) => drawQuiet(kind, arrows));
  return pale.join("") + lost.join("") + told.join("");
}

const kindOf = ({ fate, duplicate }: DrawnMessage): string => (duplicate ? `${fate} duplicate` : fate);

/** Where a message is drawn; undefined when it is not. */
function placeMessage(message: DrawnMessage, view: SpaceTimeView): Arrow | undefined {
  const x1 = view.xOf(message.from);
  const x2 = view.xOf(message.to);
  const { sentAt, endedAt } = message;
  if (x1 === undefined || x2 === undefined || endedAt < view.from || sentAt > view.to) return undefined;
  // Where nothing changes and time is drawn shorter, messages would only blacken the figure.
  if (view.scale.shortened.some(({ from, to }) => from < sentAt && endedAt < to)) return undefined;
  const pointAt = (time: number): Point => {
    const share = endedAt === sentAt ? 0 : (time - sentAt) / (endedAt - sentAt);
    return { x: x1 + (x2 - x1) * share, y: view.yOf(time) };
  };
  const from = pointAt(Math.max(sentAt, view.from));
  const to = pointAt(Math.min(endedAt, view.to));
  if (message.fate === "lost") {
    const reached = { x: from.x + (to.x - from.x) * lostReach, y: from.y + (to.y - from.y) * lostReach };
    return { from, to: reached, end: "cross" };
  }
  return { from, to, end: message.fate === "delivered" && endedAt <= view.to ? "tip" : "none" };
}

/** A message on its own, with what it was to read. */
function drawOne(message: DrawnMessage, arrow: Arrow, picture: SpaceTimePicture, className: string): string {
  const name = element("title", {}, escapeText(tellMessage(message, picture)));
  const line = element("path", { class: `${className} ${kindOf(message)}`, d: linePath(arrow) });
  return element("g", { class: "st-message" }, name + line + endOf(arrow, className));
}

function endOf(arrow: Arrow, className: string): string {
  const { x, y } = arrow.to;
  if (arrow.end === "tip") return element("path", { class: `${className} st-tip`, d: tipPath(arrow) });
  if (arrow.end === "cross")
    return element("path", { class: "st-lost", d: `M${place(x - 4)},${place(y - 4)}l8,8m0,-8l-8,8` });
  return "";
}

/** A run has hundreds of messages: all of one kind are one path, and their tips another. */
function drawQuiet(kind: string, arrows: readonly Arrow[]): string {
  const lines = arrows.map(linePath).join("");
  const tips = arrows.filter(({ end }) => end === "tip").map(tipPath);
  return (
    element("path", { class: `st-quiet ${kind}`, d: lines }) +
    (tips.length === 0 ? "" : element("path", { class: "st-quiet st-tip", d: tips.join("") }))
  );
}

const linePath = ({ from, to }: Arrow): string =>
  `M${place(from.x)},${place(from.y)}l${place(to.x - from.x)},${place(to.y - from.y)}`;

/** A triangle at the arrow's end, along its line. */
function tipPath({ from, to }: Arrow): string {
  const length = Math.sqrt((to.x - from.x) ** 2 + (to.y - from.y) ** 2) || 1;
  const alongX = (to.x - from.x) / length;
  const alongY = (to.y - from.y) / length;
  const back = (side: number): Point => ({
    x: -6.5 * alongX - side * 2.6 * alongY,
    y: -6.5 * alongY + side * 2.6 * alongX,
  });
  const [one, other] = [back(1), back(-1)];
  return `M${place(to.x)},${place(to.y)}l${place(one.x)},${place(one.y)} ${place(other.x - one.x)},${place(other.y - one.y)}z`;
}

/** A message in words: "store 7: n1 → n2, sent at 119.4 ms, arrived at 135.4 ms". */
function tellMessage(message: DrawnMessage, picture: SpaceTimePicture): string {
  const way = `${picture.lanes[message.from]!.label} → ${picture.lanes[message.to]!.label}`;
  const copy = message.duplicate ? ", second copy" : "";
  const end = {
    delivered: `arrived at ${milliseconds(message.endedAt)} ms`,
    lost: `lost (${message.reason ?? "unknown"})`,
    "in-flight": "still on its way",
  }[message.fate];
  return `${message.label}: ${way}${copy}, sent at ${milliseconds(message.sentAt)} ms, ${end}`;
}
