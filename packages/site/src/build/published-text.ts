import { anchorChapter } from "@fieldbook/content";
import type { AnchorChapter } from "@fieldbook/content";
import { createHash } from "node:crypto";
import type { SiteBook } from "./site-book.ts";

/** The text of the whole book as it is published: what a discussion is anchored in. */
export interface PublishedText {
  /** 12 hexadecimal digits over all chapters: equal texts are one revision. */
  readonly revision: string;
  /** Digest of the engine under which the claims were proved. */
  readonly engine: string;
  readonly chapters: readonly AnchorChapter[];
  /** Of the chapters, by their ids, in the order of the book. */
  readonly titles: Readonly<Record<string, string>>;
}

export function publishedText({ parts, engine }: SiteBook): PublishedText {
  const all = parts.flatMap((part) => part.chapters);
  const chapters = all.map(anchorChapter);
  const revision = createHash("sha256").update(JSON.stringify(chapters)).digest("hex").slice(0, 12);
  const titles = Object.fromEntries(all.map(({ id, title }) => [id, title]));
  return { revision, engine: engine.digest, chapters, titles };
}
