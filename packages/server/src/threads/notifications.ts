import type { Kysely } from "kysely";
import type { Tables } from "../data/schema.ts";
import type { Store } from "../data/store.ts";
import type { ThreadKind, ThreadState } from "./thread.ts";

export interface Notification {
  readonly id: string;
  readonly threadId: string;
  readonly postId: string | null;
  readonly reason: "mention" | "reply" | "state";
  readonly createdAt: number;
  readonly readAt: number | null;
}

const mostShown = 100;

/** A person's last notifications, the newest first, at most 100. */
export async function readNotifications(db: Kysely<Tables>, personId: string): Promise<readonly Notification[]> {
  const rows = await db
    .selectFrom("notification")
    .select(["id", "thread_id", "post_id", "reason", "created_at", "read_at"])
    .where("person_id", "=", personId)
    .orderBy("id", "desc")
    .limit(mostShown)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    threadId: row.thread_id,
    postId: row.post_id,
    reason: row.reason,
    createdAt: row.created_at,
    readAt: row.read_at,
  }));
}

/** A notification with what a page tells of it. */
export interface News extends Notification {
  readonly title: string | null;
  readonly kind: ThreadKind;
  readonly state: ThreadState;
  /** Who wrote; null when only the state changed. */
  readonly author: string | null;
}

/** The same notifications, for people. */
export async function readNews(db: Kysely<Tables>, personId: string): Promise<readonly News[]> {
  return db
    .selectFrom("notification")
    .innerJoin("thread", "thread.id", "notification.thread_id")
    .leftJoin("post", "post.id", "notification.post_id")
    .leftJoin("person", "person.id", "post.author_id")
    .select(["notification.id", "notification.thread_id as threadId", "notification.post_id as postId"])
    .select(["notification.reason", "notification.created_at as createdAt", "notification.read_at as readAt"])
    .select(["thread.title", "thread.kind", "thread.state", "person.name as author"])
    .where("notification.person_id", "=", personId)
    .orderBy("notification.id", "desc")
    .limit(mostShown)
    .execute();
}

/** Marks as read what came up to this one; what came later stays unread. */
export async function markRead(store: Store, personId: string, upTo: string): Promise<void> {
  await store.db.transaction().execute(async (write) => {
    await write
      .updateTable("notification")
      .set({ read_at: store.now() })
      .where("person_id", "=", personId)
      .where("id", "<=", upTo)
      .where("read_at", "is", null)
      .execute();
  });
}
