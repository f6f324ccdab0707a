import type { Deed, Document, DocumentBlock, DocumentChapter, Piece } from "./document.ts";
import {
  changeNumber,
  chanceFrom,
  cut,
  extend,
  merge,
  negate,
  pick,
  retype,
  split,
  swapClauses,
  swapWords,
} from "./rewording.ts";
import type { Chance } from "./rewording.ts";

/** How an editor treats a text: shares of the sentences and blocks. */
export interface Temper {
  readonly deleted: number;
  /** Deleted, with a sentence of another text in its place. */
  readonly replaced: number;
  readonly edited: number;
  readonly inserted: number;
  readonly duplicated: number;
  readonly blocksMoved: number;
  readonly sectionsMoved: number;
  readonly blocksToOtherChapter: number;
}

export const gentle: Temper = {
  deleted: 0.04,
  replaced: 0.02,
  edited: 0.12,
  inserted: 0.05,
  duplicated: 0.01,
  blocksMoved: 0.04,
  sectionsMoved: 0,
  blocksToOtherChapter: 0.01,
};

export const harsh: Temper = {
  deleted: 0.12,
  replaced: 0.08,
  edited: 0.4,
  inserted: 0.12,
  duplicated: 0.02,
  blocksMoved: 0.12,
  sectionsMoved: 0.5,
  blocksToOtherChapter: 0.05,
};

/** Rewrites a text with keyed chance and keeps the truth of what it did. It knows nothing of how anchors are resolved. */
export class SeededEditor {
  readonly #chance: Chance;
  readonly #temper: Temper;
  /** Sentences of texts that the edited one does not hold. */
  readonly #foreign: readonly string[];

  constructor(seed: number, temper: Temper, foreign: readonly string[]) {
    this.#chance = chanceFrom(seed);
    this.#temper = temper;
    this.#foreign = foreign;
  }

  edit(document: Document): Document {
    const chapters = document.map((chapter) => ({
      id: chapter.id,
      blocks: chapter.blocks.map((block) => this.#editBlock(block)).filter(({ pieces }) => pieces.length > 0),
    }));
    for (const chapter of chapters) {
      this.#moveBlocks(chapter.blocks);
      this.#copySentences(chapter.blocks);
      if (this.#chance() < this.#temper.sectionsMoved) chapter.blocks = this.#swapSections(chapter.blocks);
    }
    return this.#moveAcross(chapters);
  }

  #editBlock({ kind, pieces }: DocumentBlock): DocumentBlock {
    if (kind === "heading") return { kind, pieces };
    const edited: Piece[] = [];
    for (let index = 0; index < pieces.length; index += 1) {
      const piece = pieces[index]!;
      const next = pieces[index + 1];
      const draw = this.#chance();
      const { deleted, replaced, edited: share } = this.#temper;
      if (draw < deleted) continue;
      if (draw < deleted + replaced) edited.push(this.#stranger(piece.text));
      else if (draw < deleted + replaced + share) {
        if (kind === "paragraph" && next !== undefined && this.#chance() < 0.12) {
          edited.push({
            text: merge(piece.text, next.text, this.#chance),
            from: [...piece.from, ...next.from],
            deed: "merged",
          });
          index += 1;
        } else edited.push(...this.#rewrite(piece, kind === "paragraph"));
      } else edited.push(piece);
      if (this.#chance() < this.#temper.inserted) edited.push(this.#stranger(piece.text));
    }
    return { kind, pieces: edited };
  }

  /** Of some sentences the one that shares the most words: a rival, not a straw man. */
  #stranger(beside: string): Piece {
    const words = new Set(beside.toLowerCase().match(/\p{L}{4,}/gu));
    let best = pick(this.#foreign, this.#chance);
    let most = -1;
    for (let tries = 0; tries < 12; tries += 1) {
      const text = pick(this.#foreign, this.#chance);
      const shared = (text.toLowerCase().match(/\p{L}{4,}/gu) ?? []).filter((word) => words.has(word)).length;
      if (shared > most) [best, most] = [text, shared];
    }
    return { text: best, from: [], deed: "new" };
  }

  #rewrite({ text, from }: Piece, mayGrow: boolean): readonly Piece[] {
    const chance = this.#chance;
    const one = (deed: Deed, changed: string | undefined): readonly Piece[] | undefined =>
      changed === undefined || changed === text ? undefined : [{ text: changed, from, deed }];
    const ways: readonly (() => readonly Piece[] | undefined)[] = [
      () => one("reworded", swapWords(text, 0.5, chance)),
      () => one("reworded", swapWords(text, 1, chance)),
      () => one("reworded", swapClauses(swapWords(text, 0.4, chance))),
      () => one("reworded", swapClauses(text)),
      () => one("extended", extend(swapWords(text, 0.3, chance), chance)),
      () => one("cut", cut(swapWords(text, 0.2, chance))),
      () => one("number", changeNumber(text, chance)),
      () => one("negation", negate(text)),
      () => one("typography", retype(text)),
      () => {
        const parts = mayGrow ? split(text) : undefined;
        return parts?.map((part) => ({ text: part, from, deed: "split" as const }));
      },
    ];
    for (let tries = 0; tries < 8; tries += 1) {
      const pieces = pick(ways, chance)();
      if (pieces !== undefined) return pieces;
    }
    return [{ text: extend(text, chance), from, deed: "extended" }];
  }

  #moveBlocks(blocks: DocumentBlock[]): void {
    for (let index = 0; index < blocks.length; index += 1) {
      if (blocks[index]!.kind === "heading" || this.#chance() >= this.#temper.blocksMoved) continue;
      const [block] = blocks.splice(index, 1);
      blocks.splice(Math.floor(this.#chance() * blocks.length) + 1, 0, block!);
    }
  }

  /** Says a sentence that was kept for a second time, in another block. */
  #copySentences(blocks: DocumentBlock[]): void {
    const kept = blocks.flatMap(({ pieces }) => pieces.filter(({ deed }) => deed === "kept"));
    const paragraphs = [...blocks.keys()].filter((at) => blocks[at]!.kind === "paragraph");
    for (const piece of kept) {
      if (this.#chance() >= this.#temper.duplicated) continue;
      const at = pick(paragraphs, this.#chance);
      const { kind, pieces } = blocks[at]!;
      if (!pieces.includes(piece))
        blocks[at] = { kind, pieces: [...pieces, { text: piece.text, from: [], deed: "new" }] };
    }
  }

  #swapSections(blocks: readonly DocumentBlock[]): DocumentBlock[] {
    const sections: DocumentBlock[][] = [[]];
    for (const block of blocks) {
      if (block.kind === "heading") sections.push([]);
      sections.at(-1)!.push(block);
    }
    const [opening = [], ...rest] = sections;
    const [moved] = rest.splice(Math.floor(this.#chance() * rest.length), 1);
    if (moved !== undefined) rest.splice(Math.floor(this.#chance() * (rest.length + 1)), 0, moved);
    return [...opening, ...rest.flat()];
  }

  #moveAcross(chapters: readonly { id: string; blocks: DocumentBlock[] }[]): readonly DocumentChapter[] {
    for (const [index, { blocks }] of chapters.entries()) {
      const other = chapters[(index + 1) % chapters.length]!.blocks;
      if (other === blocks) continue;
      for (let at = blocks.length - 1; at >= 1; at -= 1) {
        if (blocks[at]!.kind === "heading" || this.#chance() >= this.#temper.blocksToOtherChapter) continue;
        other.splice(1 + Math.floor(this.#chance() * other.length), 0, ...blocks.splice(at, 1));
      }
    }
    return chapters;
  }
}
