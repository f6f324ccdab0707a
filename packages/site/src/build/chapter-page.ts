import { renderChapter, reviewStatus } from "@fieldbook/content";
import type { Chapter } from "@fieldbook/content";
import { renderStaticClaim } from "../claim/static-claim.ts";
import type { Page } from "./page.ts";
import { verificationOf } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

export function chapterPage(chapter: Chapter, book: SiteBook): Page {
  const { html, headings } = renderChapter(chapter, {
    glossary: book.glossary,
    renderClaim(id) {
      const claim = book.claims.get(id);
      if (claim === undefined) throw new Error(`The chapter ${chapter.id} was assembled without its claim ${id}.`);
      return renderStaticClaim(claim, book.evidence.get(id));
    },
  });
  const { subtitle, ring } = chapter;
  const { overdueDays: _, ...review } = reviewStatus(chapter, chapter.reviewed);
  return {
    id: chapter.id,
    title: chapter.title,
    description: chapter.summary,
    html,
    headings,
    contents: true,
    chapter: { subtitle, ring, review, verification: verificationOf(chapter, book) },
  };
}
