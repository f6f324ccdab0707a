import { sql } from "kysely";
import type { Transaction } from "kysely";
import type { AccountTables } from "../accounts/account-tables.ts";
import type { Actor } from "../accounts/actor.ts";
import { noteEvent } from "../accounts/audit-log.ts";
import type { Tables } from "../data/schema.ts";
import type { Store } from "../data/store.ts";
import { firstWords } from "./first-words.ts";
import { mentionsIn, searchable } from "./mentions.ts";
import { newToken, rememberPerson, subscribe } from "./people.ts";
import { mayDeletePost, mayEditPost, mayPost } from "./rules.ts";
import { ThreadError } from "./thread-error.ts";
import type { ThreadKind } from "./thread.ts";

/* Each function is one transaction: when it returns, what it did is on disk. */

type Write = Transaction<Tables>;

export interface NewThread {
  readonly kind: ThreadKind;
  readonly chapter: string;
  readonly lens?: string | null | undefined;
  readonly title?: string | null | undefined;
  /** Checked by the caller; kept as JSON. */
  readonly anchor?: unknown;
  readonly run?: unknown;
  /** Markdown of the first post. */
  readonly body: string;
}

export const notAllowed = (what: string): ThreadError => new ThreadError("not-allowed", what);
const jsonOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

/**
 * @param also is written in the same transaction: both are there or neither
 * @throws ThreadError when the actor may not
 */
export async function startThread(
  store: Store,
  actor: Actor,
  thread: NewThread,
  also: (write: Write, threadId: string) => Promise<void> = async () => {},
): Promise<{ readonly threadId: string; readonly postId: string }> {
  if (!mayPost(actor)) throw notAllowed("Readers do not write: ask an owner for the role of a contributor.");
  const threadId = store.newId();
  const now = store.now();
  return store.db.transaction().execute(async (write) => {
    await rememberPerson(write, actor);
    await write
      .insertInto("thread")
      .values({
        id: threadId,
        kind: thread.kind,
        state: "open",
        chapter: thread.chapter,
        lens: thread.lens ?? null,
        title: thread.title ?? null,
        anchor: jsonOf(thread.anchor),
        run: jsonOf(thread.run),
        author_id: actor.id,
        created_at: now,
        active_at: now,
        version: 1,
        post_count: 0,
        search_text: searchable(thread.title ?? ""),
      })
      .execute();
    await also(write, threadId);
    return { threadId, postId: await insertPost(store, write, actor, threadId, thread.body) };
  });
}

/** @throws ThreadError when there is no such thread or the actor may not */
export async function reply(store: Store, actor: Actor, threadId: string, body: string): Promise<string> {
  if (!mayPost(actor)) throw notAllowed("Readers do not write: ask an owner for the role of a contributor.");
  return store.db.transaction().execute(async (write) => {
    await rememberPerson(write, actor);
    return insertPost(store, write, actor, threadId, body);
  });
}

async function insertPost(store: Store, write: Write, actor: Actor, threadId: string, body: string): Promise<string> {
  const now = store.now();
  // First, so that the posts of one thread are written one after the other.
  const { numUpdatedRows } = await write
    .updateTable("thread")
    .set({
      active_at: sql<number>`case when active_at < ${now} then ${now} else active_at end`,
      post_count: sql<number>`post_count + 1`,
    })
    .where("id", "=", threadId)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ThreadError("not-found", "There is no such thread.");
  const postId = store.newId();
  await write
    .insertInto("post")
    .values({
      id: postId,
      thread_id: threadId,
      author_id: actor.id,
      body,
      created_at: now,
      edited_at: null,
      deleted_at: null,
      deleted_by: null,
      version: 1,
      search_text: searchable(body),
    })
    .execute();
  await subscribe(write, threadId, actor.id);
  const named = await insertMentions(write, postId, body, actor.id);
  for (const personId of named) await subscribe(write, threadId, personId);
  await notify(store, write, { threadId, postId, reason: "reply" }, actor.id, new Set(named));
  return postId;
}

/** @returns ids of those who are named now and were not before, without the author */
async function insertMentions(
  write: Write,
  postId: string,
  body: string,
  authorId: string,
): Promise<readonly string[]> {
  const handles = mentionsIn(body);
  if (handles.length === 0) return [];
  const people = await write.selectFrom("person").select("id").where("handle", "in", handles).execute();
  const before = await write.selectFrom("mention").select("person_id").where("post_id", "=", postId).execute();
  const known = new Set([authorId, ...before.map(({ person_id }) => person_id)]);
  const named = people.map(({ id }) => id).filter((id) => !known.has(id));
  if (named.length > 0) {
    const rows = named.map((id) => ({ post_id: postId, person_id: id }));
    await write.insertInto("mention").values(rows).execute();
  }
  return named;
}

/** One notification for each subscriber but the one who acts; who is named hears of that. */
export async function notify(
  store: Store,
  write: Write,
  what: { readonly threadId: string; readonly postId: string | null; readonly reason: "reply" | "state" },
  actorId: string,
  named: ReadonlySet<string>,
): Promise<void> {
  const subscribers = await write
    .selectFrom("subscription")
    .select("person_id")
    .where("thread_id", "=", what.threadId)
    .where("active", "=", 1)
    .execute();
  const people = new Set([...named, ...subscribers.map(({ person_id }) => person_id)]);
  people.delete(actorId);
  if (people.size === 0) return;
  const now = store.now();
  const rows = [...people].map((personId) => ({
    id: store.newId(),
    person_id: personId,
    thread_id: what.threadId,
    post_id: what.postId,
    reason: named.has(personId) ? ("mention" as const) : what.reason,
    created_at: now,
    read_at: null,
    mail_state: "wanted" as const,
    mail_attempts: 0,
    mail_after: now,
  }));
  await write.insertInto("notification").values(rows).execute();
}

