import type { Actor } from "../accounts/actor.ts";
import type { Store } from "../data/store.ts";
import { searchable } from "./mentions.ts";
import { rememberPerson } from "./people.ts";
import { isAtLeast, mayEditThread, maySettle } from "./rules.ts";
import { ThreadError } from "./thread-error.ts";
import type { ThreadKind, ThreadState } from "./thread.ts";
import { changed, notAllowed, notify } from "./write-threads.ts";

export interface ThreadChange {
  readonly kind?: ThreadKind | undefined;
  readonly lens?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly state?: ThreadState | undefined;
  /** Why the state changes; kept with it. */
  readonly reason?: string | undefined;
}

interface Settled {
  readonly authorId: string;
  readonly kind: ThreadKind;
}

/** @throws ThreadError when the actor may not, or it is no change that a thread of its kind can have */
function checkChange(actor: Actor, thread: Settled, { kind, lens, title, state, reason }: ThreadChange): void {
  if (kind !== undefined && kind !== thread.kind && [kind, thread.kind].includes("counterexample")) {
    throw new ThreadError(
      "invalid",
      "A counterexample is one by its run: it becomes none, and none becomes one.",
      "kind",
    );
  }
  if (
    kind !== undefined &&
    kind !== thread.kind &&
    [kind, thread.kind].includes("decision") &&
    !isAtLeast(actor, "editor")
  ) {
    throw notAllowed("An editor says what is a decision.");
  }
  if (state !== undefined && thread.kind === "counterexample" && (reason ?? "").trim() === "") {
    const why = "Say why: the reason is kept with the claim that it disputes.";
    throw new ThreadError("invalid", why, "reason");
  }
  const editsFields = kind !== undefined || lens !== undefined || title !== undefined;
  if (editsFields && !mayEditThread(actor, thread)) throw notAllowed("A thread is changed by its author or an editor.");
  if (state !== undefined && !maySettle(actor, thread)) {
    throw notAllowed(
      "A thread is resolved and reopened by its author or an editor; a decision and what disputes a claim by an editor.",
    );
  }
}

/**
 * Changes a thread's own fields, and resolves or reopens it.
 *
 * @returns the new version
 * @throws ThreadError when there is none, the actor may not, or it has been changed meanwhile
 */
export async function changeThread(
  store: Store,
  actor: Actor,
  threadId: string,
  version: number,
  { kind, lens, title, state, reason }: ThreadChange,
): Promise<number> {
  return store.db.transaction().execute(async (write) => {
    const row = await write
      .selectFrom("thread")
      .select(["author_id", "kind", "state"])
      .where("id", "=", threadId)
      .executeTakeFirst();
    if (row === undefined) throw new ThreadError("not-found", "There is no such thread.");
    checkChange(actor, { authorId: row.author_id, kind: row.kind }, { kind, lens, title, state, reason });
    const now = store.now();
    const { numUpdatedRows } = await write
      .updateTable("thread")
      .set({
        version: version + 1,
        ...(kind === undefined ? {} : { kind }),
        ...(lens === undefined ? {} : { lens }),
        ...(title === undefined ? {} : { title, search_text: searchable(title ?? "") }),
        ...(state === undefined ? {} : { state, active_at: now }),
      })
      .where("id", "=", threadId)
      .where("version", "=", version)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw changed();
    if (state !== undefined && state !== row.state) {
      await rememberPerson(write, actor);
      const event = {
        id: store.newId(),
        thread_id: threadId,
        person_id: actor.id,
        state,
        reason: reason ?? "",
        at: now,
      };
      await write.insertInto("thread_event").values(event).execute();
      await notify(store, write, { threadId, postId: null, reason: "state" }, actor.id, new Set());
    }
    return version + 1;
  });
}
