import { fragmentOf, readAnchor } from "@fieldbook/content/anchors";
import type { AnchorState, DiffPart, MeaningChange } from "@fieldbook/content/anchors";
import type { Actor } from "../accounts/actor.ts";
import type { Store } from "../data/store.ts";
import { readThreadsById } from "../threads/read-threads.ts";
import { mayEditThread } from "../threads/rules.ts";
import type { Thread } from "../threads/thread.ts";
import { anchorDatabase } from "./anchor-tables.ts";
import { countLetters } from "./letters.ts";
import type { PublishedText } from "./published-text.ts";

/** Where a thread stands in the page that a reader has before them. */
export interface ThreadPlace {
  /** "none" when the thread is about the chapter as a whole. */
  readonly state: AnchorState | "none";
  /** Id of the chapter where it stands now. */
  readonly chapter: string;
  /** Id of the block. */
  readonly block: string | null;
  /** Offsets in the block's canonical text. */
  readonly start: number | null;
  readonly end: number | null;
  /** The same counted in letters and digits, for a page in which the text is set with other signs and spaces. */
  readonly letters: { readonly start: number; readonly end: number } | null;
  readonly claim: string | null;
  readonly figure: string | null;
  /** What it stood on, where that was edited or is gone. */
  readonly oldText: string | null;
  readonly diff: readonly DiffPart[];
  /** What an edit did to numbers and negations. */
  readonly changes: readonly MeaningChange[];
  /** Whether its owner has said that the edited sentence is still the one. */
  readonly confirmed: boolean;
  readonly mayConfirm: boolean;
}

export interface PlacedThread {
  readonly thread: Thread;
  readonly place: ThreadPlace;
}

/** A chapter with more threads shows the last active ones. */
const mostThreads = 500;

const nowhere = (chapter: string): ThreadPlace => ({
  state: "none",
  chapter,
  block: null,
  start: null,
  end: null,
  letters: null,
  claim: null,
  figure: null,
  oldText: null,
  diff: [],
  changes: [],
  confirmed: false,
  mayConfirm: false,
});

const selectPlaces = (store: Store, revision: string) =>
  anchorDatabase(store)
    .selectFrom("anchor_place")
    .innerJoin("anchor_base", "anchor_base.thread_id", "anchor_place.thread_id")
    .select(["anchor_place.thread_id", "state", "chapter", "block", "span_start", "span_end", "confirmed", "change"])
    .select("anchor_base.anchor")
    .where("anchor_place.revision", "=", revision);

type PlaceRow = Awaited<ReturnType<ReturnType<typeof selectPlaces>["execute"]>>[number];

interface Change {
  readonly oldText: string;
  readonly diff: readonly DiffPart[];
  readonly changes: readonly MeaningChange[];
}

function lettersOf(text: PublishedText, { chapter, block, span_start, span_end }: PlaceRow): ThreadPlace["letters"] {
  if (block === null || span_start === null || span_end === null) return null;
  const found = text.chapters.find(({ id }) => id === chapter)?.blocks.find(({ id }) => id === block);
  if (found === undefined) return null;
  const start = countLetters(found.text.slice(0, span_start));
  return { start, end: start + countLetters(found.text.slice(span_start, span_end)) };
}

function placeOf(text: PublishedText, row: PlaceRow, thread: Thread, actor: Actor | undefined): ThreadPlace {
  const fragment = fragmentOf(readAnchor(JSON.parse(row.anchor)));
  const isClaim = fragment !== undefined && fragment.hash === undefined;
  // Written by `Places` alone.
  const change = row.change === null ? undefined : (JSON.parse(row.change) as Change);
  const owns = actor !== undefined && mayEditThread(actor, { authorId: thread.author.id });
  return {
    state: row.state,
    chapter: row.chapter,
    block: row.block,
    start: row.span_start,
    end: row.span_end,
    letters: lettersOf(text, row),
    claim: isClaim ? fragment.value : null,
    figure: (isClaim ? fragment.figure : undefined) ?? null,
    oldText: change?.oldText ?? null,
    diff: change?.diff ?? [],
    changes: change?.changes ?? [],
    confirmed: row.confirmed === 1,
    mayConfirm: owns && row.state === "edited" && row.confirmed === 0,
  };
}

/** The threads of a chapter, each with its place in the published text; the last active first. */
export async function readPlacedThreads(
  store: Store,
  text: PublishedText | undefined,
  chapter: string,
  actor: Actor | undefined,
): Promise<readonly PlacedThread[]> {
  const rows =
    text === undefined ? [] : await selectPlaces(store, text.revision).where("chapter", "=", chapter).execute();
  const places = new Map(rows.map((row) => [row.thread_id, row]));
  const unplaced = await anchorDatabase(store)
    .selectFrom("thread")
    .leftJoin("anchor_base", "anchor_base.thread_id", "thread.id")
    .select("thread.id")
    .where("thread.chapter", "=", chapter)
    .where("anchor_base.thread_id", "is", null)
    .orderBy("thread.active_at", "desc")
    .limit(mostThreads)
    .execute();
  const threads = await readThreadsById(store.db, [...places.keys(), ...unplaced.map(({ id }) => id)], mostThreads);
  return threads.map((thread) => {
    const row = places.get(thread.id);
    return {
      thread,
      place: row === undefined || text === undefined ? nowhere(chapter) : placeOf(text, row, thread, actor),
    };
  });
}

/** Where one thread stands. */
export async function readPlace(
  store: Store,
  text: PublishedText | undefined,
  thread: Thread,
  actor: Actor | undefined,
): Promise<ThreadPlace> {
  if (text === undefined || thread.anchor === null) return nowhere(thread.chapter);
  const row = await selectPlaces(store, text.revision)
    .where("anchor_place.thread_id", "=", thread.id)
    .executeTakeFirst();
  return row === undefined ? nowhere(thread.chapter) : placeOf(text, row, thread, actor);
}
