import type { ServicePicture } from "@fieldbook/lab";
import { element, textElement } from "./svg.ts";

const words = { run: "better", control: "worse", neither: "" } as const;

/** "What changed" against the control, as a table; nothing when there is no control. */
export function drawChanges(changes: ServicePicture["changes"]): string {
  if (changes === undefined) return "";
  const { name, rows } = changes;
  if (rows.length === 0) return textElement("p", { class: "figure-unchanged" }, `Nothing is different ${name}.`);
  const head = ["", "This run", name, ""].map((text) => textElement("th", { scope: "col" }, text)).join("");
  const body = rows.map(({ what, run, control, better }) =>
    element(
      "tr",
      {},
      textElement("th", { scope: "row" }, what) +
        [run, control].map((text) => textElement("td", {}, text)).join("") +
        textElement("td", { class: `change-${better}` }, words[better]),
    ),
  );
  const caption = textElement("caption", {}, "What changed");
  const table = element(
    "table",
    {},
    caption + element("thead", {}, element("tr", {}, head)) + element("tbody", {}, body.join("")),
  );
  return element("div", { class: "figure-changes", tabindex: 0, role: "group", "aria-label": "What changed" }, table);
}
