import { sql } from "kysely";
import type { ExpressionBuilder, Kysely, SqlBool, Expression } from "kysely";
import type { Tables } from "../data/schema.ts";
import { searchable } from "./mentions.ts";
import { ThreadError } from "./thread-error.ts";
import type { Person, Post, PostVersion, Thread, ThreadEvent, ThreadKind, ThreadState } from "./thread.ts";

type Read = Kysely<Tables>;

export interface ThreadFilter {
  readonly kind?: ThreadKind | undefined;
  readonly state?: ThreadState | undefined;
  readonly lens?: string | undefined;
  readonly chapter?: string | undefined;
  /** Every word of it stands in the title or in one post that is not deleted. */
  readonly text?: string | undefined;
}

export interface ThreadPage {
  readonly threads: readonly Thread[];
  /** Give it as `after` for what follows; absent on the last page. */
  readonly next?: string;
}

const defaultPageSize = 50;
const largestPageSize = 200;
const mostWords = 8;
/** Below the most parameters of a statement. */
const mostIds = 5_000;

const personOf = (row: { person_id: string; person_name: string; person_handle: string }): Person => ({
  id: row.person_id,
  name: row.person_name,
  handle: row.person_handle,
});

const threadColumns = [
  "thread.id",
  "thread.kind",
  "thread.state",
  "thread.chapter",
  "thread.lens",
  "thread.title",
  "thread.anchor",
  "thread.run",
  "thread.created_at",
  "thread.active_at",
  "thread.version",
  "thread.post_count",
  "person.id as person_id",
  "person.name as person_name",
  "person.handle as person_handle",
] as const;

const selectThreads = (db: Read) =>
  db.selectFrom("thread").innerJoin("person", "person.id", "thread.author_id").select(threadColumns);

type ThreadRow = Awaited<ReturnType<ReturnType<typeof selectThreads>["execute"]>>[number];

const threadOf = (row: ThreadRow): Thread => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  chapter: row.chapter,
  lens: row.lens,
  title: row.title,
  anchor: row.anchor === null ? null : (JSON.parse(row.anchor) as unknown),
  run: row.run === null ? null : (JSON.parse(row.run) as unknown),
  author: personOf(row),
  createdAt: row.created_at,
  activeAt: row.active_at,
  version: row.version,
  postCount: row.post_count,
});