export const changed = (): ThreadError =>
  new ThreadError("changed", "It has been changed meanwhile: read it again and make your change to what it says now.");

/**
 * Replaces what a post says; what it said is kept.
 *
 * @param version that the author has seen
 * @returns the new version
 * @throws ThreadError when there is none, the actor is not its author, or it has been changed meanwhile
 */
export async function editPost(
  store: Store,
  actor: Actor,
  postId: string,
  version: number,
  body: string,
): Promise<number> {
  return store.db.transaction().execute(async (write) => {
    const post = await takePost(write, postId);
    if (!mayEditPost(actor, post)) throw notAllowed("A post is edited by its author alone: answer it instead.");
    const now = store.now();
    const { numUpdatedRows } = await write
      .updateTable("post")
      .set({ body, search_text: searchable(body), edited_at: now, version: version + 1 })
      .where("id", "=", postId)
      .where("version", "=", version)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw changed();
    await followTitle(write, post, postId, body);
    await write
      .insertInto("post_version")
      .values({ post_id: postId, version, body: post.body, replaced_at: now, replaced_by: actor.id })
      .execute();
    const named = await insertMentions(write, postId, body, actor.id);
    for (const personId of named) await subscribe(write, post.threadId, personId);
    if (named.length > 0) await notifyNamed(store, write, post.threadId, postId, named);
    return version + 1;
  });
}

async function notifyNamed(
  store: Store,
  write: Write,
  threadId: string,
  postId: string,
  named: readonly string[],
): Promise<void> {
  const now = store.now();
  const rows = named.map((personId) => ({
    id: store.newId(),
    person_id: personId,
    thread_id: threadId,
    post_id: postId,
    reason: "mention" as const,
    created_at: now,
    read_at: null,
    mail_state: "wanted" as const,
    mail_attempts: 0,
    mail_after: now,
  }));
  await write.insertInto("notification").values(rows).execute();
}

/** A title that was made of the first post says what that post says now: what was taken away is not kept as a title. */
async function followTitle(write: Write, { threadId, body }: TakenPost, postId: string, next: string): Promise<void> {
  const first = await write
    .selectFrom("post")
    .select("id")
    .where("thread_id", "=", threadId)
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  const was = firstWords(body);
  if (first?.id !== postId || was === null) return;
  const title = firstWords(next);
  await write
    .updateTable("thread")
    .set({ title, search_text: searchable(title ?? "") })
    .where("id", "=", threadId)
    .where("title", "=", was)
    .execute();
}

interface TakenPost {
  readonly threadId: string;
  readonly authorId: string;
  readonly body: string;
  readonly deletedAt: number | null;
}

async function takePost(write: Write, id: string): Promise<TakenPost> {
  const row = await write
    .selectFrom("post")
    .select(["thread_id", "author_id", "body", "deleted_at"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new ThreadError("not-found", "There is no such post.");
  return { threadId: row.thread_id, authorId: row.author_id, body: row.body, deletedAt: row.deleted_at };
}

/**
 * Takes away what a post said, earlier versions included; that it was there, whose and when stays.
 *
 * @throws ThreadError when there is none, the actor may not, or it has been changed meanwhile
 */
export async function deletePost(store: Store, actor: Actor, postId: string, version: number): Promise<void> {
  await store.db.transaction().execute(async (write) => {
    const post = await takePost(write, postId);
    if (!mayDeletePost(actor, post)) throw notAllowed("A post is taken away by its author or an editor, once.");
    const { numUpdatedRows } = await write
      .updateTable("post")
      .set({ body: "", search_text: "", deleted_at: store.now(), deleted_by: actor.id, version: version + 1 })
      .where("id", "=", postId)
      .where("version", "=", version)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw changed();
    await followTitle(write, post, postId, "");
    await write.deleteFrom("post_version").where("post_id", "=", postId).execute();
    if (post.authorId === actor.id) return;
    const event = { actorId: actor.id, action: "post.taken-away", subject: postId, detail: `by ${post.authorId}` };
    await noteEvent(store, write as unknown as Transaction<AccountTables>, event);
  });
}

/** @throws ThreadError when there is no such thread */
export async function setSubscription(store: Store, actor: Actor, threadId: string, active: boolean): Promise<void> {
  await store.db.transaction().execute(async (write) => {
    const thread = await write.selectFrom("thread").select("id").where("id", "=", threadId).executeTakeFirst();
    if (thread === undefined) throw new ThreadError("not-found", "There is no such thread.");
    await rememberPerson(write, actor);
    const row = { thread_id: threadId, person_id: actor.id, active: active ? 1 : 0, token: newToken() };
    await write
      .insertInto("subscription")
      .values(row)
      .onConflict((conflict) => conflict.columns(["thread_id", "person_id"]).doUpdateSet({ active: row.active }))
      .execute();
  });
}

/** By the link in a mail. @returns the thread's id, or undefined when the link is none of ours */
export async function unsubscribeByToken(store: Store, token: string): Promise<string | undefined> {
  return store.db.transaction().execute(async (write) => {
    const row = await write
      .selectFrom("subscription")
      .select("thread_id")
      .where("token", "=", token)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    await write.updateTable("subscription").set({ active: 0 }).where("token", "=", token).execute();
    return row.thread_id;
  });
}
