import type { SpaceTimePicture } from "../picture.ts";

/**
 * The picture without the lanes on which nothing happens: clients that call nothing, nodes that take no part. Of a run that
 * was shrunk these are most.
 */
export function onlyBusyLanes(picture: SpaceTimePicture): SpaceTimePicture {
  const busy = new Set([
    ...picture.operations.map(({ lane }) => lane),
    ...picture.messages.flatMap(({ from, to }) => [from, to]),
    ...picture.crashes.map(({ lane }) => lane),
  ]);
  const kept = [...picture.lanes.keys()].filter((lane) => busy.has(lane));
  if (kept.length === 0) return picture;
  const places = new Map(kept.map((lane, place) => [lane, place]));
  /** What stands on a lane that is kept, at the lane's new place. */
  const move = <Drawn extends { readonly lane: number }>(drawn: readonly Drawn[]): Drawn[] =>
    drawn.flatMap((one) => {
      const lane = places.get(one.lane);
      return lane === undefined ? [] : [{ ...one, lane }];
    });
  return {
    ...picture,
    lanes: kept.map((lane) => picture.lanes[lane]!),
    messages: picture.messages.map((message) => ({
      ...message,
      from: places.get(message.from)!,
      to: places.get(message.to)!,
    })),
    operations: move(picture.operations),
    crashes: move(picture.crashes),
    states: move(picture.states),
    clocks: move(picture.clocks),
    ...(picture.faults === undefined
      ? {}
      : {
          faults: picture.faults.map((fault) => ({
            ...fault,
            lanes: fault.lanes.flatMap((lane) => places.get(lane) ?? []),
          })),
        }),
    partitions: picture.partitions.map((partition) => ({
      ...partition,
      sides: partition.sides.map((side) => side.flatMap((lane) => places.get(lane) ?? [])),
    })),
  };
}
