import {
  AnchorError,
  chapterOfSource,
  fragmentOf,
  indexRevision,
  readAnchor,
  resolveAnchors,
  selectorsFor,
} from "@fieldbook/content/anchors";
import type {
  Anchor,
  AnchorChapter,
  AnchorPlace,
  ResolvedAnchor,
  Revision,
  Selection,
} from "@fieldbook/content/anchors";
import type { Kysely, Transaction } from "kysely";
import type { Actor } from "../accounts/actor.ts";
import type { Store } from "../data/store.ts";
import { mayEditThread } from "../threads/rules.ts";
import { ThreadError } from "../threads/thread-error.ts";
import { anchorDatabase } from "./anchor-tables.ts";
import type { AnchorTables } from "./anchor-tables.ts";
import { lettersIn, spanOfLetters } from "./letters.ts";
import { readChapters } from "./published-text.ts";
import type { PublishedText } from "./published-text.ts";

type Write = Transaction<AnchorTables>;

/** Texts that are kept although no anchor was made in them, so that a server that goes back a step finds its own. */
const keptRevisions = 3;
/** Below the most parameters of a statement. */
const rowsAtOnce = 500;

interface Base {
  readonly thread_id: string;
  readonly revision: string | null;
  readonly anchor: string;
  readonly refused: number;
}

/** What is chosen on the page: whole sentences are made of it. `exact` is what the reader saw there. */
export type ReadersSelection =
  | (Selection & { readonly exact?: string | undefined })
  | {
      /** As a page counts that sets the text with other signs and spaces. */
      readonly kind: "letters";
      readonly block: string;
      readonly start: number;
      readonly end: number;
      readonly exact: string;
    };

/** Where threads stand in the text that this server publishes. Each anchor is sought once in each revision. */
export class Places {
  readonly #store: Store;
  readonly #db: Kysely<AnchorTables>;
  readonly text: PublishedText;

  constructor(store: Store, text: PublishedText) {
    this.#store = store;
    this.#db = anchorDatabase(store);
    this.text = text;
  }

  /** Keeps the text that is published, and finds every thread in it that was not sought there yet. */
  async publish(): Promise<void> {
    const { revision: id, chapters } = this.text;
    const row = { id, published_at: this.#store.now(), chapters: JSON.stringify(chapters) };
    await this.#db
      .insertInto("anchor_revision")
      .values(row)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
    await this.resolveMissing();
    await this.#forgetUnused();
  }

  /** Another process may publish another text and take threads there: they are found here when they are asked for. */
  async resolveMissing(): Promise<number> {
    const missing = await this.#db
      .selectFrom("anchor_base")
      .leftJoin("anchor_place", (join) =>
        join
          .onRef("anchor_place.thread_id", "=", "anchor_base.thread_id")
          .on("anchor_place.revision", "=", this.text.revision),
      )
      .where("anchor_place.thread_id", "is", null)
      .select(["anchor_base.thread_id", "anchor_base.revision", "anchor_base.anchor", "anchor_base.refused"])
      .execute();
    const byRevision = Map.groupBy(missing, ({ revision }) => revision);
    for (const [revision, bases] of byRevision) await this.#resolve(bases, await this.#earlier(revision));
    return missing.length;
  }

  async #earlier(revision: string | null): Promise<Revision | undefined> {
    if (revision === null) return undefined;
    if (revision === this.text.revision) return this.text.index;
    const found = this.#db.selectFrom("anchor_revision").select("chapters").where("id", "=", revision);
    const row = await found.executeTakeFirst();
    return row === undefined ? undefined : indexRevision(readChapters(row.chapters));
  }

