import { Alignment } from "./alignment.ts";
import type { Found, Thresholds } from "./alignment.ts";
import { chapterOfSource, fragmentOf, quoteOf } from "./anchor.ts";
import type { Anchor } from "./anchor.ts";
import { meaningChanges } from "./meaning.ts";
import type { MeaningChange } from "./meaning.ts";
import { sentencesUnder, sourcesOfQuote } from "./passage.ts";
import { blockAt } from "./revision.ts";
import type { BlockPlace, Revision, Sentence } from "./revision.ts";
import type { Span } from "./sentences.ts";
import { sourcesOf } from "./source-sentence.ts";
import type { SourceSentence } from "./source-sentence.ts";
import { wordDiff } from "./word-diff.ts";
import type { DiffPart } from "./word-diff.ts";

/**
 * How an anchor stands to the text of today. `exact`: the same words in their section. `moved`: the same words in another
 * section or chapter. `edited`: other words, most likely the same statement, to be confirmed by the thread's owner.
 * `earlier text`: what it stood on is gone.
 */
export const anchorStates = ["exact", "moved", "edited", "earlier text"] as const;
export type AnchorState = (typeof anchorStates)[number];

/** Where an anchor stands today. */
export interface AnchorPlace {
  /** Id of the chapter. */
  readonly chapter: string;
  /** Id of the block, as the page's address has it. */
  readonly block: string;
  /** In the block's canonical text; undefined where the anchor is a claim. */
  readonly span: Span | undefined;
}

export interface ResolvedAnchor {
  readonly state: AnchorState;
  /**
   * 1 for the same words; below that how alike old and new are, raised by neighbours that stayed. Of `earlier text` it
   * is 0.
   */
  readonly confidence: number;
  /** Undefined for `earlier text`. */
  readonly place: AnchorPlace | undefined;
  /** What the anchor stood on, for `edited` and `earlier text`. */
  readonly oldText: string | undefined;
  /** From the old text to what stands in its place; for `earlier text` to the likest, or all of it removed. */
  readonly diff: readonly DiffPart[];
  /** What an edit did to numbers and negations. */
  readonly changes: readonly MeaningChange[];
}

/** Below this share a passage of several sentences is no longer there. */
const leastShare = 0.5;

const wordless = { oldText: undefined, diff: [], changes: [] } as const;

/** A passage: which sentences of an alignment an anchor stands on. */
interface Passage {
  readonly alignment: Alignment;
  readonly found: readonly (Found | undefined)[];
  readonly sources: readonly SourceSentence[];
  /** Indices of the passage's sentences. */
  readonly at: readonly number[];
}

class Resolver {
  readonly #now: Revision;

  constructor(now: Revision) {
    this.#now = now;
  }

  #placeOf(place: BlockPlace, span: Span | undefined): AnchorPlace {
    return { chapter: this.#now.chapters[place.chapter]!.id, block: blockAt(this.#now, place).id, span };
  }

  /** By the claim's id; a claim that is gone has no likeness elsewhere. */
  claim(anchor: Anchor, claim: string): ResolvedAnchor {
    const place = this.#now.claims.get(claim);
    if (place === undefined) return earlierText(quoteOf(anchor)?.exact ?? claim, undefined);
    const stayed = this.#now.chapters[place.chapter]!.id === chapterOfSource(anchor.source);
    const found = this.#placeOf(place, undefined);
    return { state: stayed ? "exact" : "moved", confidence: 1, place: found, ...wordless };
  }