/** What LIKE takes for a pattern stands for itself. */
const pattern = (word: string): string => `%${word.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

function matches(builder: ExpressionBuilder<Tables, "thread">, filter: ThreadFilter): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [];
  for (const field of ["kind", "state", "lens", "chapter"] as const) {
    const value = filter[field];
    if (value !== undefined) conditions.push(builder(`thread.${field}`, "=", value));
  }
  const words = searchable(filter.text ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  for (const word of words.slice(0, mostWords)) {
    const like = (column: "thread.search_text" | "post.search_text") =>
      sql<SqlBool>`${sql.ref(column)} like ${pattern(word)} escape '\\'`;
    const inPost = builder
      .selectFrom("post")
      .select("post.id")
      .whereRef("post.thread_id", "=", "thread.id")
      .where(like("post.search_text"));
    conditions.push(builder.or([like("thread.search_text"), builder.exists(inPost)]));
  }
  return builder.and(conditions);
}

/**
 * Threads, the last active first, a page at a time by key: what is added meanwhile neither repeats nor hides any.
 *
 * @throws ThreadError when `after` is none of ours
 */
export async function listThreads(
  db: Read,
  filter: ThreadFilter = {},
  page: { readonly after?: string | undefined; readonly size?: number | undefined } = {},
): Promise<ThreadPage> {
  const size = Math.min(page.size ?? defaultPageSize, largestPageSize);
  let query = selectThreads(db).where((builder) => matches(builder, filter));
  if (page.after !== undefined) {
    const { at, id } = readCursor(page.after);
    query = query.where(({ or, and, eb }) =>
      or([eb("thread.active_at", "<", at), and([eb("thread.active_at", "=", at), eb("thread.id", "<", id)])]),
    );
  }
  const rows = await query
    .orderBy("thread.active_at", "desc")
    .orderBy("thread.id", "desc")
    .limit(size + 1)
    .execute();
  const threads = rows.slice(0, size).map(threadOf);
  const last = threads.at(-1);
  return rows.length > size && last !== undefined ? { threads, next: `${last.activeAt}_${last.id}` } : { threads };
}

function readCursor(cursor: string): { readonly at: number; readonly id: string } {
  const [, at, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) {
    throw new ThreadError("invalid", "This is not where a page ended: use the `next` of the page before.", "after");
  }
  return { at: Number(at), id };
}

export interface ThreadCounts {
  readonly open: number;
  readonly resolved: number;
}

/** How many threads match, by state; the filter's own state is left out of it. */
export async function countThreads(db: Read, filter: ThreadFilter = {}): Promise<ThreadCounts> {
  const rows = await db
    .selectFrom("thread")
    .select(["thread.state", (builder) => builder.fn.countAll<number>().as("count")])
    .where((builder) => matches(builder, { ...filter, state: undefined }))
    .groupBy("thread.state")
    .execute();
  const of = (state: ThreadState): number => rows.find((row) => row.state === state)?.count ?? 0;
  return { open: of("open"), resolved: of("resolved") };
}

/** @throws ThreadError when there is none */
export async function readThread(db: Read, id: string): Promise<Thread> {
  const row = await selectThreads(db).where("thread.id", "=", id).executeTakeFirst();
  if (row === undefined) throw new ThreadError("not-found", "There is no such thread.");
  return threadOf(row);
}

/** Those of the ids that there are, the last active first. */
export async function readThreadsById(db: Read, ids: readonly string[], most: number): Promise<readonly Thread[]> {
  const threads: Thread[] = [];
  for (let at = 0; at < ids.length; at += mostIds) {
    const rows = await selectThreads(db)
      .where("thread.id", "in", ids.slice(at, at + mostIds))
      .execute();
    threads.push(...rows.map(threadOf));
  }
  const order = (one: Thread, other: Thread): number => other.activeAt - one.activeAt || (one.id < other.id ? 1 : -1);
  return threads.sort(order).slice(0, most);
}

/** Whether a person hears of what is new in a thread. */
export async function followsThread(db: Read, threadId: string, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom("subscription")
    .select("active")
    .where("thread_id", "=", threadId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
  return row?.active === 1;
}

const selectPosts = (db: Read) =>
  db
    .selectFrom("post")
    .innerJoin("person", "person.id", "post.author_id")
    .select([
      "post.id",
      "post.thread_id",
      "post.body",
      "post.created_at",
      "post.edited_at",
      "post.deleted_at",
      "post.version",
      "person.id as person_id",
      "person.name as person_name",
      "person.handle as person_handle",
    ]);

type PostRow = Awaited<ReturnType<ReturnType<typeof selectPosts>["execute"]>>[number];

const postOf = (row: PostRow): Post => ({
  id: row.id,
  threadId: row.thread_id,
  author: personOf(row),
  body: row.body,
  createdAt: row.created_at,
  editedAt: row.edited_at,
  deletedAt: row.deleted_at,
  version: row.version,
});

/** Posts of a thread in the order of writing. */
export async function readPosts(db: Read, threadId: string): Promise<readonly Post[]> {
  return (await selectPosts(db).where("post.thread_id", "=", threadId).orderBy("post.id").execute()).map(postOf);
}

/** @throws ThreadError when there is none */
export async function readPost(db: Read, id: string): Promise<Post> {
  const row = await selectPosts(db).where("post.id", "=", id).executeTakeFirst();
  if (row === undefined) throw new ThreadError("not-found", "There is no such post.");
  return postOf(row);
}

/** What a post said before each edit, the oldest first. */
export async function readPostVersions(db: Read, postId: string): Promise<readonly PostVersion[]> {
  const rows = await db
    .selectFrom("post_version")
    .select(["version", "body", "replaced_at"])
    .where("post_id", "=", postId)
    .orderBy("version")
    .execute();
  return rows.map((row) => ({ version: row.version, body: row.body, replacedAt: row.replaced_at }));
}

/** Changes of a thread's state, the oldest first. */
export async function readEvents(db: Read, threadId: string): Promise<readonly ThreadEvent[]> {
  const rows = await db
    .selectFrom("thread_event")
    .innerJoin("person", "person.id", "thread_event.person_id")
    .select(["thread_event.id", "thread_event.state", "thread_event.reason", "thread_event.at"])
    .select(["person.id as person_id", "person.name as person_name", "person.handle as person_handle"])
    .where("thread_event.thread_id", "=", threadId)
    .orderBy("thread_event.id")
    .execute();
  return rows.map((row) => ({ id: row.id, person: personOf(row), state: row.state, reason: row.reason, at: row.at }));
}
