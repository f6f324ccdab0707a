import type { Chapter, Source } from "@fieldbook/content";
import { expect, test } from "vitest";
import { homePage } from "./home-page.ts";
import { glossaryPage, sourcesPage } from "./reference-pages.ts";
import type { SiteBook } from "./site-book.ts";

const source = (key: string, author: string): Source => ({
  key,
  entry: {
    type: "article-journal",
    author: [{ given: "Ann", family: author }],
    title: "Reads & writes",
    "container-title": "Journal",
    issued: { "date-parts": [[2001]] },
    URL: "https://example.org/",
    checked: "2026-11-23",
    topic: "consistency",
    level: "research",
  },
  citedAs: `${author} 2001`,
  authors: [`Ann ${author}`],
  title: "Reads & writes",
  container: "Journal",
  year: 2001,
  link: "https://example.org/",
  checked: "2026-11-23",
  topic: "consistency",
  level: "research",
});

const ames = source("ames-2001", "Ames");
const beek = source("beek-2001", "Beek");
const unused = source("cole-2001", "Cole");

const chapter = (id: string, title: string, sources: readonly Source[]): Chapter =>
  ({
    id,
    title,
    subtitle: "New, then old",
    summary: "What a <read> returns.",
    sources,
    terms: ["goodput"],
  }) as unknown as Chapter;

const book = {
  parts: [
    { id: "physics", title: "The physics", summary: "S", chapters: [chapter("physics/reads", "Reads", [beek, ames])] },
    { id: "robust", title: "Robust", summary: "S", chapters: [chapter("robust/load", "Load", [ames])] },
    { id: "secure", title: "Secure", summary: "S", chapters: [] },
  ],
  sources: new Map([beek, unused, ames].map((one) => [one.key, one])),
  glossary: new Map([
    ["trigger", { key: "trigger", term: "trigger", definition: "What pushes." }],
    ["goodput", { key: "goodput", term: "goodput", definition: "Answers < requests." }],
  ]),
} as unknown as SiteBook;

test("the home page lists the chapters under their parts, and no part that is empty", () => {
  const { html } = homePage(book);
  expect([...html.matchAll(/<h3[^>]*>([^<]+)</g)].map((match) => match[1])).toEqual(["The physics", "Robust"]);
  expect(html).toContain('<a href="/physics/reads/">Reads</a>');
  expect(html).toContain("What a &lt;read&gt; returns.");
});

test("the glossary is in the order of the alphabet, each word with an address", () => {
  const { html } = glossaryPage(book);
  expect([...html.matchAll(/<dt id="([^"]+)">/g)].map((match) => match[1])).toEqual(["goodput", "trigger"]);
  expect(html).toContain(
    '<dd>Answers &lt; requests. <span class="term-used">In <a href="/physics/reads/">Reads</a>, <a href="/robust/load/">Load</a>.</span></dd>',
  );
  expect(html).toContain("<dd>What pushes.</dd>");
});

test("the sources stand by topic and level, with the chapters that cite them", () => {
  const { html } = sourcesPage(book);
  expect([...html.matchAll(/<li id="source-([^"]+)">/g)].map((match) => match[1])).toEqual([
    "ames-2001",
    "beek-2001",
    "cole-2001",
  ]);
  expect([...html.matchAll(/<h[23] id="([^"]+)">/g)].map((match) => match[1])).toEqual([
    "consistency",
    "consistency-research",
  ]);
  expect(html).toContain("Not cited yet.");
  expect(html).toContain(
    'Cited in <a href="/physics/reads/#source-ames-2001">Reads</a>, <a href="/robust/load/#source-ames-2001">Load</a>.',
  );
  expect(html).toContain("Reads &#x26; writes");
});
