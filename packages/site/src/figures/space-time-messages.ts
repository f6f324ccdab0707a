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
  const quiet = new Map<string, { arrow: Arrow; message: DrawnMessage }[]>();
  const told: string[] = [];
  for (const message of picture.messages) {
    const arrow = placeMessage(message, view);
    if (arrow === undefined) continue;
    const operation = telling.get(message);
    if (operation !== undefined) {
      told.push(drawTold(message, arrow, operation.lane, picture));
      continue;
    }
    const kind = kindOf(message);
    quiet.set(kind, [...(quiet.get(kind) ?? []), { arrow, message }]);
  }
  const pale = [...quiet].map(([kind, drawn]) => drawQuiet(kind, drawn.map(({ arrow }) => arrow)));
  return pale.join("") + told.join("");
}

const kindOf = ({ fate, duplicate }: DrawnMessage): string => (duplicate ? `${fate} duplicate` : fate);

/** Where a message is drawn; undefined when none of it lies in the view. */
function placeMessage(message: DrawnMessage, view: SpaceTimeView): Arrow | undefined {
  const x1 = view.xOf(message.from);
  const x2 = view.xOf(message.to);
  const { sentAt, endedAt } = message;
  if (x1 === undefined || x2 === undefined || endedAt < view.from || sentAt > view.to) return undefined;
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

function drawTold(message: DrawnMessage, arrow: Arrow, lane: number, picture: SpaceTimePicture): string {
  const classes = `lane-${String(lane % 8)} ${kindOf(message)}`;
  const name = element("title", {}, escapeText(tellMessage(message, picture)));
  const line = element("path", { class: `st-told ${classes}`, d: linePath(arrow) });
  return element("g", {}, name + line + drawEnds([arrow], `st-told-tip ${classes}`));
}

function drawQuiet(kind: string, arrows: readonly Arrow[]): string {
  const line = element("path", {
    class: `st-quiet ${kind}`,
    "data-messages": arrows.length,
    d: arrows.map(linePath).join(""),
  });
  return line + drawEnds(arrows, "st-quiet-tip");
}

const linePath = ({ from, to }: Arrow): string => `M${place(from.x)},${place(from.y)}L${place(to.x)},${place(to.y)}`;

function drawEnds(arrows: readonly Arrow[], tipClass: string): string {
  const ending = (end: Arrow["end"], draw: (arrow: Arrow) => string): string =>
    arrows
      .filter((arrow) => arrow.end === end)
      .map(draw)
      .join("");
  const tips = ending("tip", tipPath);
  const crosses = ending("cross", ({ to }) => `M${place(to.x - 4)},${place(to.y - 4)}l8,8m0,-8l-8,8`);
  return (
    (tips === "" ? "" : element("path", { class: tipClass, d: tips })) +
    (crosses === "" ? "" : element("path", { class: "st-lost", d: crosses }))
  );
}

/** A triangle at the arrow's end, along its line. */
function tipPath({ from, to }: Arrow): string {
  const length = Math.sqrt((to.x - from.x) ** 2 + (to.y - from.y) ** 2) || 1;
  const alongX = (to.x - from.x) / length;
  const alongY = (to.y - from.y) / length;
  const corner = (side: number): string =>
    `${place(to.x - 6.5 * alongX - side * 2.6 * alongY)},${place(to.y - 6.5 * alongY + side * 2.6 * alongX)}`;
  return `M${place(to.x)},${place(to.y)}L${corner(1)}L${corner(-1)}z`;
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
