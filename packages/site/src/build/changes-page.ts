import { chapterUrl, moveOf } from "@fieldbook/content";
import type { LedgerEntry } from "@fieldbook/content";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import { ringName } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

/** The title of a chapter by its id; of one that was withdrawn the id is all that is left. */
export const titleOfPractice =
  ({ parts }: Pick<SiteBook, "parts">) =>
  (id: string): string =>
    parts.flatMap((part) => part.chapters).find((chapter) => chapter.id === id)?.title ?? id;

function evidenceOf({ practice, evidence }: LedgerEntry, here: boolean): string {
  const claims = evidence?.claims ?? [];
  if (claims.length === 0) return "";
  const links = claims.map((id) => (here ? `<a href="${chapterUrl(practice, id)}">${id}</a>` : id));
  const digest = evidence?.digest === undefined ? "" : ` (evidence ${evidence.digest})`;
  return `<details><summary>${String(claims.length)} ${claims.length === 1 ? "claim" : "claims"} as evidence${digest}</summary><p>${links.join(", ")}</p></details>`;
}

function entry(change: LedgerEntry, book: SiteBook): string {
  const title = escapeHtml(titleOfPractice(book)(change.practice));
  const chapter = book.parts.flatMap((part) => part.chapters).find(({ id }) => id === change.practice);
  const name = chapter === undefined ? title : `<a href="${chapterUrl(change.practice)}">${title}</a>`;
  const known = new Set(chapter?.claims);
  return `<li class="change">
<p class="change-head"><strong>${name}</strong>: ${escapeHtml(moveOf(change, (ring) => (ring === "withdrawn" ? ring : ringName(book, ring))))}</p>
<p>${escapeHtml(change.why)} <span class="change-who">${escapeHtml(change.who)}</span></p>
${evidenceOf(change, change.evidence?.claims.every((claim) => known.has(claim)) ?? false)}
</li>`;
}

/** The ledger: every change of a ring, the newest day first. */
export function changesPage(book: SiteBook): Page {
  const days = [...new Set(book.ledger.map(({ date }) => date))].toReversed();
  const sections = days.map((day) => {
    const entries = book.ledger.filter(({ date }) => date === day).toReversed();
    return `<h2 id="day-${day}"><time datetime="${day}">${day}</time></h2>
<ul class="changes">${entries.map((one) => entry(one, book)).join("\n")}</ul>`;
  });
  return {
    id: "changes",
    title: "What changed",
    description: "Every decision about how far a practice may be relied on: when, who, why and on what evidence.",
    html: `<p>Every decision about how far a practice may be relied on: who, why, and on what evidence. It is also a
<a href="/changes.atom">feed</a>. How the words of a chapter changed stands under <a href="/versions/">versions</a>.</p>
${sections.join("\n")}`,
    headings: days.map((day) => ({ depth: 2, slug: `day-${day}`, text: day })),
    contents: false,
    feed: { title: "What changed", url: "/changes.atom" },
  };
}
