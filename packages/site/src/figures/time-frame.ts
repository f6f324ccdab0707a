import { element } from "./svg.ts";

/** Where time stands in a drawn figure, in the units of its viewBox and in seconds. */
export interface TimeFrame {
  readonly left: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
  readonly from: number;
  readonly to: number;
}

const names = ["left", "end", "top", "bottom", "from", "to"] as const;

/** An empty group that a script puts the cursor into; it carries the frame, so that the script needs no layout. */
export const writeTimeFrame = (frame: TimeFrame): string =>
  element("g", {
    class: "time-frame",
    ...Object.fromEntries(names.map((name) => [`data-${name}`, String(Math.round(frame[name] * 1_000) / 1_000)])),
  });

/** @returns the frame that `writeTimeFrame` wrote */
export function readTimeFrame(group: Element): TimeFrame {
  const read = (name: (typeof names)[number]): number => Number(group.getAttribute(`data-${name}`));
  return {
    left: read("left"),
    end: read("end"),
    top: read("top"),
    bottom: read("bottom"),
    from: read("from"),
    to: read("to"),
  };
}
