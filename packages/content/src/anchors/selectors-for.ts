import { offerNames } from "../offer-names.ts";
import { AnchorError, longestQuote, sourceOfChapter } from "./anchor.ts";
import type { Anchor, AnchorSelector } from "./anchor.ts";
import type { AnchorBlock, AnchorChapter } from "./revision.ts";
import { sentencesOf } from "./sentences.ts";
import type { Span } from "./sentences.ts";
import { contextLength } from "./source-sentence.ts";

/** What a reader chose on the page. */
export type Selection =
  | {
      readonly kind: "claim";
      readonly claim: string;
      /** Name of one of its figures. */
      readonly figure?: string;
      /** The claim's sentence, kept for the day on which the claim is gone. */
      readonly says?: string;
    }
  | { readonly kind: "block"; readonly block: string }
  | ({
      /** Offsets in the block's canonical text; they are widened to whole sentences. */
      readonly kind: "text";
      readonly block: string;
    } & Span);

/** Half of a character outside the basic plane, left where a text was cut. */
const halfAtStart = /^[\uDC00-\uDFFF]/;
const halfAtEnd = /[\uD800-\uDBFF]$/;

/** A selection widened to whole sentences; undefined when it holds none. */
function widen(text: string, kind: AnchorBlock["kind"], { start, end }: Span): Span | undefined {
  const touched = sentencesOf(text, kind).filter((sentence) => sentence.start < end && sentence.end > start);
  const first = touched[0];
  const last = touched.at(-1);
  return first === undefined || last === undefined ? undefined : { start: first.start, end: last.end };
}

function findBlock({ id, blocks }: AnchorChapter, wanted: string): AnchorBlock {
  const block = blocks.find((each) => each.id === wanted);
  if (block !== undefined) return block;
  const offer = offerNames(
    wanted,
    blocks.map((each) => each.id),
  );
  throw new AnchorError(`The chapter "${id}" has no block "${wanted}". ${offer}`);
}

/** The canonical text beside a part of a block, across blocks; claims have no words of their own. */
function textBeside({ blocks }: AnchorChapter, block: AnchorBlock, span: Span): { prefix: string; suffix: string } {
  const at = blocks.indexOf(block);
  const join = (some: readonly AnchorBlock[]): string =>
    some.flatMap(({ kind, text }) => (kind === "claim" || text === "" ? [] : [text])).join("\n");
  const before = [join(blocks.slice(Math.max(0, at - 8), at)), block.text.slice(0, span.start)];
  const after = [block.text.slice(span.end), join(blocks.slice(at + 1, at + 9))];
  return {
    prefix: before
      .filter((text) => text !== "")
      .join("\n")
      .slice(-contextLength)
      .replace(halfAtStart, ""),
    suffix: after
      .filter((text) => text !== "")
      .join("\n")
      .slice(0, contextLength)
      .replace(halfAtEnd, ""),
  };
}

function claimSelectors(
  chapter: AnchorChapter,
  { claim, figure, says }: Selection & { kind: "claim" },
): AnchorSelector[] {
  const claims = chapter.blocks.filter(({ kind }) => kind === "claim").map(({ text }) => text);
  if (!claims.includes(claim)) {
    throw new AnchorError(`The chapter "${chapter.id}" has no claim "${claim}". ${offerNames(claim, claims)}`);
  }
  const named = { type: "FragmentSelector", value: claim, ...(figure === undefined ? {} : { figure }) } as const;
  if (says === undefined) return [named];
  return [named, { type: "TextQuoteSelector", exact: says, prefix: "", suffix: "" }];
}

function textSelectors(chapter: AnchorChapter, selection: Selection & { kind: "block" | "text" }): AnchorSelector[] {
  const block = findBlock(chapter, selection.block);
  const wanted = selection.kind === "block" ? { start: 0, end: block.text.length } : selection;
  const { start, end } = wanted;
  if (
    !Number.isSafeInteger(start) ||
    !Number.isSafeInteger(end) ||
    start < 0 ||
    start >= end ||
    end > block.text.length
  ) {
    const mend = `Both are whole numbers from 0 to ${block.text.length}, the start below the end.`;
    throw new AnchorError(`The block "${block.id}" has no text from ${start} to ${end}. ${mend}`);
  }
  const span = selection.kind === "block" ? wanted : widen(block.text, block.kind, wanted);
  if (span === undefined) {
    throw new AnchorError(`The selection in "${block.id}" holds no words. Select at least a part of a sentence.`);
  }
  const exact = block.text.slice(span.start, span.end);
  if (exact.length > longestQuote) {
    throw new AnchorError(`The selection has ${exact.length} characters. Select at most ${longestQuote}.`);
  }
  const refined =
    selection.kind === "block"
      ? {}
      : { refinedBy: { type: "TextPositionSelector", start: span.start, end: span.end } as const };
  const section = block.section === undefined ? {} : { section: block.section };
  return [
    { type: "FragmentSelector", value: block.id, hash: block.hash, ...section, ...refined },
    { type: "TextQuoteSelector", exact, ...textBeside(chapter, block, span) },
  ];
}

/**
 * The anchor of a selection: the claim's id; or the block with its hash and, in it, the offsets, then the quotation with
 * the text beside it.
 *
 * @param revision the published text on which the selection was made
 * @throws AnchorError when the chapter has no such place
 */
export function selectorsFor(chapter: AnchorChapter, selection: Selection, revision?: string): Anchor {
  if (
    selection.kind !== "claim" &&
    chapter.blocks.some((each) => each.id === selection.block && each.kind === "claim")
  ) {
    return selectorsFor(chapter, { kind: "claim", claim: selection.block }, revision);
  }
  return {
    type: "SpecificResource",
    source: sourceOfChapter(chapter.id),
    ...(revision === undefined ? {} : { state: { type: "ContentRevision", revision } as const }),
    selector: selection.kind === "claim" ? claimSelectors(chapter, selection) : textSelectors(chapter, selection),
  };
}
