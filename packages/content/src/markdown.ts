import type { Nodes, Parent, Root } from "mdast";
import type { Data } from "mdast";
import remarkDirective from "remark-directive";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { Place } from "./content-error.ts";

/** `:number[98.0 %]{claim="id"}`: a number that a claim answers for; see `QuotedNumber` for what it may name besides. */
export interface ClaimNumber extends Parent {
  type: "claimNumber";
  claim: string;
  of: string | undefined;
  side: "claim" | "control";
  data?: Data | undefined;
}

/** `:cite[§3]{key="bronson-2021"}`; the children say where in the source. */
export interface Citation extends Parent {
  type: "citation";
  source: string;
  data?: Data | undefined;
}

/** `:term[goodput]{key="goodput"}`. */
export interface TermReference extends Parent {
  type: "termReference";
  term: string;
  data?: Data | undefined;
}

/** A link to another chapter of the book, or to one of its headings. */
export interface ChapterLink extends Parent {
  type: "chapterLink";
  /** The chapter's id: "physics/consistency-models". */
  chapter: string;
  /** The id that follows `#`. */
  fragment: string | undefined;
  data?: Data | undefined;
}

declare module "mdast" {
  interface Data {
    /** The file that the node was read from, where it is not the chapter's own. */
    file?: string;
  }
  interface PhrasingContentMap {
    claimNumber: ClaimNumber;
    citation: Citation;
    termReference: TermReference;
    chapterLink: ChapterLink;
  }
  interface RootContentMap {
    claimNumber: ClaimNumber;
    citation: Citation;
    termReference: TermReference;
    chapterLink: ChapterLink;
  }
}

const parser = unified().use(remarkParse).use(remarkGfm, { singleTilde: false }).use(remarkDirective).freeze();

/** The syntax tree of a text in Markdown with GitHub's tables and task lists and with directives. */
export const readMarkdown = (text: string): Root => parser.parse(text);

/** @param path of the chapter */
export const placeOf = (node: Nodes, path: string): Place => ({
  path: node.data?.file ?? path,
  line: node.position?.start.line ?? 1,
});
