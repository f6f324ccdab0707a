/*
 * Places in a block, counted in letters and digits: what is set with other quotation marks and spaces than the text was
 * written with still counts alike. Citations' names and what scripts put in are no part of the text.
 */

const letter = /[\p{L}\p{N}]/gu;
const foreign = ".citation-name, .number-here, [data-thread-ui]";

const countLetters = (text: string): number => text.match(letter)?.length ?? 0;

function* textNodes(block: Element): Generator<Text> {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest(foreign) === null) yield node as Text;
  }
}

/** The stretch of a block that a range covers; undefined when it holds no letter. */
export function lettersOf(
  block: Element,
  range: Range,
): { readonly start: number; readonly end: number; readonly exact: string } | undefined {
  let start = 0;
  let length = 0;
  let exact = "";
  for (const node of textNodes(block)) {
    if (!range.intersectsNode(node)) {
      // Before the range, or after it, where nothing more counts.
      if (length === 0) start += countLetters(node.data);
      continue;
    }
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    if (length === 0) start += countLetters(node.data.slice(0, from));
    const part = node.data.slice(from, to);
    length += countLetters(part);
    exact += part;
  }
  return length === 0 ? undefined : { start, end: start + length, exact };
}

/** The range of a stretch of a block; undefined when the block has not so many letters. */
export function rangeOf(
  block: Element,
  { start, end }: { readonly start: number; readonly end: number },
): Range | undefined {
  const range = document.createRange();
  let counted = 0;
  let begun = false;
  for (const node of textNodes(block)) {
    for (const match of node.data.matchAll(letter)) {
      if (counted === start && !begun) {
        range.setStart(node, match.index);
        begun = true;
      }
      counted += 1;
      if (counted === end && begun) {
        range.setEnd(node, match.index + match[0].length);
        return range;
      }
    }
  }
  return undefined;
}
