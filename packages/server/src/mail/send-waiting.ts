import type { Store } from "../data/store.ts";
import { kindNames } from "../threads/thread.ts";
import type { ThreadKind } from "../threads/thread.ts";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Address that leaves the thread. */
  readonly unsubscribe: string;
}

/** Hands a mail over. @throws when it is not taken */
export type Deliver = (mail: Mail) => Promise<void>;

export interface SendOptions {
  readonly site: string;
  readonly addressOf: (personId: string) => Promise<string | undefined>;
  readonly deliver: Deliver;
}

const mostAtOnce = 50;
const mostAttempts = 6;
/** Within this a mail is sent or given up; afterwards another process may try. */
const claimMs = 120_000;
const firstWaitMs = 60_000;

/**
 * Sends the mails that wait. Each is claimed first, so that of several processes one sends it. A process that dies
 * between sending and noting it sends it again: twice is better than never.
 */
export async function sendWaiting(store: Store, options: SendOptions): Promise<void> {
  for (const waiting of await listWaiting(store)) {
    const now = store.now();
    const { numUpdatedRows } = await store.db
      .updateTable("notification")
      .set({ mail_after: now + claimMs, mail_attempts: waiting.mail_attempts + 1 })
      .where("id", "=", waiting.id)
      .where("mail_state", "=", "wanted")
      .where("mail_attempts", "=", waiting.mail_attempts)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) continue;
    await note(store, waiting, await attempt(waiting, options));
  }
}

const listWaiting = (store: Store) =>
  store.db
    .selectFrom("notification")
    .innerJoin("thread", "thread.id", "notification.thread_id")
    .leftJoin("post", "post.id", "notification.post_id")
    .leftJoin("person", "person.id", "post.author_id")
    .leftJoin("subscription", (join) =>
      join
        .onRef("subscription.thread_id", "=", "notification.thread_id")
        .onRef("subscription.person_id", "=", "notification.person_id"),
    )
    .select(["notification.id", "notification.person_id", "notification.thread_id", "notification.post_id"])
    .select(["notification.reason", "notification.mail_attempts"])
    .select(["thread.kind", "thread.title", "thread.state", "thread.chapter"])
    .select(["post.body", "post.deleted_at", "person.name as author_name", "subscription.token", "subscription.active"])
    .where("notification.mail_state", "=", "wanted")
    .where("notification.mail_after", "<=", store.now())
    .orderBy("notification.id")
    .limit(mostAtOnce)
    .execute();

type Waiting = Awaited<ReturnType<typeof listWaiting>>[number];
type Result = "sent" | "not-wanted" | "again";

async function attempt(waiting: Waiting, { site, addressOf, deliver }: SendOptions): Promise<Result> {
  // Who has left meanwhile, or was told of a post that is gone, hears nothing.
  if (waiting.token === null || (waiting.active === 0 && waiting.reason !== "mention")) return "not-wanted";
  if (waiting.post_id !== null && (waiting.body === null || waiting.deleted_at !== null)) return "not-wanted";
  const to = await addressOf(waiting.person_id);
  if (to === undefined) return "not-wanted";
  try {
    await deliver(write(waiting, waiting.token, site, to));
    return "sent";
  } catch {
    return "again";
  }
}

function write(waiting: Waiting, token: string, site: string, to: string): Mail {
  const kind: ThreadKind = waiting.kind;
  const about = waiting.title ?? `${kindNames[kind]}${waiting.chapter === "" ? "" : ` on ${waiting.chapter}`}`;
  const place = waiting.post_id === null ? "" : `#post-${waiting.post_id}`;
  const unsubscribe = `${site}/threads/unsubscribe?token=${token}`;
  const author = waiting.author_name ?? "Somebody";
  const what =
    waiting.reason === "state"
      ? `This thread is now ${waiting.state}.`
      : `${author} ${waiting.reason === "mention" ? "named you" : "wrote"}:\n\n${waiting.body ?? ""}`;
  return {
    to,
    subject: `[Fieldbook] ${about}`.replaceAll(/[\r\n]+/g, " "),
    text: `${what}\n\n${site}/threads/${waiting.thread_id}/${place}\n\n-- \nNo more mails about this thread: ${unsubscribe}\n`,
    unsubscribe,
  };
}

async function note(store: Store, { id, mail_attempts }: Waiting, result: Result): Promise<void> {
  const attempts = mail_attempts + 1;
  const waitMs = firstWaitMs * 4 ** Math.min(attempts - 1, mostAttempts);
  const change =
    result !== "again"
      ? { mail_state: result }
      : attempts >= mostAttempts
        ? ({ mail_state: "failed" } as const)
        : { mail_after: store.now() + waitMs };
  await store.db.updateTable("notification").set(change).where("id", "=", id).execute();
}
