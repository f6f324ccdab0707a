import type { Picture } from "@fieldbook/lab";
import { drawOutages } from "./outages.ts";
import { describeContradiction, drawSpaceTime, explainDiagram } from "./space-time.ts";
import type { Extent } from "./space-time-view.ts";
import { drawStatesTable, tellingTime } from "./states-table.ts";
import { element, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";
import { drawTimeSeries } from "./time-series.ts";

/**
 * Any picture as HTML that needs no script: the figure, wide and narrow, in a box that scrolls when it must; the sentence
 * that says the same; and for a space-time diagram what each node held when the contradiction was complete.
 *
 * @param id unique on the page; names the figure's parts
 */
export function drawPicture(picture: Picture, id: string): string {
  const box = element(
    "div",
    { class: "figure-box", tabindex: 0, role: "group", "aria-label": "Figure" },
    drawSizes(picture, id),
  );
  return element("div", { class: "figure", "data-figure": picture.kind }, box + drawWords(picture));
}

/** The figure in both sizes; `extent` is of space-time diagrams only. */
export function drawSizes(picture: Picture, id: string, extent: Extent = "focus"): string {
  const draw = (size: FigureSize): string => {
    const name = `${id}-${size}`;
    switch (picture.kind) {
      case "space-time":
        return drawSpaceTime(picture, name, extent, size);
      case "time-series":
        return drawTimeSeries(picture, name, size);
      case "outages":
        return drawOutages(picture, name, size);
    }
  };
  return (["wide", "narrow"] as const).map((size) => element("div", { class: `figure-${size}` }, draw(size))).join("");
}

function drawWords(picture: Picture): string {
  const says = textElement("p", { class: "figure-says" }, picture.says);
  if (picture.kind !== "space-time") return says;
  const told = describeContradiction(picture);
  const held = element("div", { class: "figure-held" }, drawStatesTable(picture, tellingTime(picture)));
  return explainDiagram(picture) + (told === "" ? says : told) + held;
}
