import type { DrawnOperation, SpaceTimePicture } from "@fieldbook/lab";
import { eventScale } from "./event-scale.ts";
import type { EventScale } from "./event-scale.ts";

/** Which part of a picture is drawn: its focus, with the clients that matter there, or the whole run. */
export type Extent = "focus" | "whole";

export interface LanePlace {
  /** Index in the picture's lanes. */
  readonly lane: number;
  /** Where the lane's line stands. */
  readonly x: number;
}

/** The places of everything in a space-time diagram. */
export interface SpaceTimeView {
  readonly from: number;
  readonly to: number;
  readonly scale: EventScale;
  readonly places: readonly LanePlace[];
  readonly width: number;
  /** Height of the lanes' heads above the first event. */
  readonly head: number;
  /** Where a lane stands; undefined when it is not shown. */
  readonly xOf: (lane: number) => number | undefined;
  /** Where a time stands, from the top of the figure. */
  readonly yOf: (time: number) => number;
}

const axisWidth = 44;
const clientWidth = 92;
const nodeWidth = 68;
const head = 54;

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

/** Whether the picture has a focus of its own that is worth showing before the whole. */
export const hasFocus = (picture: SpaceTimePicture): boolean =>
  picture.contradiction !== undefined && (picture.focus.from > 0 || picture.focus.to < picture.duration);

export function spaceTimeView(picture: SpaceTimePicture, extent: Extent): SpaceTimeView {
  const { from, to } = extent === "focus" ? picture.focus : { from: 0, to: Math.max(1, picture.duration) };
  const scale = eventScale(eventTimes(picture), from, to);
  const places = placeLanes(picture, extent);
  const last = picture.lanes[places.at(-1)?.lane ?? 0];
  const width = (places.at(-1)?.x ?? 0) + (last?.role === "client" ? clientWidth : nodeWidth) - 12;
  const xs = new Map(places.map(({ lane, x }) => [lane, x]));
  return {
    from,
    to,
    scale,
    places,
    width,
    head,
    xOf: (lane) => xs.get(lane),
    yOf: (time) => head + scale.y(time),
  };
}

function placeLanes(picture: SpaceTimePicture, extent: Extent): LanePlace[] {
  const speaking = new Set(picture.operations.filter(({ contradicts }) => contradicts).map(({ lane }) => lane));
  const places: LanePlace[] = [];
  let x = axisWidth;
  for (const [lane, { role }] of picture.lanes.entries()) {
    if (role === "client" && extent === "focus" && speaking.size > 0 && !speaking.has(lane)) continue;
    places.push({ lane, x: x + 14 });
    x += role === "client" ? clientWidth : nodeWidth;
  }
  return places;
}

/** Every time at which something happens that the figure shows. */
export function eventTimes(picture: SpaceTimePicture): number[] {
  return [
    ...picture.messages.flatMap(({ sentAt, endedAt }) => [sentAt, endedAt]),
    ...picture.operations.flatMap((operation) => [operation.calledAt, barEnd(operation, picture)]),
    ...picture.crashes.flatMap(({ from, to }) => [from, to]),
    ...picture.partitions.flatMap(({ from, to }) => [from, to]),
    ...picture.states.map(({ at }) => at),
  ];
}
