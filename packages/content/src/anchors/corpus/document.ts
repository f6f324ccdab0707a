import { BlockIds, slugOf } from "../../block-ids.ts";
import { contentHash } from "../../canonical-text.ts";
import type { AnchorBlock, AnchorChapter } from "../revision.ts";
import type { Span } from "../sentences.ts";

/** What was done to a sentence, by the one who did it. */
export type Deed =
  | "kept"
  | "typography"
  | "reworded"
  | "number"
  | "negation"
  | "split"
  | "merged"
  | "cut"
  | "extended"
  | "new";

/** A sentence with its past. */
export interface Piece {
  readonly text: string;
  /** Which old sentences it stands for; none for a new one. */
  readonly from: readonly number[];
  readonly deed: Deed;
}

export interface DocumentBlock {
  readonly kind: "paragraph" | "heading" | "list" | "table";
  readonly pieces: readonly Piece[];
}

export interface DocumentChapter {
  readonly id: string;
  readonly blocks: readonly DocumentBlock[];
}

/** Chapters as the corpus has them: each sentence on its own, with its past. */
export type Document = readonly DocumentChapter[];

/** Where a piece stands after rendering. */
export interface PlacedPiece {
  readonly piece: Piece;
  readonly chapter: string;
  readonly block: string;
  readonly span: Span;
}

export interface RenderedDocument {
  readonly chapters: readonly AnchorChapter[];
  readonly pieces: readonly PlacedPiece[];
}

const separators = { paragraph: " ", heading: " ", list: "\n", table: "\n" } as const;

/** The blocks as the content model has them, and where each sentence ended up. */
export function renderDocument(document: Document): RenderedDocument {
  const pieces: PlacedPiece[] = [];
  const chapters = document.map(({ id: chapter, blocks }) => {
    const ids = new BlockIds();
    let section: string | undefined;
    const rendered = blocks.map(({ kind, pieces: content }): AnchorBlock => {
      const text = content.map((piece) => piece.text).join(separators[kind]);
      const hash = contentHash(kind, text);
      const id = ids.take(kind === "heading" ? slugOf(text) : `b-${hash}`);
      let start = 0;
      for (const piece of content) {
        const end = start + piece.text.length;
        pieces.push({ piece, chapter, block: id, span: { start, end } });
        start = end + 1;
      }
      const block = { id, hash, kind, text, section };
      if (kind === "heading") section = id;
      return block;
    });
    return { id: chapter, blocks: rendered };
  });
  return { chapters, pieces };
}

const deedByMark: Readonly<Record<string, Deed>> = {
  "=": "typography",
  "~": "reworded",
  "#": "number",
  "!": "negation",
  "/": "split",
  "&": "merged",
  "<": "cut",
  ">": "extended",
  "+": "new",
};

/** "3,4& text" in a revision; without a mark the sentence was kept. In a first text sentences are numbered from 1. */
function readPiece(line: string, next: () => number): Piece {
  const match = /^(?:(\d+(?:,\d+)*)([=~#!/&<>]?)|(\+))\| (.+)$/u.exec(line);
  if (match === null) return { text: line, from: [next()], deed: "kept" };
  const [, numbers, mark = "", added, text = ""] = match;
  if (added !== undefined) return { text, from: [], deed: "new" };
  return { text, from: (numbers ?? "").split(",").map(Number), deed: deedByMark[mark] ?? "kept" };
}

/**
 * Reads chapters from the corpus's own form: `@ part/file` begins a chapter, an empty line ends a block, `# ` begins a
 * heading, `- ` an item, `: ` a row, and each line is one sentence.
 */
export function readDocument(text: string): Document {
  const chapters: { id: string; blocks: DocumentBlock[] }[] = [];
  let count = 0;
  const next = (): number => (count += 1);
  for (const paragraph of text.trim().split(/\n\s*\n/u)) {
    const lines = paragraph.split("\n");
    if (lines[0]?.startsWith("@ ") === true) chapters.push({ id: lines.shift()!.slice(2).trim(), blocks: [] });
    if (lines.length === 0) continue;
    const lead = lines[0]!.slice(0, 2);
    const kind = lead === "# " ? "heading" : lead === "- " ? "list" : lead === ": " ? "table" : "paragraph";
    const pieces = lines.map((line) => readPiece(kind === "paragraph" ? line : line.slice(2), next));
    chapters.at(-1)!.blocks.push({ kind, pieces });
  }
  return chapters;
}