  passage(anchor: Anchor, passage: Passage): ResolvedAnchor {
    const { found, sources, at } = passage;
    const oldText = quoteOf(anchor)?.exact ?? at.map((index) => sources[index]!.plain).join(" ");
    const block = fullestBlock(passage);
    const inBlock = at.filter((index) => block !== undefined && standsIn(found[index], block));
    const share = shareOf(passage, inBlock);
    if (block === undefined || share < leastShare) {
      return earlierText(oldText, at.length === 1 ? passage.alignment.nearest(at[0]!)?.text : undefined);
    }
    const sentences = inBlock.map((index) => found[index]!.now);
    const span = spanOf(sentences);
    const place = this.#placeOf(block, span);
    if (inBlock.length === at.length && at.every((index) => found[index]!.exact) && isRow(sentences)) {
      const stayed = at.some((index) => this.#stayed(sources[index]!, found[index]!));
      return { state: stayed ? "exact" : "moved", confidence: 1, place, ...wordless };
    }
    const newText = blockAt(this.#now, block).text.slice(span.start, span.end);
    const diff = wordDiff(oldText, newText);
    return { state: "edited", confidence: share, place, oldText, diff, changes: meaningChanges(oldText, newText) };
  }

  /** In its section, or in one that was renamed around it. */
  #stayed(source: SourceSentence, { now, context }: Found): boolean {
    const chapter = this.#now.chapters[now.chapter]!;
    if (chapter.id !== source.chapter) return false;
    if (chapter.blocks[now.block]!.section === source.section) return true;
    const isThere = chapter.blocks.some(({ section }) => section === source.section);
    return !isThere && context >= 0.5;
  }
}

function earlierText(oldText: string, likest: string | undefined): ResolvedAnchor {
  const diff = wordDiff(oldText, likest ?? "");
  return { state: "earlier text", confidence: 0, place: undefined, oldText, diff, changes: [] };
}

const standsIn = (found: Found | undefined, { chapter, block }: BlockPlace): boolean =>
  found !== undefined && found.now.chapter === chapter && found.now.block === block;

/** The block that holds the most of a passage. */
function fullestBlock({ found, sources, at }: Passage): BlockPlace | undefined {
  const lengths = new Map<string, { readonly place: BlockPlace; length: number }>();
  for (const index of at) {
    const now = found[index]?.now;
    if (now === undefined) continue;
    const key = `${now.chapter}/${now.block}`;
    const entry = lengths.get(key) ?? { place: { chapter: now.chapter, block: now.block }, length: 0 };
    entry.length += sources[index]!.plain.length;
    lengths.set(key, entry);
  }
  let best: { readonly place: BlockPlace; length: number } | undefined;
  for (const entry of lengths.values()) if (best === undefined || entry.length > best.length) best = entry;
  return best?.place;
}

/** How sure the passage was found, each sentence by its length; those elsewhere count nothing. */
function shareOf({ found, sources, at }: Passage, inBlock: readonly number[]): number {
  if (at.length === 1 && inBlock.length === 1) return Math.max(leastShare, confidenceOf(found[at[0]!]!));
  const length = (indices: readonly number[], weight: (index: number) => number): number =>
    indices.reduce((sum, index) => sum + sources[index]!.plain.length * weight(index), 0);
  return length(inBlock, (index) => confidenceOf(found[index]!)) / length(at, () => 1);
}

const confidenceOf = ({ exact, similarity, context }: Found): number =>
  exact ? 1 : similarity + (1 - similarity) * 0.5 * context;

const spanOf = (sentences: readonly Sentence[]): Span => ({
  start: Math.min(...sentences.map(({ start }) => start)),
  end: Math.max(...sentences.map(({ end }) => end)),
});

/** Whether sentences follow one upon the other. */
const isRow = (sentences: readonly Sentence[]): boolean =>
  sentences.every(({ order }, index) => index === 0 || order === sentences[index - 1]!.order + 1);

export interface ResolveOptions {
  /** Other thresholds than those chosen on the corpus; for measuring. */
  readonly thresholds?: Thresholds;
}

/**
 * Finds anchors again in the text of today: a claim by its id; a sentence or a block by its words, those between their old
 * neighbours and in their old block first; then the likest sentence, when it is like enough.
 *
 * @param now every chapter as it is
 * @param then the revision on which the anchors were made. With it a sentence that was another's before is not mistaken
 *   for an edit, and the thresholds may be lower. Anchors that do not stand in it are resolved by their quotation alone.
 */
export function resolveAnchors(
  anchors: readonly Anchor[],
  now: Revision,
  then?: Revision,
  { thresholds }: ResolveOptions = {},
): readonly ResolvedAnchor[] {
  const resolver = new Resolver(now);
  const under = anchors.map((anchor) => (then === undefined ? undefined : sentencesUnder(anchor, then)));
  const earlier = then !== undefined && under.some((each) => each !== undefined) ? sourcesOf(then) : [];
  const whole = new Alignment(earlier, now, true, thresholds);
  const wholeFound = whole.run();
  const quoted: SourceSentence[] = [];
  const quotedAt = anchors.map((anchor, index) => {
    const quote = quoteOf(anchor);
    if (claimOf(anchor) !== undefined || under[index] !== undefined || quote === undefined) return [];
    const sources = sourcesOfQuote(anchor, quote);
    const first = quoted.length;
    quoted.push(...sources);
    return sources.map((_, offset) => first + offset);
  });
  const alone = new Alignment(quoted, now, false, thresholds);
  const aloneFound = alone.run();
  return anchors.map((anchor, index) => {
    const claim = claimOf(anchor);
    if (claim !== undefined) return resolver.claim(anchor, claim);
    const sentences = under[index];
    if (sentences !== undefined) {
      const at = sentences.map(({ order }) => order);
      return resolver.passage(anchor, { alignment: whole, found: wholeFound, sources: earlier, at });
    }
    const at = quotedAt[index]!;
    return resolver.passage(anchor, { alignment: alone, found: aloneFound, sources: quoted, at });
  });
}

/** The claim that an anchor names; undefined when it names text. */
function claimOf(anchor: Anchor): string | undefined {
  const fragment = fragmentOf(anchor);
  return fragment === undefined || fragment.hash !== undefined ? undefined : fragment.value;
}
