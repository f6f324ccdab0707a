import type { Heading, ReviewStatus, Ring, VerificationStatus } from "@fieldbook/content";

/** What stands under the title of a chapter. */
export interface ChapterHead {
  readonly subtitle: string;
  /** Where it is written, from the root of the repository. */
  readonly file: string;
  readonly ring: Ring;
  /** What the ring is called here. */
  readonly ringName: string;
  /** Whether it is overdue, the reader's day decides. */
  readonly review: Omit<ReviewStatus, "overdueDays">;
  readonly verification: VerificationStatus;
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
  /** The Atom feed that says the same as it grows. */
  readonly feed?: { readonly title: string; readonly url: string };
  /** Of chapters only. */
  readonly chapter?: ChapterHead;
}
