import type { Root, RootContent } from "mdast";
import { visit } from "unist-util-visit";
import { assignLenses } from "./assign-lenses.ts";
import { slugOf } from "./block-ids.ts";
import { BlockReader, limitsHeading } from "./blocks.ts";
import { canonicalText } from "./canonical-text.ts";
import type { Block, Chapter, LensBlock, Reference } from "./chapter.ts";
import { ContentError } from "./content-error.ts";
import type { Override } from "./editions/override.ts";
import { splitFrontMatter } from "./front-matter.ts";
import type { FrontMatter } from "./front-matter.ts";
import { lookUp, resolveInline } from "./inline.ts";
import type { Vocabulary } from "./inline.ts";
import { checkLensBox } from "./lens-box.ts";
import { placeOf, readMarkdown } from "./markdown.ts";
import type { QuotedNumber } from "./quoted-number.ts";
import type { Source } from "./sources.ts";

export interface ParseOptions extends Vocabulary {
  /** As errors name the file. */
  readonly path: string;
  /** Part and file without `.md`; default: the last two names of the path. */
  readonly id?: string;
}

/** A node of the text, and what an edition did there. */
export interface DraftNode {
  readonly node: RootContent;
  readonly override?: Override;
}

/** A chapter's text as nodes that are checked one by one, before it is a whole. */
export interface ChapterDraft {
  readonly id: string;
  readonly path: string;
  readonly frontMatter: FrontMatter;
  readonly nodes: readonly DraftNode[];
  readonly overrides?: readonly Override[];
}

/**
 * A chapter in Markdown, checked and turned into its model.
 *
 * @throws ContentError at the first thing that is wrong
 */
export const parseChapter = (text: string, options: ParseOptions): Chapter =>
  modelChapter(draftChapter(text, options), options);

/** @throws ContentError */
export function draftChapter(text: string, options: ParseOptions): ChapterDraft {
  const { path } = options;
  const id = options.id ?? path.replace(/\.md$/, "").split("/").slice(-2).join("/");
  const { frontMatter, body } = splitFrontMatter(text, path);
  const tree = readMarkdown(body);
  resolveInline(tree, path, id, options);
  return { id, path, frontMatter, nodes: tree.children.map((node) => ({ node })) };
}

/** @throws ContentError */
export function modelChapter(draft: ChapterDraft, vocabulary: Vocabulary): Chapter {
  const { id, path, frontMatter, nodes, overrides } = draft;
  const reader = new BlockReader(path, vocabulary);
  const read = nodes.map(({ node, override }): Block => {
    const block = reader.read(node);
    return override === undefined ? block : { ...block, override };
  });
  const blocks = assignLenses(read);
  checkShape(blocks, path);
  const claims = blocks.flatMap((block) => (block.kind === "claim" ? [block.claim] : []));
  const tree: Root = { type: "root", children: nodes.map(({ node }) => node) };
  return {
    ...frontMatter,
    id,
    path,
    blocks,
    claims,
    numbers: collectNumbers(tree, path, claims),
    terms: collectTerms(tree),
    sources: collectSources(tree, blocks, path, vocabulary),
    references: collectReferences(tree, path, blocks),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

function checkShape(blocks: readonly Block[], path: string): void {
  const claims = new Set<string>();
  for (const block of blocks) {
    if (block.kind !== "claim") continue;
    if (claims.has(block.claim)) {
      throw new ContentError(
        { path, line: block.line },
        `The claim "${block.claim}" stands here for the second time.`,
        `Keep one; elsewhere link to it: [text](#${block.claim}).`,
      );
    }
    claims.add(block.claim);
  }
  for (const lens of ["manager", "executive"] as const) {
    const boxes = blocks.filter((block): block is LensBlock => block.kind === "lens" && block.for === lens);
    const [box, second] = boxes;
    if (box === undefined || second !== undefined) {
      throw new ContentError(
        { path, line: second?.line ?? 1 },
        `The chapter has ${second === undefined ? "no box" : "more than one box"} for the ${lens}.`,
        `It needs exactly one: :::lens{for=${lens}} … :::`,
      );
    }
    checkLensBox(box, box.override?.place.path ?? path);
  }
  const limits = slugOf(limitsHeading);
  if (!blocks.some((block) => block.kind === "heading" && block.depth === 2 && block.id === limits)) {
    throw new ContentError(
      { path, line: 1 },
      `The chapter does not say its limits.`,
      `Add a section "## ${limitsHeading}": what the models leave out and where the advice ends.`,
    );
  }
}

/** The numbers with a claim under them, which is on the same page: the number is a link to it. */
function collectNumbers(tree: Root, path: string, claimsOnPage: readonly string[]): readonly QuotedNumber[] {
  const numbers: QuotedNumber[] = [];
  visit(tree, "claimNumber", (node) => {
    const { claim, of, side } = node;
    const text = canonicalText(node);
    const place = placeOf(node, path);
    if (!claimsOnPage.includes(claim)) {
      throw new ContentError(
        place,
        `The number "${text}" rests on the claim "${claim}", which is not on this page.`,
        `Add ::claim{id="${claim}"} to the chapter or name a claim of it.`,
      );
    }
    numbers.push({ text, claim, of, side, ...place });
  });
  return numbers;
}

function collectTerms(tree: Root): readonly string[] {
  const terms = new Set<string>();
  visit(tree, "termReference", ({ term }) => void terms.add(term));
  return [...terms];
}

/** What the text cites and what its claims rest on, ordered as a list of sources is: by name and year. */
function collectSources(tree: Root, blocks: readonly Block[], path: string, vocabulary: Vocabulary): readonly Source[] {
  const found = new Map<string, Source>();
  visit(tree, "citation", (node) => {
    const source = vocabulary.sources.get(node.source);
    if (source !== undefined) found.set(source.key, source);
  });
  for (const block of blocks) {
    if (block.kind !== "claim") continue;
    for (const key of vocabulary.claims.get(block.claim)?.sources ?? []) {
      const place = { path, line: block.line };
      found.set(key, lookUp(vocabulary.sources, `source that claim "${block.claim}" names:`, key, place));
    }
  }
  return [...found.values()].toSorted((one, other) => one.citedAs.localeCompare(other.citedAs, "en"));
}

/** Links to other chapters; links within the chapter are checked here. */
function collectReferences(tree: Root, path: string, blocks: readonly Block[]): readonly Reference[] {
  const ids = new Set(["sources", ...blocks.map((block) => block.id)]);
  const references: Reference[] = [];
  visit(tree, (node) => {
    if (node.type === "chapterLink") {
      references.push({ chapter: node.chapter, fragment: node.fragment, line: placeOf(node, path).line });
    }
    if (node.type === "link" && node.url.startsWith("#") && !ids.has(node.url.slice(1))) {
      throw new ContentError(
        placeOf(node, path),
        `The link "${node.url}" leads to nothing on this page.`,
        "Name the id of a heading or a claim of the chapter.",
      );
    }
  });
  return references;
}
