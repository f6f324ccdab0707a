import type { Blockquote, Code, List, Paragraph, PhrasingContent, Table, ThematicBreak } from "mdast";
import type { FrontMatter } from "./front-matter.ts";
import type { Override } from "./editions/override.ts";
import type { Lens } from "./lens.ts";
import type { QuotedNumber } from "./quoted-number.ts";
import type { Source } from "./sources.ts";

interface BlockBase {
  /**
   * Unique in the chapter: the claim's id, the heading's slug, `for-manager`, or `b-` and the hash. An address that holds
   * until the block itself is edited; blocks before it may come and go.
   */
  readonly id: string;
  /** 12 hexadecimal digits of the block's kind and canonical text. */
  readonly hash: string;
  /** The words, without formatting. */
  readonly text: string;
  /** The lenses that show the block. */
  readonly lenses: readonly Lens[];
  /** In the chapter's file, from 1. */
  readonly line: number;
  /** Id of the heading above it; undefined in the opening. */
  readonly section: string | undefined;
  /** What an edition did here; absent where the handbook's own words stand. */
  readonly override?: Override;
}

export interface HeadingBlock extends BlockBase {
  readonly kind: "heading";
  readonly depth: 2 | 3 | 4;
  readonly content: readonly PhrasingContent[];
}

/** A block that is what it is in Markdown. */
export interface TextBlock extends BlockBase {
  readonly kind: "paragraph" | "list" | "table" | "code" | "quote" | "rule";
  readonly content: Paragraph | List | Table | Code | Blockquote | ThematicBreak;
}

/** The place of a live claim. */
export interface ClaimBlock extends BlockBase {
  readonly kind: "claim";
  readonly claim: string;
}

/** The manager's or the executive's box. */
export interface LensBlock extends BlockBase {
  readonly kind: "lens";
  readonly for: "manager" | "executive";
  readonly blocks: readonly TextBlock[];
}

export type Block = HeadingBlock | TextBlock | ClaimBlock | LensBlock;

/** A link to another chapter, to be checked against the whole book. */
export interface Reference {
  readonly chapter: string;
  readonly fragment: string | undefined;
  readonly line: number;
}

/** A chapter as data: what pages, exports, discussions and editions are made from. */
export interface Chapter extends FrontMatter {
  /** Part and file: "operate/ducks-in-a-row". */
  readonly id: string;
  /** As errors name it: "book/operate/ducks-in-a-row.md". */
  readonly path: string;
  readonly blocks: readonly Block[];
  /** Ids of the claims, in the order of the text. */
  readonly claims: readonly string[];
  /** The numbers of the text for which a claim answers, boxes included. */
  readonly numbers: readonly QuotedNumber[];
  /** Keys of the terms that the text leads to, in the order of their first use. */
  readonly terms: readonly string[];
  /** What the text and its claims rest on, in the order of the list at the end of the page. */
  readonly sources: readonly Source[];
  readonly references: readonly Reference[];
  /** All that an edition changed here, what it left out too; absent in the handbook itself. */
  readonly overrides?: readonly Override[];
}

/** Where the chapter lies on the site, from its root. */
export const chapterUrl = (id: string, fragment?: string): string =>
  `/${id}/${fragment === undefined ? "" : `#${fragment}`}`;
