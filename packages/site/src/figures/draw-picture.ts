import type { HeatMapPicture, Picture, ServiceGraphPicture } from "@fieldbook/lab";
import { drawChanges } from "./changes-table.ts";
import { drawCurve } from "./curve.ts";
import { drawHeatMap } from "./heat-map.ts";
import { drawOutages } from "./outages.ts";
import { drawServiceGraph } from "./service-graph.ts";
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
  const drawn =
    picture.kind === "service"
      ? drawBox(picture.graph, `${id}-graph`, "Services") +
        drawBox(picture.series, `${id}-series`, "Series") +
        drawBox(picture.latency, `${id}-latency`, "Latencies") +
        drawChanges(picture.changes)
      : drawBox(picture, id, "Figure");
  return element("div", { class: "figure", "data-figure": picture.kind }, drawn + drawWords(picture));
}

const drawBox = (picture: Drawn, id: string, label: string): string =>
  element("div", { class: "figure-box", tabindex: 0, role: "group", "aria-label": label }, drawSizes(picture, id));

/** What is one drawing by itself. */
type Drawn = Exclude<Picture, { readonly kind: "service" }> | ServiceGraphPicture | HeatMapPicture;

/** The figure in both sizes; `extent` is of space-time diagrams only. */
export function drawSizes(picture: Drawn, id: string, extent: Extent = "focus"): string {
  const draw = (size: FigureSize): string => {
    const name = `${id}-${size}`;
    switch (picture.kind) {
      case "space-time":
        return drawSpaceTime(picture, name, extent, size);
      case "time-series":
        return drawTimeSeries(picture, name, size);
      case "outages":
        return drawOutages(picture, name, size);
      case "curve":
        return drawCurve(picture, name, size);
      case "service-graph":
        return drawServiceGraph(picture, name, size);
      case "heat-map":
        return drawHeatMap(picture, name, size);
    }
  };
  return (["wide", "narrow"] as const).map((size) => element("div", { class: `figure-${size}` }, draw(size))).join("");
}

function drawWords(picture: Picture): string {
  const words =
    picture.kind === "service" ? `${picture.says} ${picture.graph.says} ${picture.latency.says}` : picture.says;
  const says = textElement("p", { class: "figure-says" }, words);
  if (picture.kind !== "space-time") return says;
  const told = describeContradiction(picture);
  const held = element("div", { class: "figure-held" }, drawStatesTable(picture, tellingTime(picture)));
  return explainDiagram(picture) + (told === "" ? says : told) + held;
}