  async #resolve(bases: readonly Base[], then: Revision | undefined): Promise<void> {
    const anchors = bases.map(({ anchor }) => readAnchor(JSON.parse(anchor)));
    const resolved = resolveAnchors(anchors, this.text.index, then);
    for (let at = 0; at < bases.length; at += rowsAtOnce) {
      await this.#db.transaction().execute(async (write) => {
        for (const [offset, base] of bases.slice(at, at + rowsAtOnce).entries()) {
          await this.#keep(write, base, anchors[at + offset]!, resolved[at + offset]!);
        }
      });
    }
  }

  async #keep(write: Write, base: Base, anchor: Anchor, resolved: ResolvedAnchor): Promise<void> {
    const refused = base.refused === 1 && resolved.state === "edited";
    await this.#insertPlace(write, base.thread_id, anchor, refused ? gone(resolved) : resolved);
    if (resolved.place === undefined || resolved.state === "edited" || base.revision === this.text.revision) return;
    // Lists and feeds of a chapter have the threads that stand in it now.
    const here = write.updateTable("thread").set({ chapter: resolved.place.chapter }).where("id", "=", base.thread_id);
    await here.execute();
    // The words are the same: from here they are sought with what stands beside them now.
    await write
      .updateTable("anchor_base")
      .set({ revision: this.text.revision, anchor: JSON.stringify(this.#renew(anchor, resolved.place)), refused: 0 })
      .where("thread_id", "=", base.thread_id)
      .execute();
  }

  async #insertPlace(write: Write, threadId: string, anchor: Anchor, resolved: ResolvedAnchor): Promise<void> {
    const { state, place, oldText, diff, changes } = resolved;
    await write
      .insertInto("anchor_place")
      .values({
        thread_id: threadId,
        revision: this.text.revision,
        state,
        chapter: place?.chapter ?? chapterOfSource(anchor.source),
        block: place?.block ?? null,
        span_start: place?.span?.start ?? null,
        span_end: place?.span?.end ?? null,
        confirmed: 0,
        change: oldText === undefined ? null : JSON.stringify({ oldText, diff, changes }),
      })
      .onConflict((conflict) => conflict.columns(["revision", "thread_id"]).doNothing())
      .execute();
  }

  /** The anchor of the same thread at its place in the text of today. */
  #renew(anchor: Anchor, { chapter, block, span }: AnchorPlace): Anchor {
    const fragment = fragmentOf(anchor);
    const now = this.text.chapters.find(({ id }) => id === chapter)!;
    if (span === undefined) {
      const figure = fragment?.figure === undefined ? {} : { figure: fragment.figure };
      return selectorsFor(now, { kind: "claim", claim: block, ...figure }, this.text.revision);
    }
    return selectorsFor(now, { kind: "text", block, ...span }, this.text.revision);
  }

  /**
   * The anchor of what a reader chose in a chapter as it is published now.
   *
   * @throws ThreadError when there is no such place, or other words stand there than the reader saw
   */
  anchorOf(chapter: string, given: ReadersSelection): Anchor {
    const found = this.text.chapters.find(({ id }) => id === chapter);
    if (found === undefined) throw new ThreadError("invalid", `There is no chapter "${chapter}".`, "chapter");
    const selection = selectionIn(found, given);
    return refuseAs("selection", () => selectorsFor(found, selection, this.text.revision));
  }

  /** Takes a thread's anchor into the store, in the transaction that makes the thread. */
  async add(write: Kysely<unknown>, threadId: string, anchor: Anchor): Promise<void> {
    const here = write as unknown as Write;
    const revision = anchor.state?.revision ?? null;
    const known = revision === this.text.revision;
    const [resolved] = resolveAnchors([anchor], this.text.index, known ? this.text.index : undefined);
    const base = { thread_id: threadId, revision, anchor: JSON.stringify(anchor), refused: 0 };
    await here.insertInto("anchor_base").values(base).execute();
    await this.#keep(here, base, anchor, resolved!);
  }

  /**
   * Says of an edited sentence whether the thread still stands at it.
   *
   * @param version of the thread that the actor has seen
   * @throws ThreadError when the actor may not, there is nothing to say, or the thread has been changed meanwhile
   */
  async decide(actor: Actor, threadId: string, version: number, isTheOne: boolean): Promise<number> {
    return this.#db.transaction().execute(async (write) => {
      const thread = await write.selectFrom("thread").select("author_id").where("id", "=", threadId).executeTakeFirst();
      if (thread === undefined) throw new ThreadError("not-found", "There is no such thread.");
      if (!mayEditThread(actor, { authorId: thread.author_id })) {
        throw new ThreadError(
          "not-allowed",
          "Whether an edited sentence is still the one, its author or an editor says.",
        );
      }
      const { numUpdatedRows } = await write
        .updateTable("thread")
        .set({ version: version + 1 })
        .where("id", "=", threadId)
        .where("version", "=", version)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        throw new ThreadError("changed", "The thread has been changed meanwhile: read it again.");
      }
      await this.#settle(write, threadId, isTheOne);
      return version + 1;
    });
  }

  async #settle(write: Write, threadId: string, isTheOne: boolean): Promise<void> {
    const { revision } = this.text;
    const at = write.selectFrom("anchor_place").selectAll().where("thread_id", "=", threadId);
    const place = await at.where("revision", "=", revision).executeTakeFirst();
    if (place?.state !== "edited" || place.block === null || place.confirmed === 1) {
      throw new ThreadError("invalid", "The thread stands at no edited sentence that waits for an answer.");
    }
    const base = await write
      .selectFrom("anchor_base")
      .select("anchor")
      .where("thread_id", "=", threadId)
      .executeTakeFirstOrThrow();
    const updatePlace = write
      .updateTable("anchor_place")
      .where("thread_id", "=", threadId)
      .where("revision", "=", revision);
    const updateBase = write.updateTable("anchor_base").where("thread_id", "=", threadId);
    if (!isTheOne) {
      const nowhere = { state: "earlier text" as const, block: null, span_start: null, span_end: null };
      await updatePlace.set(nowhere).execute();
      await updateBase.set({ refused: 1 }).execute();
      return;
    }
    const span = { start: place.span_start ?? 0, end: place.span_end ?? 0 };
    const anchor = this.#renew(readAnchor(JSON.parse(base.anchor)), { ...place, block: place.block, span });
    await updatePlace.set({ confirmed: 1 }).execute();
    await updateBase.set({ revision, anchor: JSON.stringify(anchor), refused: 0 }).execute();
  }

  /** Places of older texts can be found again; texts in which no anchor was made are needed by nobody. */
  async #forgetUnused(): Promise<void> {
    await this.#db.transaction().execute(async (write) => {
      const newest = await write
        .selectFrom("anchor_revision")
        .select("id")
        .orderBy("published_at", "desc")
        .orderBy("id")
        .limit(keptRevisions)
        .execute();
      const kept = [...newest.map(({ id }) => id), this.text.revision];
      await write.deleteFrom("anchor_place").where("revision", "not in", kept).execute();
      await write
        .deleteFrom("anchor_revision")
        .where("id", "not in", kept)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("anchor_base")
                .select("anchor_base.thread_id")
                .whereRef("anchor_base.revision", "=", "anchor_revision.id"),
            ),
          ),
        )
        .execute();
    });
  }
}

