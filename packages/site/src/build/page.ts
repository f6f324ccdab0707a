import type { Heading, Ring } from "@fieldbook/content";
import type { Verification } from "./site-book.ts";

/** What stands under the title of a chapter. */
export interface ChapterHead {
  readonly subtitle: string;
  readonly ring: Ring;
  readonly owner: string;
  readonly reviewed: string;
  readonly reviewDue: string;
  readonly verification: Verification;
}

/** A page of the site, ready but for the shell around it. */
export interface Page {
  /** Its address without slashes at the ends; "index" is the home page. */
  readonly id: string;
  readonly title: string;
  /** For lists and search engines. */
  readonly description: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Whether a table of contents stands beside it. */
  readonly contents: boolean;
  /** Of chapters only. */
  readonly chapter?: ChapterHead;
}
