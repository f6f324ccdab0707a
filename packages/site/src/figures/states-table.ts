import type { SpaceTimePicture } from "@fieldbook/lab";
import { milliseconds } from "./milliseconds.ts";
import { element, textElement } from "./svg.ts";

/** What each node held at a time: lane label and text, in the order of the lanes. */
export function statesAt(picture: SpaceTimePicture, time: number): { readonly label: string; readonly text: string }[] {
  return picture.lanes.flatMap(({ label, role }, lane) => {
    if (role !== "node") return [];
    const state = picture.states.findLast((entry) => entry.lane === lane && entry.at <= time);
    return [{ label, text: state?.text ?? "not started" }];
  });
}

/** The time whose states are shown first: where the last of what contradicts begins, or the end of the run. */
export function tellingTime(picture: SpaceTimePicture): number {
  const calls = picture.operations.flatMap(({ contradicts, calledAt }) => (contradicts ? calledAt : []));
  return calls.length === 0 ? picture.duration : Math.max(...calls);
}

/** A table of what each node held at `time`. */
export function drawStatesTable(picture: SpaceTimePicture, time: number): string {
  const rows = statesAt(picture, time).map(({ label, text }) =>
    element("tr", {}, textElement("th", { scope: "row" }, label) + textElement("td", {}, text)),
  );
  if (rows.length === 0) return "";
  const caption = textElement("caption", {}, `What each node held at ${milliseconds(time)} ms`);
  return element("table", { class: "figure-states" }, caption + element("tbody", {}, rows.join("")));
}
