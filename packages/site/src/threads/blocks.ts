/** Blocks of the text, which carry the ids that the server knows. */
const blockSelector = [
  ".sl-markdown-content > [id]:not(.claim-place, .lens-box, .sources)",
  ".lens-box > [id]:not(.lens-box-title)",
].join(", ");

export const allBlocks = (): readonly HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(blockSelector)].filter(
    (block) => block.closest("[data-thread-ui]") === null,
  );

/** The block that a node of the page stands in. */
export function blockOf(node: Node): HTMLElement | undefined {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest<HTMLElement>(blockSelector) ?? undefined;
}

/** Puts a part of the discussion behind a block; in a paragraph or heading at the end of its line. */
export function putBehind(block: HTMLElement, part: HTMLElement): void {
  if (/^(?:P|H[2-4]|PRE)$/.test(block.tagName)) block.append(part);
  else block.after(part);
}
