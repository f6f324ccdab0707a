import { renderChapter, reviewStatus } from "@fieldbook/content";
import type { Chapter } from "@fieldbook/content";
import { editionHead } from "./edition-page.ts";
import type { Page } from "./page.ts";
import { renderOptions } from "./render-options.ts";
import { ringName, verificationOf } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

export function chapterPage(chapter: Chapter, book: SiteBook): Page {
  const { html, headings } = renderChapter(chapter, renderOptions(book));
  const { subtitle, ring } = chapter;
  const { overdueDays: _, ...review } = reviewStatus(chapter, chapter.reviewed);
  return {
    id: chapter.id,
    title: chapter.title,
    description: chapter.summary,
    html: editionHead(chapter, book) + html,
    headings,
    contents: true,
    chapter: {
      subtitle,
      file: chapter.path,
      ring,
      ringName: ringName(book, ring),
      review,
      verification: verificationOf(chapter, book),
    },
  };
}
