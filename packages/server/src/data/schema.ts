import type { ThreadKind, ThreadState } from "../threads/thread.ts";

/*
 * The tables, the same on SQLite and PostgreSQL. Ids are text in the order of making, times whole milliseconds since
 * 1970, truth is 0 or 1, and JSON is text that is validated where it is read.
 */

/** Whoever has written, been named or subscribed. Accounts are kept elsewhere; this is what a thread shows of them. */
export interface PersonTable {
  readonly id: string;
  readonly name: string;
  /** What stands behind the @ of a mention; unique. */
  readonly handle: string;
}

export interface ThreadTable {
  readonly id: string;
  readonly kind: ThreadKind;
  readonly state: ThreadState;
  /** Id of the chapter, "operate/queues"; empty when the thread is about the whole. */
  readonly chapter: string;
  readonly lens: string | null;
  readonly title: string | null;
  /** JSON of the anchor, a target of a W3C Web Annotation. */
  readonly anchor: string | null;
  /** JSON of the run that a counterexample or field report brings. */
  readonly run: string | null;
  readonly author_id: string;
  readonly created_at: number;
  /** When a post was last added or the state changed. */
  readonly active_at: number;
  /** Grows with every change of the thread's own fields. */
  readonly version: number;
  readonly post_count: number;
  /** Title in lower case. */
  readonly search_text: string;
}

export interface PostTable {
  readonly id: string;
  readonly thread_id: string;
  readonly author_id: string;
  /** Markdown. Empty once deleted. */
  readonly body: string;
  readonly created_at: number;
  readonly edited_at: number | null;
  readonly deleted_at: number | null;
  readonly deleted_by: string | null;
  readonly version: number;
  /** Body in lower case. */
  readonly search_text: string;
}

/** What a post said before an edit. */
export interface PostVersionTable {
  readonly post_id: string;
  readonly version: number;
  readonly body: string;
  readonly replaced_at: number;
  readonly replaced_by: string;
}

/** A change of a thread's state, with the reason given. */
export interface ThreadEventTable {
  readonly id: string;
  readonly thread_id: string;
  readonly person_id: string;
  readonly state: ThreadState;
  readonly reason: string;
  readonly at: number;
}

export interface MentionTable {
  readonly post_id: string;
  readonly person_id: string;
}

export interface SubscriptionTable {
  readonly thread_id: string;
  readonly person_id: string;
  /** 0 when the person has left on purpose: posting again does not bring them back. */
  readonly active: number;
  /** Secret of the link that unsubscribes without signing in. */
  readonly token: string;
}

export interface NotificationTable {
  readonly id: string;
  readonly person_id: string;
  readonly thread_id: string;
  readonly post_id: string | null;
  readonly reason: "mention" | "reply" | "state";
  readonly created_at: number;
  readonly read_at: number | null;
  readonly mail_state: "wanted" | "sent" | "failed" | "not-wanted";
  readonly mail_attempts: number;
  /** Not before this time is the next attempt, or the sender's claim on it over. */
  readonly mail_after: number;
}

export interface Tables {
  readonly person: PersonTable;
  readonly thread: ThreadTable;
  readonly post: PostTable;
  readonly post_version: PostVersionTable;
  readonly thread_event: ThreadEventTable;
  readonly mention: MentionTable;
  readonly subscription: SubscriptionTable;
  readonly notification: NotificationTable;
}
