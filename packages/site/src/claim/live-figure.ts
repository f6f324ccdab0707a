import type { Picture } from "@fieldbook/lab";
import { drawPicture } from "../figures/draw-picture.ts";
import { Scrubber } from "../figures/scrubber.ts";
import { attachTimeCursor } from "../figures/time-cursor.ts";

/** Draws a picture in place of what the element holds; a space-time diagram can then be stepped through, and figures over time have one cursor. */
export function showFigure(place: HTMLElement, picture: Picture, id: string): void {
  place.innerHTML = drawPicture(picture, id);
  if (picture.kind === "space-time") new Scrubber(place, picture, id).attach();
  if (picture.kind === "time-series") attachTimeCursor(place, [picture]);
  if (picture.kind === "service") attachTimeCursor(place, [picture.series, picture.latency]);
}
