import type { Element, Properties } from "hast";
import type { Code, ListItem, Parents, Table, Text } from "mdast";
import { defaultHandlers } from "remark-rehype";
import type { Options } from "remark-rehype";
import type { Chapter } from "./chapter.ts";
import { chapterUrl } from "./chapter.ts";
import { element, text } from "./elements.ts";
import { canonicalText } from "./canonical-text.ts";
import type { Glossary } from "./glossary.ts";
import type { ChapterLink, Citation, ClaimNumber, TermReference } from "./markdown.ts";
import type { QuotedNumber } from "./quoted-number.ts";
import { typeset } from "./typography.ts";

type Handlers = NonNullable<NonNullable<Options>["handlers"]>;
type State = Parameters<NonNullable<Handlers["code"]>>[0];

/** What the text of a chapter is rendered with. */
export interface TextOptions {
  readonly glossary: Glossary;
  /** What an edition has at its own numbers where the text names one of the handbook's; undefined where that holds. */
  readonly numberHere?: (number: Omit<QuotedNumber, "path" | "line">) => string | undefined;
}

/** What the handbook writes differently from plain Markdown: its own nodes, and what a keyboard or a phone needs. */
export function markdownHandlers(chapter: Chapter, { glossary, numberHere }: TextOptions): Handlers {
  const sources = new Map(chapter.sources.map((source) => [source.key, source]));
  return {
    claimNumber: (state: State, node: ClaimNumber) => {
      const link = element("a", { className: ["claim-number"], href: `#${node.claim}` }, state.all(node));
      const { claim, of, side } = node;
      const here = numberHere?.({ text: canonicalText(node), claim, of, side });
      if (here === undefined) return link;
      return [link, text(" "), element("span", { className: ["number-here"] }, [text(`(here ${here})`)])];
    },
    citation: (state: State, node: Citation) => {
      const source = sources.get(node.source);
      const where = node.children.length > 0 ? [text(", "), ...state.all(node)] : [];
      // The name is no word of the text; what counts letters leaves it out.
      const name = element("span", { className: ["citation-name"] }, [text(source?.citedAs ?? node.source)]);
      const label = [text("("), name, ...where, text(")")];
      return element("a", { className: ["citation"], href: `#source-${node.source}` }, label);
    },
    termReference: (state: State, node: TermReference) => {
      const dataDefinition = glossary.get(node.term)?.definition ?? "";
      return element("a", { className: ["term"], href: `/glossary/#${node.term}`, dataDefinition }, state.all(node));
    },
    chapterLink: (state: State, node: ChapterLink) =>
      element("a", { href: chapterUrl(node.chapter, node.fragment) }, state.all(node)),
    text: (_state: State, node: Text) => text(typeset(node.value)),
    listItem: renderListItem,
    table: renderTable,
    code: renderCode,
  };
}

/** A line of a checklist is a plain item: there is nothing to tick on a page. The box is drawn by the style sheet. */
function renderListItem(state: State, node: ListItem, parent: Parents | undefined): Element {
  const item = defaultHandlers.listItem(state, { ...node, checked: null }, parent);
  if (typeof node.checked !== "boolean") return item;
  return { ...item, properties: { ...item.properties, className: ["checklist-item"] } };
}

/** Wide tables scroll in a frame of their own, which the keyboard can reach. */
function renderTable(state: State, node: Table): Element {
  const properties = { className: ["table-frame"], tabIndex: 0, role: "region", ariaLabel: "Table" };
  return element("div", properties, [defaultHandlers.table(state, node)]);
}

function renderCode(_state: State, node: Code): Element {
  const language: Properties = typeof node.lang === "string" ? { className: [`language-${node.lang}`] } : {};
  return element("pre", { tabIndex: 0 }, [element("code", language, [text(`${node.value}\n`)])]);
}
