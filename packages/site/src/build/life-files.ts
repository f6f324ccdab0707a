import { changesFeed, dueCalendar, dueFeed, dueItems, reviewStatus } from "@fieldbook/content";
import type { DueItem } from "@fieldbook/content";
import { titleOfPractice } from "./changes-page.ts";
import { verificationOf } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

/** Both clocks of every chapter, and what is due, for programs. Whether it is overdue, the reader's day decides. */
function dueData(book: SiteBook, items: readonly DueItem[]): unknown {
  const chapters = book.parts
    .flatMap((part) => part.chapters)
    .map((chapter) => {
      const { overdueDays: _, ...review } = reviewStatus(chapter, chapter.reviewed);
      const { id, title, ring } = chapter;
      return { id, title, ring, review, verification: verificationOf(chapter, book) };
    });
  return { chapters, due: items };
}

/**
 * What is due and what changed as files for other programs.
 *
 * @param address where the handbook is published, without a slash at the end
 */
export function lifeFiles(book: SiteBook, address: string | undefined): Readonly<Record<string, string>> {
  const items = dueItems(book);
  return {
    "due.ics": dueCalendar(items, address),
    "due.atom": dueFeed(items, address),
    "due.json": `${JSON.stringify(dueData(book, items), null, 2)}\n`,
    "changes.atom": changesFeed(book.ledger, titleOfPractice(book), address),
  };
}
