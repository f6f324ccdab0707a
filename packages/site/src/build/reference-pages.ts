import { chapterUrl, levels, renderSourceList, topics } from "@fieldbook/content";
import type { Chapter, Level, Topic } from "@fieldbook/content";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import type { SiteBook } from "./site-book.ts";

const compare = (one: string, other: string): number => one.localeCompare(other, "en");

const linksTo = (chapters: readonly Chapter[], fragment?: string): string =>
  chapters.map(({ id, title }) => `<a href="${chapterUrl(id, fragment)}">${escapeHtml(title)}</a>`).join(", ");

/** Every term of the book in the order of the alphabet, and the chapters that use it. */
export function glossaryPage({ glossary, parts }: SiteBook): Page {
  const chapters = parts.flatMap((part) => part.chapters);
  const entries = [...glossary.values()]
    .toSorted((one, other) => compare(one.term, other.term))
    .map(({ key, term, definition }) => {
      const users = chapters.filter((chapter) => chapter.terms.includes(key));
      const back = users.length === 0 ? "" : ` <span class="term-used">In ${linksTo(users)}.</span>`;
      return `<dt id="${key}">${escapeHtml(term)}</dt>\n<dd>${escapeHtml(definition)}${back}</dd>`;
    });
  return {
    id: "glossary",
    title: "Glossary",
    description: "The words of the handbook and what they mean in it.",
    html: `<p>The words of the handbook and what they mean in it.</p>\n<dl class="glossary">\n${entries.join("\n")}\n</dl>`,
    headings: [],
    contents: false,
  };
}

const levelNames: Readonly<Record<Level, string>> = {
  introduction: "To begin with",
  practice: "For practice",
  research: "Research",
};

const capital = (word: string): string => word.replace(/^./, (letter) => letter.toUpperCase());

/** Every source by topic and level, and which chapters cite it. */
export function sourcesPage(book: SiteBook): Page {
  const chapters = book.parts.flatMap((part) => part.chapters);
  const citing = (key: string): readonly Chapter[] =>
    chapters.filter((chapter) => chapter.sources.some((source) => source.key === key));
  const all = [...book.sources.values()].toSorted((one, other) => compare(one.citedAs, other.citedAs));
  const found = topics.filter((topic) => all.some((source) => source.topic === topic));
  const listOf = (topic: Topic, level: Level): string => {
    const sources = all.filter((source) => source.topic === topic && source.level === level);
    if (sources.length === 0) return "";
    const list = renderSourceList(sources, ({ key }) => {
      const users = citing(key);
      const says = users.length === 0 ? "Not cited yet." : `Cited in ${linksTo(users, `source-${key}`)}.`;
      return ` <span class="source-cited">${says}</span>`;
    });
    return `<h3 id="${topic}-${level}">${levelNames[level]}</h3>\n${list}`;
  };
  const sections = found.map(
    (topic) => `<h2 id="${topic}">${capital(topic)}</h2>\n${levels.map((level) => listOf(topic, level)).join("\n")}`,
  );
  return {
    id: "sources",
    title: "Sources",
    description: "What the handbook rests on and what is worth reading, by topic and level.",
    html: `<p>What the handbook rests on and what is worth reading, by topic and by level: to begin with, for practice, and
research. The day is the one on which someone last looked the source up. All of it as <a href="/sources.json">CSL-JSON</a>,
for a reference manager.</p>\n${sections.join("\n")}`,
    headings: found.map((topic) => ({ depth: 2, slug: topic, text: capital(topic) })),
    contents: true,
  };
}

/** All sources in the fields of CSL-JSON. */
export function sourcesCsl({ sources }: Pick<SiteBook, "sources">): string {
  const items = [...sources.values()].map(({ key, entry, link }) => {
    const { checked, short: _, topic, level, ...fields } = entry;
    const [year = 1970, month = 1, day = 1] = checked.split("-").map(Number);
    return {
      id: key,
      ...fields,
      URL: link,
      accessed: { "date-parts": [[year, month, day]] },
      keyword: `${topic}, ${level}`,
    };
  });
  return `${JSON.stringify(items, null, 2)}\n`;
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
