import type { Element, ElementContent } from "hast";
import rehypeStringify from "rehype-stringify";
import { unified } from "unified";
import { sourcesHeading } from "./blocks.ts";
import { element, text } from "./elements.ts";
import type { Source } from "./sources.ts";

/** `A, B and C` */
const joinNames = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;

/** One source as an item of a list: who, what, where, when, the link and the day it was last looked up. */
function renderSource(source: Source, after: ElementContent[] = []): Element {
  return element("li", { id: `source-${source.key}` }, [
    text(`${joinNames(source.authors)}. `),
    element("a", { href: source.link }, [element("cite", {}, [text(source.title)])]),
    text(`. ${source.container}, ${String(source.year)}. `),
    element("span", { className: ["source-checked"] }, [
      text("Checked on "),
      element("time", { dateTime: source.checked }, [text(source.checked)]),
      text("."),
    ]),
    ...after,
  ]);
}

/** The list at the end of a chapter. */
export function renderSources(sources: readonly Source[]): Element {
  return element("section", { className: ["sources"], ariaLabelledBy: ["sources"] }, [
    element("h2", { id: "sources" }, [text(sourcesHeading)]),
    element(
      "ul",
      { className: ["source-list"] },
      sources.map((source) => renderSource(source)),
    ),
  ]);
}

/**
 * A list of sources as HTML, for a page of its own.
 *
 * @param after trusted HTML to put behind each entry
 */
export function renderSourceList(sources: readonly Source[], after: (source: Source) => string): string {
  const items = sources.map((source) => renderSource(source, [{ type: "raw", value: after(source) }]));
  const list = element("ul", { className: ["source-list"] }, items);
  return unified()
    .use(rehypeStringify, { allowDangerousHtml: true })
    .stringify({ type: "root", children: [list] });
}
