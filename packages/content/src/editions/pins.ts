import { contentHash } from "../canonical-text.ts";
import type { Block } from "../chapter.ts";
import type { Term } from "../glossary.ts";
import type { Source } from "../sources.ts";
import type { Pinned } from "./override.ts";

const blockKinds = ["heading", "paragraph", "list", "table", "code", "quote", "rule", "claim", "lens"];
const kinds = ["page", "term", "source", ...blockKinds];

/** Whether a text is the one that a pin was made of. What kind it was of, the pin does not tell. */
export const isTextOf = (pin: string, text: string): boolean => kinds.some((kind) => contentHash(kind, text) === pin);

/** A page by its whole text. */
export function pinPage(markdown: string): Pinned {
  const text = markdown.replaceAll("\r\n", "\n");
  return { hash: contentHash("page", text), text };
}

/** A block by its kind and words; see `Block.hash`. */
export const pinBlock = ({ hash, text, id }: Block): Pinned => ({ hash, text, id });

export function pinTerm({ term, definition }: Omit<Term, "key">): Pinned {
  const text = `${term}: ${definition}`;
  return { hash: contentHash("term", text), text };
}

export function pinSource({ authors, title, container, year, link }: Source): Pinned {
  const text = `${authors.join(", ")} (${String(year)}). ${title}. ${container}. ${link}`;
  return { hash: contentHash("source", text), text };
}
