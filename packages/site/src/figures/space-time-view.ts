import type { DrawnFault, DrawnOperation, SpaceTimePicture } from "@fieldbook/lab";
import { eventScale } from "./event-scale.ts";
import type { EventScale } from "./event-scale.ts";
import type { FigureSize } from "./svg.ts";
import { tellingMessages } from "./telling-messages.ts";

/** Which part of a picture is drawn: its focus, with the clients that matter there, or the whole run. */
export type Extent = "focus" | "whole";

export interface LanePlace {
  /** Index in the picture's lanes. */
  readonly lane: number;
  /** Where the lane's line stands. */
  readonly x: number;
  /** The lane's column, which its line shares with what is written beside it. */
  readonly left: number;
  readonly width: number;
  /** How its clock is out of true, line by line; empty when it is not. */
  readonly clock: readonly string[];
}

/** The places of everything in a space-time diagram. */
export interface SpaceTimeView {
  readonly from: number;
  readonly to: number;
  readonly scale: EventScale;
  readonly places: readonly LanePlace[];
  readonly size: FigureSize;
  readonly width: number;
  /** Height of the lanes' heads above the first event. */
  readonly head: number;
  /** Where a lane stands; undefined when it is not shown. */
  readonly xOf: (lane: number) => number | undefined;
  /** Where a time stands, from the top of the figure; times outside stand at its edges. */
  readonly yOf: (time: number) => number;
}

interface Columns {
  /** The least width of the whole; the lanes share what is left. */
  readonly total: number;
  readonly axis: number;
  readonly client: number;
  readonly node: number;
}

const columns: Readonly<Record<FigureSize, Columns>> = {
  wide: { total: 594, axis: 40, client: 92, node: 62 },
  narrow: { total: 310, axis: 34, client: 70, node: 44 },
};

/** Room for what is written beside the last lane. */
const margin = 14;

const headHeight = 36;
export const clockLineHeight = 10;
const clockLetterWidth = 4.6;

/** How much of a client's column lies left of its line: the words of an operation stand there, before its bar. */
const clientLine = 0.8;
const nodeLine = 0.3;

/**
 * Where an operation's bar ends. An unanswered one is drawn until its client calls again, with an open end: nobody can
 * say when it takes effect.
 */
export function barEnd(operation: DrawnOperation, picture: SpaceTimePicture): number {
  if (operation.returnedAt !== undefined) return operation.returnedAt;
  const later = picture.operations.flatMap(({ lane, calledAt }) =>
    lane === operation.lane && calledAt > operation.calledAt ? calledAt : [],
  );
  return Math.min(picture.duration, ...later);
}

/** The picture, and the one that is drawn beside it. */
const together = (picture: SpaceTimePicture): readonly SpaceTimePicture[] =>
  picture.alongside === undefined ? [picture] : [picture, picture.alongside];

/** The part that is worth showing before the whole; of two pictures side by side, what holds both their parts. */
function focusOf(picture: SpaceTimePicture): SpaceTimePicture["focus"] | undefined {
  const parts = together(picture).flatMap(({ contradiction, focus, duration }) =>
    contradiction !== undefined && (focus.from > 0 || focus.to < duration) ? [focus] : [],
  );
  if (parts.length === 0) return undefined;
  return { from: Math.min(...parts.map(({ from }) => from)), to: Math.max(...parts.map(({ to }) => to)) };
}

/** Whether the picture has a part that is worth showing before the whole. */
export const hasFocus = (picture: SpaceTimePicture): boolean => focusOf(picture) !== undefined;

/** The extent that is drawn when `extent` is asked for. */
export const extentOf = (picture: SpaceTimePicture, extent: Extent): Extent => (hasFocus(picture) ? extent : "whole");

export function spaceTimeView(picture: SpaceTimePicture, asked: Extent, size: FigureSize): SpaceTimeView {
  const extent = extentOf(picture, asked);
  const pictures = together(picture);
  const whole = { from: 0, to: Math.max(1, ...pictures.map(({ duration }) => duration)) };
  const { from, to } = extent === "focus" ? (focusOf(picture) ?? whole) : whole;
  const scale = eventScale(pictures.flatMap(changeTimes), from, to);
  const places = placeLanes(picture, extent, columns[size]);
  const head = headHeight + clockLineHeight * Math.max(0, ...places.map(({ clock }) => clock.length));
  const xs = new Map(places.map(({ lane, x }) => [lane, x]));
  return {
    from,
    to,
    scale,
    places,
    width:
      Math.max(columns[size].total, ...places.map(({ left, width }) => left + width)) + margin + gutterWidth(picture),
    head,
    size,
    xOf: (lane) => xs.get(lane),
    yOf: (time) => head + scale.y(time),
  };
}

