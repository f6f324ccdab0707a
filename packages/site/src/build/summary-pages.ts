import { chapterUrl, renderLensBox } from "@fieldbook/content";
import type { Chapter, Part } from "@fieldbook/content";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import { radarHtml } from "./radar-page.ts";
import { renderOptions } from "./render-options.ts";
import { ringName } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

function boxes(book: SiteBook, lens: "manager" | "executive"): string {
  const entry = (chapter: Chapter): string => `<section class="summary-entry">
<h3 id="${chapter.id.replace("/", "-")}"><a href="${chapterUrl(chapter.id)}">${escapeHtml(chapter.title)}</a></h3>
<p class="summary-facts"><span class="ring" data-ring="${chapter.ring}">${escapeHtml(ringName(book, chapter.ring))}</span>, reviewed <time datetime="${chapter.reviewed}">${chapter.reviewed}</time></p>
${renderLensBox(chapter, lens, renderOptions(book))}
</section>`;
  const part = ({ id, title, chapters }: Part): string =>
    `<h2 id="${id}">${escapeHtml(title)}</h2>\n${chapters.map(entry).join("\n")}`;
  return book.parts
    .filter(({ chapters }) => chapters.length > 0)
    .map(part)
    .join("\n");
}

const headingsOf = ({ parts }: SiteBook): Page["headings"] =>
  parts.filter(({ chapters }) => chapters.length > 0).map(({ id, title }) => ({ depth: 2, slug: id, text: title }));

/** All executives' boxes and the radar; prints on two or three sheets. */
export const summaryPage = (book: SiteBook): Page => ({
  id: "summary",
  title: "Executive summary",
  description: "Of each chapter one number and one question to ask, and the radar.",
  html: `<div class="summary">
<p>Of each chapter one number and one question to ask your own teams. Each number leads to the run it comes from.</p>
<div class="summary-columns">
${boxes(book, "executive")}
</div>
${radarHtml(book)}
</div>`,
  headings: headingsOf(book),
  contents: true,
});

/** All managers' boxes with their checklists, to print and to tick. */
export const checklistPage = (book: SiteBook): Page => ({
  id: "checklist",
  title: "Manager’s checklist",
  description: "The managers' boxes of all chapters with their checklists, to print.",
  html: `<div class="summary">
<p>What to see to, chapter by chapter. Print it, tick it, and write a date beside each tick. Each number leads to the run
it comes from.</p>
${boxes(book, "manager")}
</div>`,
  headings: headingsOf(book),
  contents: true,
});
