import { describe, expect, it } from "vitest";
import { changesPage } from "./changes-page.ts";
import { duePage } from "./due-page.ts";
import { lifeFiles } from "./life-files.ts";
import { radarPage } from "./radar-page.ts";
import { readSiteBook } from "./site-book.ts";
import { checklistPage, summaryPage } from "./summary-pages.ts";

const book = await readSiteBook();
const chapters = book.parts.flatMap((part) => part.chapters);
const linksOf = (html: string): ReadonlySet<string> =>
  new Set([...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? ""));

describe.each([
  ["the executive summary", summaryPage(book), 1],
  ["the manager's checklist", checklistPage(book), 0],
])("%s", (_, { html }, fewest) => {
  it("has every chapter's box", () => {
    expect(html.match(/class="summary-entry"/g)).toHaveLength(chapters.length);
  });

  it("rests on claims: every number in it leads to one of its chapter", () => {
    const entries = html.split('<section class="summary-entry">').slice(1);
    for (const entry of entries) {
      const box = entry.slice(entry.indexOf("</time></p>"), entry.indexOf("</section>"));
      const numbers = [...box.matchAll(/<a class="claim-number" href="\/([a-z/-]+)\/#([^"]+)">/g)];
      expect(numbers.length).toBeGreaterThanOrEqual(fewest);
      for (const [, id, claim] of numbers) {
        expect(chapters.find((chapter) => chapter.id === id)?.claims).toContain(claim);
      }
      const rest = box.replaceAll(/<a class="(claim-number|citation)"[\s\S]*?<\/a>/g, "").replaceAll(/<[^>]*>/g, "");
      expect(rest).not.toMatch(/\d/);
    }
  });
});

it("the radar says the same twice: each practice is in the drawing and in the table", () => {
  const { html } = radarPage(book);
  const [drawing = "", table = ""] = html.split("</figure>");
  for (const { id } of chapters) {
    expect(linksOf(drawing)).toContain(`/${id}/`);
    expect(linksOf(table)).toContain(`/${id}/`);
  }
});

it("what is due names every chapter and every source that is cited, with the day", () => {
  const { html } = duePage(book);
  for (const { id, reviewDue } of chapters) {
    expect(html).toContain(`<td><time datetime="${reviewDue}" data-review-due>`);
    expect(linksOf(html)).toContain(`/${id}/`);
  }
  const cited = new Set(chapters.flatMap(({ sources }) => sources.map(({ key }) => `/sources/#source-${key}`)));
  for (const link of cited) expect(linksOf(html)).toContain(link);
});

it("what changed has who and why of every entry of the ledger", () => {
  const { html } = changesPage(book);
  expect(html.match(/<li class="change">/g)).toHaveLength(book.ledger.length);
  expect(html).toContain(book.ledger[0]!.who);
});

it("the files are the same for the same book, and know the address when they are told", () => {
  expect(lifeFiles(book, undefined)).toEqual(lifeFiles(book, undefined));
  const files = lifeFiles(book, "https://handbook.example.org");
  expect(files["due.ics"]).toContain("URL:https://handbook.example.org/operate/");
  expect(files["changes.atom"]).toContain('<link rel="self" href="https://handbook.example.org/changes.atom"/>');
  const { chapters: told } = JSON.parse(files["due.json"]!) as { chapters: { id: string; review: { due: string } }[] };
  expect(told.map(({ id, review }) => [id, review.due])).toEqual(chapters.map((one) => [one.id, one.reviewDue]));
});
