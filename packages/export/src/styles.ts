import { styleSheets } from "@fieldbook/site/static";
import { readFileSync } from "node:fs";

/** The first of the two colours of each `light-dark()`: paper is light. */
function inLight(css: string): string {
  let result = "";
  let rest = css;
  for (let at = rest.indexOf("light-dark("); at >= 0; at = rest.indexOf("light-dark(")) {
    result += rest.slice(0, at);
    rest = rest.slice(at + "light-dark(".length);
    let depth = 1;
    let comma = -1;
    let end = 0;
    for (; depth > 0; end += 1) {
      if (rest[end] === "(") depth += 1;
      else if (rest[end] === ")") depth -= 1;
      else if (rest[end] === "," && depth === 1 && comma < 0) comma = end;
    }
    result += rest.slice(0, comma).trim();
    rest = rest.slice(end);
  }
  return result + rest;
}

/** Without comments, and without what only a page that follows the reader's colours needs. */
const plain = (css: string): string =>
  css
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/@import[^;]*;/g, "")
    .replaceAll("color-scheme: light dark;", "");

const own = `
body { margin: 0; font-family: var(--font-text); line-height: 1.5; color: var(--ink); background: #fff; }
h1, h2, h3, h4, h5, h6 { line-height: 1.2; break-after: avoid; }
.summary { margin: 0; font-weight: 600; }
.claim, .lens-box { break-inside: auto; }
.lens-box { margin: 1.5rem 0; padding: 0.5rem 1rem; border: 1px solid var(--line-strong); }
.lens-box-title { font-weight: 700; }
.chapter-subtitle { font-style: italic; }
.chapter-facts { font-size: 0.85rem; color: var(--ink-soft); }
figure, svg, table, pre { break-inside: avoid; max-width: 100%; }
.contents ol { padding-left: 1.25rem; }
ul.source-list { list-style: none; padding: 0; }
/* What is positioned is painted later, and copied and read aloud out of its place. */
.term[data-definition] { position: static; }
table { border-collapse: collapse; }
th, td { padding: 0.2rem 0.6rem; border: 1px solid var(--line); text-align: left; }
`;

/** What text, claims and figures look like on paper: one style sheet, in light colours. */
export function paperStyles(): string {
  const sheets = styleSheets.map((sheet) => inLight(plain(readFileSync(sheet, "utf8"))));
  return [...sheets, own].join("\n");
}
