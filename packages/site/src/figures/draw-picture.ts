import type { Picture } from "@fieldbook/lab";
import { drawOutages } from "./outages.ts";
import { describeContradiction, drawSpaceTime } from "./space-time.ts";
import type { Extent } from "./space-time-view.ts";
import { drawStatesTable, tellingTime } from "./states-table.ts";
import { element, textElement } from "./svg.ts";
import { drawTimeSeries } from "./time-series.ts";

/**
 * Any picture as HTML that needs no script: the figure in a box that scrolls when it must, the sentence that says the
 * same, and for a space-time diagram what each node held when the contradiction was complete.
 *
 * @param id unique on the page; names the figure's parts
 */
export function drawPicture(picture: Picture, id: string, extent: Extent = "focus"): string {
  const says = textElement("p", { class: "figure-says" }, picture.says);
  switch (picture.kind) {
    case "space-time": {
      const table = drawStatesTable(picture, tellingTime(picture));
      const states = element("div", { class: "figure-held" }, table);
      const told = describeContradiction(picture);
      return figure(picture.kind, drawSpaceTime(picture, id, extent), `${told}${states}${told === "" ? says : ""}`);
    }
    case "time-series":
      return figure(picture.kind, drawTimeSeries(picture, id), says);
    case "outages":
      return figure(picture.kind, drawOutages(picture, id), says);
  }
}

function figure(kind: string, svg: string, below: string): string {
  const box = element("div", { class: "figure-box", tabindex: 0, role: "group", "aria-label": "Figure" }, svg);
  return element("div", { class: "figure", "data-figure": kind }, box + below);
}
