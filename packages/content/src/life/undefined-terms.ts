import type { Nodes } from "mdast";
import { visit } from "unist-util-visit";
import type { Book } from "../assemble-book.ts";
import type { Block, Chapter } from "../chapter.ts";
import type { Place } from "../content-error.ts";
import type { Term } from "../glossary.ts";

/** A word of the glossary that the text uses before it first leads to what the word means. */
export interface UndefinedTerm {
  readonly chapter: Chapter;
  readonly place: Place;
  readonly term: Term;
}

/** The nodes of a block in which words are read; headings and claims announce what the text then says. */
function nodesOf(block: Block): readonly Nodes[] {
  if (block.kind === "lens") return block.blocks.map(({ content }) => content);
  return block.kind === "claim" || block.kind === "heading" ? [] : [block.content];
}

/** The words of a block, without code and without titles of chapters, which are names. */
function wordsOf(nodes: readonly Nodes[]): string {
  const words: string[] = [];
  for (const node of nodes) {
    visit(node, (inner) => {
      if (inner.type === "chapterLink" || inner.type === "code" || inner.type === "inlineCode") return "skip";
      if (inner.type === "text") words.push(inner.value);
      return undefined;
    });
  }
  return words.join(" ");
}

function definedIn(nodes: readonly Nodes[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const node of nodes) visit(node, "termReference", ({ term }) => void keys.add(term));
  return keys;
}

const asWord = (term: string): RegExp =>
  new RegExp(`(?<![\\p{L}-])${term.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}s?(?![\\p{L}-])`, "iu");

/**
 * The terms that are used before they are defined, in the order of reading: the first use of each in the book has to lead
 * to the glossary.
 */
export function undefinedTerms({ parts, glossary }: Pick<Book, "parts" | "glossary">): readonly UndefinedTerm[] {
  const defined = new Set<string>();
  const patterns = [...glossary.values()].map((term) => ({ term, pattern: asWord(term.term) }));
  const found: UndefinedTerm[] = [];
  for (const chapter of parts.flatMap((part) => part.chapters)) {
    for (const block of chapter.blocks) {
      const nodes = nodesOf(block);
      const here = definedIn(nodes);
      const words = wordsOf(nodes);
      for (const { term, pattern } of patterns) {
        if (defined.has(term.key) || here.has(term.key) || !pattern.test(words)) continue;
        found.push({ chapter, place: { path: block.override?.place.path ?? chapter.path, line: block.line }, term });
        defined.add(term.key);
      }
      for (const key of here) defined.add(key);
    }
  }
  return found;
}
