import type { Nodes, PhrasingContent, Root, RootContent } from "mdast";
import { visit } from "unist-util-visit";
import type { Block } from "../chapter.ts";
import { ContentError } from "../content-error.ts";
import type { Place } from "../content-error.ts";
import { resolveInline } from "../inline.ts";
import type { Vocabulary } from "../inline.ts";
import { readMarkdown } from "../markdown.ts";
import { offerNames } from "../offer-names.ts";
import { modelChapter } from "../parse-chapter.ts";
import type { ChapterDraft, DraftNode } from "../parse-chapter.ts";
import type { BaseTexts } from "./base-texts.ts";
import { actionOf } from "./edition-file.ts";
import type { BlockEntry, EditionPlan } from "./edition-file.ts";
import type { Override, Pinned } from "./override.ts";
import { pinBlock } from "./pins.ts";

type BlockAction = "replace" | "before" | "after" | "hide";

interface Patch {
  readonly action: BlockAction;
  /** Of the base's block that it is about; undefined when the block is gone. */
  readonly at: number | undefined;
  readonly nodes: readonly RootContent[];
  readonly override: Override;
}

/**
 * A chapter of the base with the edition's changes to its blocks.
 *
 * @throws ContentError for a block that never was there, and for what is wrong in the edition's text
 */
export function overlayChapter(
  draft: ChapterDraft,
  plan: EditionPlan,
  base: BaseTexts,
  vocabulary: Vocabulary,
): ChapterDraft {
  const entries = (plan.blocks ?? [])
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => pageOf(entry) === draft.id);
  if (entries.length === 0) return draft;
  const { blocks } = modelChapter(draft, vocabulary);
  const patches = entries.map(({ entry, index }) => readPatch(entry, index, { draft, blocks, plan, base, vocabulary }));
  refuseTwice(patches);
  blame(draft, patches, vocabulary);
  return patched(draft, patches);
}

function patched(draft: ChapterDraft, patches: readonly Patch[]): ChapterDraft {
  const nodes = draft.nodes.flatMap((node, at) =>
    patchNode(
      node,
      patches.filter((patch) => patch.at === at),
    ),
  );
  return { ...draft, nodes, overrides: [...(draft.overrides ?? []), ...patches.map(({ override }) => override)] };
}

/**
 * What is wrong with a page of the base only since the edition changes it is said at the change that makes it so: whoever
 * writes an edition mends nothing in the base.
 *
 * @throws ContentError
 */
function blame(draft: ChapterDraft, patches: readonly Patch[], vocabulary: Vocabulary): void {
  const problemOf = (some: readonly Patch[]): ContentError | undefined => {
    try {
      modelChapter(patched(draft, some), vocabulary);
      return undefined;
    } catch (error) {
      if (error instanceof ContentError) return error;
      throw error;
    }
  };
  const problem = problemOf(patches);
  // An error in the edition's own words names their line already.
  if (problem === undefined || patches.some(({ override }) => override.place.path === problem.path)) return;
  for (const patch of patches) {
    if (problemOf(patches.filter((other) => other !== patch))?.message === problem.message) continue;
    const { action, id, place } = patch.override;
    const what = action === "replace" ? "replaced so" : action === "hide" ? "left out" : "added to so";
    throw new ContentError(place, `"${id}" can not be ${what}: ${problem.problem}`, problem.mend);
  }
}

const targetOf = (entry: BlockEntry): string => entry.replace ?? entry.before ?? entry.after ?? entry.hide ?? "";
const pageOf = (entry: BlockEntry): string => targetOf(entry).split("#")[0] ?? "";

interface Reading {
  readonly draft: ChapterDraft;
  readonly blocks: readonly Block[];
  readonly plan: EditionPlan;
  readonly base: BaseTexts;
  readonly vocabulary: Vocabulary;
}

