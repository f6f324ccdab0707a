import type { Chapter } from "../chapter.ts";
import { chapterUrl } from "../chapter.ts";
import { addDays } from "../day.ts";
import type { Source } from "../sources.ts";
import { sourceCheckDays } from "./criteria.ts";

/** Something that a person has to look at by a day. */
export interface DueItem {
  readonly kind: "review" | "source";
  /** The last day on which it is in date, YYYY-MM-DD. */
  readonly due: string;
  /** The day on which it was last looked at. */
  readonly since: string;
  /** Of the chapter or the source. */
  readonly title: string;
  /** The chapter's id or the source's key. */
  readonly id: string;
  /** From the site's root. */
  readonly url: string;
  /** Who answers for it: the owner of the chapter, or of each chapter that cites the source. */
  readonly owners: readonly string[];
}

interface BookOfChapters {
  readonly parts: readonly { readonly chapters: readonly Chapter[] }[];
}

/** Every review of a chapter and every check of a cited source, the one that is due first at the beginning. */
export function dueItems({ parts }: BookOfChapters): readonly DueItem[] {
  const chapters = parts.flatMap((part) => part.chapters);
  const reviews = chapters.map(({ id, title, owner, reviewed, reviewDue }): DueItem => ({
    kind: "review",
    due: reviewDue,
    since: reviewed,
    title,
    id,
    url: chapterUrl(id),
    owners: [owner],
  }));
  const cited = new Map<string, Source>(chapters.flatMap((chapter) => chapter.sources.map((one) => [one.key, one])));
  const checks = [...cited.values()].map(({ key, title, citedAs, checked }): DueItem => {
    const owners = chapters.filter(({ sources }) => sources.some((one) => one.key === key)).map(({ owner }) => owner);
    return {
      kind: "source",
      due: addDays(checked, sourceCheckDays),
      since: checked,
      title: `${citedAs}: ${title}`,
      id: key,
      url: `/sources/#source-${key}`,
      owners: [...new Set(owners)],
    };
  });
  return [...reviews, ...checks].toSorted((one, other) => compare(one.due, other.due) || compare(one.id, other.id));
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
