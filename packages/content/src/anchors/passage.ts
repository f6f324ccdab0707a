import { chapterOfSource, fragmentOf, quoteOf } from "./anchor.ts";
import type { Anchor, FragmentSelector, TextQuoteSelector } from "./anchor.ts";
import { plainText, stemsOf } from "./plain-text.ts";
import type { AnchorBlock, AnchorChapter, Revision, Sentence } from "./revision.ts";
import { sentencesOf } from "./sentences.ts";
import { contextLength } from "./source-sentence.ts";
import type { SourceSentence } from "./source-sentence.ts";

/** The block in which the anchor was made: by id when its hash agrees, otherwise by hash. */
function blockOf(chapter: AnchorChapter, { value, hash }: FragmentSelector): AnchorBlock | undefined {
  const named = chapter.blocks.find(({ id }) => id === value);
  if (named !== undefined && (hash === undefined || named.hash === hash)) return named;
  return chapter.blocks.find((block) => block.hash === hash);
}

/**
 * The sentences of the earlier revision on which an anchor stands; undefined when that revision does not have them, for
 * instance because the anchor was made on another.
 */
export function sentencesUnder(anchor: Anchor, then: Revision): readonly Sentence[] | undefined {
  const index = then.chapterIndex.get(chapterOfSource(anchor.source));
  const chapter = index === undefined ? undefined : then.chapters[index];
  const fragment = fragmentOf(anchor);
  const block = chapter === undefined || fragment === undefined ? undefined : blockOf(chapter, fragment);
  if (block === undefined) return undefined;
  const { start, end } = fragment?.refinedBy ?? { start: 0, end: block.text.length };
  const under = then.byBlock.get(block)?.filter((sentence) => sentence.start < end && sentence.end > start) ?? [];
  const first = under[0];
  const last = under.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const quote = quoteOf(anchor);
  const same = quote === undefined || plainText(quote.exact) === plainText(block.text.slice(first.start, last.end));
  return same ? under : undefined;
}

/** The sentences of a quotation, when the earlier text is not at hand: each knows what stands beside it. */
export function sourcesOfQuote(
  anchor: Anchor,
  { exact, prefix, suffix }: TextQuoteSelector,
): readonly SourceSentence[] {
  const fragment = fragmentOf(anchor);
  const plain = sentencesOf(exact).map(({ start, end }) => plainText(exact.slice(start, end)));
  return plain.map((text, index) => ({
    plain: text,
    stems: stemsOf(text),
    chapter: chapterOfSource(anchor.source),
    section: fragment?.section,
    hash: fragment?.hash,
    before: plainText(`${prefix} ${plain.slice(0, index).join(" ")}`).slice(-contextLength),
    after: plainText(`${plain.slice(index + 1).join(" ")} ${suffix}`).slice(0, contextLength),
  }));
}