/** @throws ThreadError when other words stand there than the reader saw */
function selectionIn(chapter: AnchorChapter, { exact, ...selection }: ReadersSelection): Selection {
  if (selection.kind === "claim" || selection.kind === "block") return selection;
  const text = chapter.blocks.find(({ id }) => id === selection.block)?.text;
  const { kind, block, start, end } = selection;
  const span = kind === "letters" && text !== undefined ? spanOfLetters(text, start, end) : { start, end };
  const there = span === undefined ? undefined : text?.slice(span.start, span.end);
  const isOther =
    kind === "letters" ? there === undefined || lettersIn(there) !== lettersIn(exact ?? "") : there !== exact;
  // Of a block that is not there the next step says so, with what there is.
  if (exact !== undefined && text !== undefined && isOther) {
    const says = "The text has changed since the page was opened: load it again and choose the sentence anew.";
    throw new ThreadError("invalid", says, "selection.exact");
  }
  return { kind: "text", block, ...(span ?? { start, end }) };
}

/** Its owner has said that no edited sentence is the one. */
const gone = (resolved: ResolvedAnchor): ResolvedAnchor => ({
  ...resolved,
  state: "earlier text",
  confidence: 0,
  place: undefined,
});

/** What is wrong with an anchor is the sender's mistake. */
export function refuseAs<Result>(field: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof AnchorError) throw new ThreadError("invalid", error.message, field);
    throw error;
  }
}
