import type { Expectation, PropertyVerdict } from "@fieldbook/lab";
import { element } from "../figures/svg.ts";

/** The words in which verdicts are given; each has a class, a colour and a shape of its own. */
export type VerdictWord = PropertyVerdict["verdict"] | Expectation["kind"];

/** Drawn, since not every font has them: a tick, a cross, a question mark, two lines struck through. */
const shapes: Readonly<Record<VerdictWord, string>> = {
  holds: "M3,9 l4,4 l7,-9",
  agrees: "M3,9 l4,4 l7,-9",
  violated: "M4,4 l9,9 m0,-9 l-9,9",
  unknown: "M5.5,6 a3,3 0 1 1 4.5,2.6 q-1.5,0.8 -1.5,2.2 m0,3 v0.1",
  differs: "M3,6.5 h11 M3,10.5 h11 M11,3 l-5,11",
};

/** The shape that stands beside a verdict's word: never a colour alone. */
export const verdictMark = (word: VerdictWord): string =>
  element(
    "svg",
    { class: "claim-mark", viewBox: "0 0 17 17", "aria-hidden": "true" },
    element("path", { d: shapes[word] }),
  );