/** Room for the bar of a fault that strikes no single node, beside the last lane. */
export const gutterSlot = 8;
const slotsAtMost = 4;

/** Faults that have a shape of their own in the figure: bands, and broken lanes. */
export const hasOwnShape = ({ family, kind }: DrawnFault): boolean =>
  family === "cut" || kind === "crash" || kind === "wipe";

/** A fault and its place among those that last at the same time, from 0. */
type Slotted = readonly (readonly [fault: DrawnFault, slot: number])[];

/** Each fault in the first slot that is free when it begins; the last of `slots` takes what finds none. */
export function slotFaults(faults: readonly DrawnFault[], slots: number): Slotted {
  const freeFrom: number[] = [];
  return faults
    .toSorted((one, other) => one.from - other.from)
    .map((fault) => {
      const free = freeFrom.findIndex((time) => time <= fault.from);
      const slot = free >= 0 ? free : Math.min(freeFrom.length, slots - 1);
      // What happens at once takes its place too.
      freeFrom[slot] = Math.max(freeFrom[slot] ?? 0, fault.to, fault.from + 1);
      return [fault, slot] as const;
    });
}

/** Faults that are not drawn otherwise and strike no single node, in the slots beside the last lane. */
export const gutterOf = ({ faults = [] }: SpaceTimePicture): Slotted =>
  slotFaults(
    faults.filter((fault) => fault.lanes.length === 0 && !hasOwnShape(fault)),
    slotsAtMost,
  );

const gutterWidth = (picture: SpaceTimePicture): number =>
  gutterSlot * Math.max(0, ...gutterOf(picture).map(([, slot]) => slot + 1));

/** A clock's state as it is written at its lane's head: "42 ms ahead, 120 ppm fast", in lines that fit the column. */
function clockLines(text: string, width: number): string[] {
  // Where a part is too long it is broken before what the figure is: between "42 ms" and "ahead".
  return text.split(", ").flatMap((part) => (part.length * clockLetterWidth <= width ? part : part.split(/ (?=\S+$)/)));
}

function placeLanes(picture: SpaceTimePicture, extent: Extent, least: Columns): LanePlace[] {
  const speaking = new Set(picture.operations.filter(({ contradicts }) => contradicts).map(({ lane }) => lane));
  const isShown = (lane: number): boolean =>
    picture.lanes[lane]!.role === "node" || extent === "whole" || speaking.size === 0 || speaking.has(lane);
  const shown = [...picture.lanes.keys()].filter(isShown);
  const isClient = (lane: number): boolean => picture.lanes[lane]!.role === "client";
  const widths = shown.map((lane) => (isClient(lane) ? least.client : least.node));
  const taken = least.axis + widths.reduce((sum, width) => sum + width, 0);
  const stretch = Math.max(1, (least.total - least.axis) / Math.max(1, taken - least.axis));
  let left = least.axis;
  return shown.map((lane, index) => {
    const width = widths[index]! * stretch;
    const clock = picture.clocks.find((entry) => entry.lane === lane)?.text;
    const place = {
      lane,
      left,
      width,
      x: left + width * (isClient(lane) ? clientLine : nodeLine),
      clock: clock === undefined ? [] : clockLines(clock, width),
    };
    left += width;
    return place;
  });
}

/** Every time at which something changes for a client or a node, rather than is on its way. */
function changeTimes(picture: SpaceTimePicture): number[] {
  return [
    ...[...tellingMessages(picture).keys()].flatMap(({ sentAt, endedAt }) => [sentAt, endedAt]),
    ...picture.operations.flatMap((operation) => [operation.calledAt, barEnd(operation, picture)]),
    ...picture.crashes.flatMap(({ from, to }) => [from, to]),
    ...picture.partitions.flatMap(({ from, to }) => [from, to]),
    ...picture.states.map(({ at }) => at),
  ];
}
