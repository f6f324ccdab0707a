import type { Chapter } from "../chapter.ts";
import { daysBetween } from "../day.ts";

/** The clock of people: is it still good advice? Never merged with the machines'. */
export interface ReviewStatus {
  readonly owner: string;
  /** The day on which a person last judged the advice. */
  readonly reviewed: string;
  readonly everyDays: number;
  /** The last day on which the review is in date. */
  readonly due: string;
  /** 0 while it is in date. */
  readonly overdueDays: number;
  readonly sources: number;
  /** The day on which the source that was looked up longest ago was looked up; absent without sources. */
  readonly sourcesChecked?: string;
}

/** @param today YYYY-MM-DD. @throws RangeError when it is no day */
export function reviewStatus(chapter: Chapter, today: string): ReviewStatus {
  const [oldest] = chapter.sources.map((source) => source.checked).toSorted();
  return {
    owner: chapter.owner,
    reviewed: chapter.reviewed,
    everyDays: chapter.reviewEveryDays,
    due: chapter.reviewDue,
    overdueDays: Math.max(0, daysBetween(chapter.reviewDue, today)),
    sources: chapter.sources.length,
    ...(oldest === undefined ? {} : { sourcesChecked: oldest }),
  };
}
