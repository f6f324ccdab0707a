import type { Block, Chapter } from "../chapter.ts";
import { plainText, stemsOf } from "./plain-text.ts";
import { sentencesOf } from "./sentences.ts";
import type { Span } from "./sentences.ts";

/** What anchors need of a block; boxes are taken apart, so that each block holds text of its own. */
export interface AnchorBlock {
  readonly id: string;
  readonly hash: string;
  readonly kind: Exclude<Block["kind"], "lens">;
  /** Canonical text; for a claim its id. */
  readonly text: string;
  /** Id of the heading or the box above it; undefined in the opening. */
  readonly section: string | undefined;
}

/** What anchors need of a chapter. Plain data: a server may keep it as JSON for each published revision. */
export interface AnchorChapter {
  readonly id: string;
  readonly blocks: readonly AnchorBlock[];
}

/** A sentence where it stands. */
export interface Sentence extends Span {
  /** Counts through the whole revision, from 0. */
  readonly order: number;
  readonly chapter: number;
  /** Index in the chapter's blocks. */
  readonly block: number;
  readonly text: string;
  /** Without typography. */
  readonly plain: string;
  readonly stems: readonly string[];
}

/** Chapters at one point of time with what is looked up in them. Built once, then only read. */
export interface Revision {
  readonly chapters: readonly AnchorChapter[];
  readonly sentences: readonly Sentence[];
  /** Sentences by their plain text, in order. */
  readonly byPlain: ReadonlyMap<string, readonly Sentence[]>;
  /** Sentences by each of their stems, in order. */
  readonly byStem: ReadonlyMap<string, readonly Sentence[]>;
  /** Sentences of a block, by chapter and block. */
  readonly byBlock: ReadonlyMap<AnchorBlock, readonly Sentence[]>;
  readonly chapterIndex: ReadonlyMap<string, number>;
  /** Where each claim stands, by its id. */
  readonly claims: ReadonlyMap<string, BlockPlace>;
  /** Where blocks of a hash stand. */
  readonly hashes: ReadonlyMap<string, readonly BlockPlace[]>;
}

export interface BlockPlace {
  readonly chapter: number;
  readonly block: number;
}

const plainBlock = ({ id, hash, kind, text, section }: Exclude<Block, { kind: "lens" }>): AnchorBlock => ({
  id,
  hash,
  kind,
  text,
  section,
});

/** A chapter's text as anchors see it. */
export function anchorChapter({ id, blocks }: Pick<Chapter, "id" | "blocks">): AnchorChapter {
  return {
    id,
    blocks: blocks.flatMap((block) =>
      block.kind === "lens"
        ? block.blocks.map((inner) => ({ ...plainBlock(inner), section: block.id }))
        : [plainBlock(block)],
    ),
  };
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/**
 * Indexes chapters for `resolveAnchors`. Pass every chapter of the book, so that text which moved from one to another is
 * found.
 */
export function indexRevision(chapters: readonly AnchorChapter[]): Revision {
  const sentences: Sentence[] = [];
  const byPlain = new Map<string, Sentence[]>();
  const byStem = new Map<string, Sentence[]>();
  const byBlock = new Map<AnchorBlock, Sentence[]>();
  const claims = new Map<string, BlockPlace>();
  const hashes = new Map<string, BlockPlace[]>();
  for (const [chapter, { blocks }] of chapters.entries()) {
    for (const [block, content] of blocks.entries()) {
      addTo(hashes, content.hash, { chapter, block });
      if (content.kind === "claim") {
        claims.set(content.text, { chapter, block });
        continue;
      }
      for (const span of sentencesOf(content.text, content.kind)) {
        const text = content.text.slice(span.start, span.end);
        // In code blanks and quotation marks mean something.
        const plain = content.kind === "code" ? text : plainText(text);
        const sentence = { ...span, order: sentences.length, chapter, block, text, plain, stems: stemsOf(plain) };
        sentences.push(sentence);
        addTo(byPlain, plain, sentence);
        addTo(byBlock, content, sentence);
        for (const stem of new Set(sentence.stems)) addTo(byStem, stem, sentence);
      }
    }
  }
  const chapterIndex = new Map(chapters.map(({ id }, index) => [id, index]));
  return { chapters, sentences, byPlain, byStem, byBlock, chapterIndex, claims, hashes };
}

/** The block in which a sentence stands. */
export const blockAt = (revision: Revision, { chapter, block }: BlockPlace): AnchorBlock =>
  revision.chapters[chapter]!.blocks[block]!;
