import type { Nodes, Root, RootContent } from "mdast";
import { visit } from "unist-util-visit";
import { canonicalText } from "./canonical-text.ts";
import { ContentError } from "./content-error.ts";
import { readMarkdown } from "./markdown.ts";

/** A code unit of a block's words and where it stands in the Markdown. */
interface Letter {
  readonly letter: string;
  /** Of the node below the block that it belongs to; what is not plain text is replaced as a whole. */
  readonly start: number;
  readonly end: number;
}

/** Where a proposal would change a chapter's Markdown. */
export interface Suggested {
  readonly text: string;
  /** In the file, from 1. */
  readonly line: number;
  /** The Markdown that is replaced. */
  readonly replaced: string;
  /** Whether directives, links or emphasis went with it. */
  readonly tookMarkup: boolean;
}

/**
 * Puts a suggestion in the place of a quoted passage of a chapter.
 *
 * @param quote in canonical text, as an anchor keeps it
 * @param path as errors name the file
 * @throws ContentError when the passage is not in the text, or more than once
 */
export function applySuggestion(markdown: string, quote: string, suggestion: string, path: string): Suggested {
  const source = markdown.replaceAll("\r\n", "\n");
  const body = blankFrontMatter(source);
  const wanted = quote.normalize("NFC").replaceAll(/\s+/gu, " ").trim();
  const found = leafBlocks(readMarkdown(body)).flatMap((block) => occurrences(block, wanted));
  const [range, another] = found;
  if (range === undefined) {
    const mend = "The sentence was changed since, or spans several blocks: change the chapter by hand.";
    throw new ContentError({ path, line: 1 }, `The chapter does not say "${shorten(quote)}".`, mend);
  }
  const line = source.slice(0, range.start).split("\n").length;
  if (another !== undefined) {
    const mend = "Change the right one by hand.";
    throw new ContentError({ path, line }, `The chapter says "${shorten(quote)}" ${String(found.length)} times.`, mend);
  }
  const replaced = source.slice(range.start, range.end);
  return {
    text: source.slice(0, range.start) + suggestion.trim() + source.slice(range.end),
    line,
    replaced,
    tookMarkup: /[:[\]*_`]/.test(replaced),
  };
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

/** The front matter as blanks: offsets stay those of the file. */
const blankFrontMatter = (source: string): string =>
  source.replace(/^---\n[^]*?\n---(?=\n)/, (matter) => matter.replaceAll(/[^\n]/g, " "));

type Leaf = Extract<RootContent, { type: "paragraph" | "heading" | "tableCell" }>;

/** The blocks that hold words: those of lists, quotes, boxes and tables too. */
function leafBlocks(tree: Root): readonly Leaf[] {
  const blocks: Leaf[] = [];
  visit(tree, (node) => {
    if (node.type === "paragraph" || node.type === "heading" || node.type === "tableCell") blocks.push(node);
  });
  return blocks;
}

/** The words of a block, letter by letter; runs of blanks are one. */
function lettersOf(block: Leaf): readonly Letter[] {
  const letters: Letter[] = [];
  for (const child of block.children as readonly Nodes[]) {
    const from = child.position?.start.offset ?? 0;
    const to = child.position?.end.offset ?? from;
    const words = canonicalWords(child);
    const isPlain = child.type === "text" && child.value === words && words.length === to - from;
    for (const [index, letter] of words.split("").entries()) {
      const at = isPlain ? { start: from + index, end: from + index + 1 } : { start: from, end: to };
      const isBlank = /\s/u.test(letter);
      if (isBlank && letters.at(-1)?.letter === " ") continue;
      letters.push({ letter: isBlank ? " " : letter, ...at });
    }
  }
  return letters;
}

/** The words of a node as they stand beside others: blanks at the ends of plain text count. */
const canonicalWords = (node: Nodes): string =>
  node.type === "text" ? node.value.normalize("NFC") : canonicalText(node);

function occurrences(block: Leaf, wanted: string): readonly { readonly start: number; readonly end: number }[] {
  const letters = lettersOf(block);
  const text = letters.map(({ letter }) => letter).join("");
  const found: { start: number; end: number }[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const [start, end] = [letters[at]?.start, letters[at + wanted.length - 1]?.end];
    if (start !== undefined && end !== undefined) found.push({ start, end });
  }
  return found;
}
