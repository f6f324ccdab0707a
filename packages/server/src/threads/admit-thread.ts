import { chapterOfSource, readAnchor } from "@fieldbook/content/anchors";
import type { Anchor } from "@fieldbook/content/anchors";
import type { Kysely } from "kysely";
import type { Actor } from "../accounts/actor.ts";
import { refuseAs } from "../anchors/places.ts";
import type { Places, ReadersSelection } from "../anchors/places.ts";
import type { Counterexamples } from "../counterexamples/counterexamples.ts";
import type { Store } from "../data/store.ts";
import { firstWords } from "./first-words.ts";
import { mayPost } from "./rules.ts";
import { ThreadError } from "./thread-error.ts";
import { startThread } from "./write-threads.ts";
import type { NewThread } from "./write-threads.ts";

/** What threads stand on, as far as it is at hand. */
export interface Ground {
  /** Undefined when the site was built without its text. */
  readonly places: Places | undefined;
  readonly counterexamples: Counterexamples | undefined;
}

export interface GivenThread extends NewThread {
  /** In place of an anchor: what was chosen on the page. */
  readonly selection?: ReadersSelection | undefined;
}

/**
 * Starts a thread where its author has put it, and replays the run of a counterexample before it is taken in.
 *
 * @throws ThreadError when the actor may not, the place does not exist, or the run contradicts nothing
 */
export async function admitThread(
  store: Store,
  { places, counterexamples }: Ground,
  actor: Actor,
  { selection, ...given }: GivenThread,
): Promise<{ readonly threadId: string; readonly postId: string }> {
  // Before the replay: who may not write, costs no work.
  if (!mayPost(actor))
    throw new ThreadError("not-allowed", "Readers do not write: ask an owner for the role of a contributor.");
  const anchor = anchorOf(places, given, selection);
  const chapter = anchor === undefined ? given.chapter : chapterOfSource(anchor.source);
  if (places !== undefined && chapter !== "" && !places.text.chapters.some(({ id }) => id === chapter)) {
    throw new ThreadError("invalid", `There is no chapter "${chapter}".`, "chapter");
  }
  const isCounterexample = given.kind === "counterexample";
  if (isCounterexample && counterexamples === undefined) {
    throw new ThreadError("invalid", "This server replays no runs: start a correction instead.", "kind");
  }
  const replayed = isCounterexample ? await counterexamples?.admit(given.run) : undefined;
  const claim = replayed?.claim ?? undefined;
  if (claim !== undefined && places !== undefined && !hasClaim(places, chapter, claim)) {
    throw new ThreadError("invalid", `The claim "${claim}" does not stand in the chapter "${chapter}".`, "chapter");
  }
  // A thread without a title would be one of many of its kind in every list.
  const title = given.title ?? firstWords(given.body);
  return startThread(store, actor, { ...given, title, anchor, chapter }, async (write, threadId) => {
    const here = write as unknown as Kysely<unknown>;
    if (anchor !== undefined) await places?.add(here, threadId, anchor);
    if (replayed !== undefined) await counterexamples?.add(here, threadId, replayed);
  });
}

const hasClaim = ({ text }: Places, chapter: string, claim: string): boolean =>
  text.chapters
    .find(({ id }) => id === chapter)
    ?.blocks.some(({ kind, text: id }) => kind === "claim" && id === claim) ?? false;

function anchorOf(
  places: Places | undefined,
  { anchor, chapter }: NewThread,
  selection: ReadersSelection | undefined,
): Anchor | undefined {
  if (selection !== undefined) {
    if (anchor !== undefined && anchor !== null) {
      throw new ThreadError("invalid", "Give an anchor or a selection, not both.", "selection");
    }
    if (places !== undefined) return places.anchorOf(chapter, selection);
    throw new ThreadError("invalid", "The text of the handbook is not at hand here: give an anchor.", "selection");
  }
  if (anchor === undefined || anchor === null) return undefined;
  const read = refuseAs("anchor", () => readAnchor(anchor));
  if (chapter !== "" && chapterOfSource(read.source) !== chapter) {
    throw new ThreadError("invalid", `The anchor stands in "${read.source}", the thread in "${chapter}".`, "anchor");
  }
  return read;
}
