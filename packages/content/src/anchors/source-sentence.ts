import { blockAt } from "./revision.ts";
import type { Revision, Sentence } from "./revision.ts";

/** A sentence that is looked for, with what is known of where it stood. */
export interface SourceSentence {
  readonly plain: string;
  readonly stems: readonly string[];
  /** Id of its chapter. */
  readonly chapter: string;
  readonly section: string | undefined;
  /** Hash of its block; undefined when it is not known. */
  readonly hash: string | undefined;
  /** The plain text before and after it, as far as it is known. */
  readonly before: string;
  readonly after: string;
}

/** So many characters of the text beside a quotation are kept, as Hypothesis does. */
export const contextLength = 32;

/** Plain text beside a sentence, across the borders of blocks, within its chapter. */
export function contextOf(
  revision: Revision,
  { order, chapter }: Sentence,
): { readonly before: string; readonly after: string } {
  const gather = (step: 1 | -1): string => {
    let text = "";
    for (let at = order + step; text.length < contextLength; at += step) {
      const neighbour = revision.sentences[at];
      if (neighbour === undefined || neighbour.chapter !== chapter) break;
      text = step === 1 ? `${text} ${neighbour.plain}` : `${neighbour.plain} ${text}`;
    }
    text = text.trim();
    return step === 1 ? text.slice(0, contextLength) : text.slice(-contextLength);
  };
  return { before: gather(-1), after: gather(1) };
}

/** Every sentence of an earlier revision, in order, as something to look for in a later one. */
export const sourcesOf = (revision: Revision): readonly SourceSentence[] =>
  revision.sentences.map((sentence) => {
    const { hash, section } = blockAt(revision, sentence);
    return {
      plain: sentence.plain,
      stems: sentence.stems,
      chapter: revision.chapters[sentence.chapter]!.id,
      section,
      hash,
      ...contextOf(revision, sentence),
    };
  });

/** How much of the shorter of two contexts agrees, from 0 to 1, counted from the side of the sentence. */
export function contextAgreement(then: string, now: string, side: "before" | "after"): number {
  const length = Math.min(then.length, now.length, contextLength);
  if (length === 0) return then === now ? 1 : 0;
  let same = 0;
  while (same < length) {
    const equal = side === "after" ? then[same] === now[same] : then.at(-1 - same) === now.at(-1 - same);
    if (!equal) break;
    same += 1;
  }
  return same / length;
}
