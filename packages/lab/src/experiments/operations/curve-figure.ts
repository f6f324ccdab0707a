import type { CurvePicture } from "../../service-picture.ts";

/** A point at each whole number from `from` to `to`. */
export const pointsOf = (
  from: number,
  to: number,
  value: (x: number) => number,
): CurvePicture["series"][number]["points"] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ x: from + index, y: value(from + index) }));
