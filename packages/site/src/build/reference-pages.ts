import { chapterUrl, renderSourceList } from "@fieldbook/content";
import type { Chapter } from "@fieldbook/content";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import type { SiteBook } from "./site-book.ts";

const compare = (one: string, other: string): number => one.localeCompare(other, "en");

/** Every term of the book in the order of the alphabet. */
export function glossaryPage({ glossary }: SiteBook): Page {
  const entries = [...glossary.values()]
    .toSorted((one, other) => compare(one.term, other.term))
    .map(({ key, term, definition }) => `<dt id="${key}">${escapeHtml(term)}</dt>\n<dd>${escapeHtml(definition)}</dd>`);
  return {
    id: "glossary",
    title: "Glossary",
    description: "The words of the handbook and what they mean in it.",
    html: `<p>The words of the handbook and what they mean in it.</p>\n<dl class="glossary">\n${entries.join("\n")}\n</dl>`,
    headings: [],
    contents: false,
  };
}

/** Every source that a chapter cites, and which chapters do. */
export function sourcesPage(book: SiteBook): Page {
  const chapters = book.parts.flatMap((part) => part.chapters);
  const cites = (chapter: Chapter, key: string): boolean => chapter.sources.some((source) => source.key === key);
  const cited = [...book.sources.values()]
    .filter(({ key }) => chapters.some((chapter) => cites(chapter, key)))
    .toSorted((one, other) => compare(one.citedAs, other.citedAs));
  const list = renderSourceList(cited, ({ key }) => {
    const links = chapters
      .filter((chapter) => cites(chapter, key))
      .map(({ id, title }) => `<a href="${chapterUrl(id, `source-${key}`)}">${escapeHtml(title)}</a>`);
    return ` <span class="source-cited">Cited in ${links.join(", ")}.</span>`;
  });
  return {
    id: "sources",
    title: "Sources",
    description: "What the handbook rests on, and when each source was last looked up.",
    html: `<p>What the handbook rests on. The day is the one on which someone last looked the source up.</p>\n${list}`,
    headings: [],
    contents: false,
  };
}

export const notFoundPage: Page = {
  id: "404",
  title: "There is no such page",
  description: "The address leads nowhere.",
  html: `<p>The address leads nowhere. The page may have moved, or the link may have been cut off.</p>
<p><a href="/">All chapters</a> are listed on the first page, and the search above finds words in all of them.</p>`,
  headings: [],
  contents: false,
};