function readPatch(entry: BlockEntry, index: number, reading: Reading): Patch {
  const { draft, blocks, plan, base, vocabulary } = reading;
  const place = plan.placeOf("blocks", index);
  const action = actionOf<BlockAction>(entry, ["replace", "before", "after", "hide"], place);
  const id = targetOf(entry);
  const at = findBlock(blocks, id.split("#")[1] ?? "", base.text(entry.pin));
  const block = at === undefined ? undefined : blocks[at];
  if (block === undefined && base.text(entry.pin) === undefined) {
    const mend = offerNames(
      id.split("#")[1] ?? "",
      blocks.map((one) => one.id),
    );
    throw new ContentError(plan.placeOf("blocks", index, action), `There is no block "${id}" in the base.`, mend);
  }
  const now: Pinned | undefined = block === undefined ? undefined : pinBlock(block);
  const { text } = entry;
  const nodes =
    text === undefined ? [] : readOwnText(text, plan.placeOf("blocks", index, "text"), draft.id, vocabulary);
  const override: Override = {
    edition: plan.title,
    target: "block",
    id,
    action: action === "replace" || action === "hide" ? action : "add",
    why: entry.why,
    place,
    entry: ["blocks", index],
    ...base.hold(entry.pin, now, place),
    ...(now === undefined ? {} : { now }),
    ...(text === undefined ? {} : { ours: text.trim() }),
  };
  return { action, at, nodes, override };
}

/** The Markdown of an edition; its nodes know the file and line they were written in. */
function readOwnText(text: string, place: Place, chapterId: string, vocabulary: Vocabulary): readonly RootContent[] {
  const tree: Root = readMarkdown(`${"\n".repeat(place.line - 1)}${text}`);
  resolveInline(tree, place.path, chapterId, vocabulary);
  visit(tree, (node) => {
    node.data = { ...node.data, file: place.path };
  });
  if (tree.children.length > 0) return tree.children;
  throw new ContentError(place, "The text is empty.", "Write it, or use hide: to leave the block out.");
}

/**
 * A block by its id. An id of plain text changes with its words: then it is the block that is most like what the override
 * was written for, if more than half of the words are the same.
 */
function findBlock(blocks: readonly Block[], id: string, baseThen: string | undefined): number | undefined {
  const exact = blocks.findIndex((block) => block.id === id);
  if (exact >= 0) return exact;
  if (baseThen === undefined) return undefined;
  const likeness = blocks.map((block) => sharedWords(block.text, baseThen));
  const most = Math.max(...likeness);
  return most > 0.5 ? likeness.indexOf(most) : undefined;
}

/** Dice's coefficient of the words of two texts: 1 for the same words in any order. */
function sharedWords(one: string, other: string): number {
  const wordsOf = (text: string): string[] =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== "");
  const left = wordsOf(one);
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  const right = wordsOf(other);
  let shared = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count === 0) continue;
    counts.set(word, count - 1);
    shared += 1;
  }
  return left.length + right.length === 0 ? 0 : (2 * shared) / (left.length + right.length);
}

function refuseTwice(patches: readonly Patch[]): void {
  const taken = new Map<number, Patch>();
  for (const patch of patches) {
    if (patch.at === undefined || (patch.action !== "replace" && patch.action !== "hide")) continue;
    const other = taken.get(patch.at);
    if (other !== undefined) {
      const problem = `The block "${patch.override.id}" is changed already, in line ${String(other.override.place.line)}.`;
      throw new ContentError(patch.override.place, problem, "Make it one entry.");
    }
    taken.set(patch.at, patch);
  }
}

function patchNode(own: DraftNode, patches: readonly Patch[]): readonly DraftNode[] {
  const nodesOf = (...actions: readonly BlockAction[]): readonly DraftNode[] =>
    patches
      .filter(({ action }) => actions.includes(action))
      .flatMap(({ nodes, override }) => nodes.map((node) => ({ node, override })));
  const isReplaced = patches.some(({ action }) => action === "replace" || action === "hide");
  return [...nodesOf("before"), ...(isReplaced ? nodesOf("replace") : [own]), ...nodesOf("after")];
}

/** What an edition leaves out: ids of pages, and of blocks as page#block. */
export type LeftOut = ReadonlySet<string>;

/** Makes plain words of links that lead to what an edition leaves out, in place. */
export function dropLostLinks(draft: ChapterDraft, leftOut: LeftOut): void {
  const isLost = (node: Nodes): boolean => {
    if (node.type === "link") return node.url.startsWith("#") && leftOut.has(`${draft.id}${node.url}`);
    if (node.type !== "chapterLink") return false;
    return leftOut.has(node.chapter) || leftOut.has(`${node.chapter}#${node.fragment ?? ""}`);
  };
  for (const { node: top } of draft.nodes) {
    visit(top, (node, index, parent) => {
      if (parent === undefined || index === undefined || !isLost(node)) return undefined;
      if (node.type !== "link" && node.type !== "chapterLink") return undefined;
      const words: readonly PhrasingContent[] = node.children as readonly PhrasingContent[];
      (parent.children as PhrasingContent[]).splice(index, 1, ...words);
      return index;
    });
  }
}
