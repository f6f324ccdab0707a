import { makeButton } from "../claim/dom.ts";
import type { Selection } from "./api.ts";
import { blockOf } from "./blocks.ts";
import { lettersOf } from "./letters.ts";

/** What is selected with a pointer or the keyboard. */
export interface Chosen {
  /** The block or claim. */
  readonly place: HTMLElement;
  readonly selection: Selection;
  /** The words that were selected there. */
  readonly quote: string | undefined;
  /** Whether the selection went on beyond the block, where the thread does not. */
  readonly isCut: boolean;
}

/** Name of the one figure that a claim has. */
export const claimFigure = "run";

/** A claim counts as a whole, and so does the figure in it. */
function chosenClaim(within: Element): Chosen | undefined {
  const claim = within.closest<HTMLElement>("fieldbook-claim");
  if (claim === null) return undefined;
  const figure = within.closest(".claim-figure") === null ? {} : { figure: claimFigure };
  const selection = { kind: "claim", claim: claim.id.replace(/^claim-/, ""), ...figure } as const;
  return { place: claim, selection, quote: undefined, isCut: false };
}

/** What is selected in the text; a selection over several blocks counts in the first. */
function chosenText(): { readonly chosen: Chosen; readonly range: Range } | undefined {
  const selection = document.getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const { startContainer: start, endContainer: end } = range;
  const within = start instanceof Element ? start : start.parentElement;
  if (within === null || within.closest("[data-thread-ui]") !== null) return undefined;
  const claim = chosenClaim(within);
  if (claim !== undefined) return { chosen: claim, range };
  const block = blockOf(within);
  const stretch = block === undefined ? undefined : lettersOf(block, range);
  if (block === undefined || stretch === undefined) return undefined;
  // A paragraph that is chosen whole ends at the beginning of the next.
  const isCut = !block.contains(end) && range.endOffset > 0;
  const letters = { kind: "letters", block: block.id, ...stretch } as const;
  return { chosen: { place: block, selection: letters, quote: stretch.exact, isCut }, range };
}

/** A button beside what is selected, which starts a thread there. */
export function watchSelection(onChoose: (chosen: Chosen) => void): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const button = makeButton("Discuss this", () => {
    const found = chosenText();
    button.hidden = true;
    if (found === undefined) return;
    // It would go on through what is shown behind the paragraph; the quote says what was chosen.
    document.getSelection()?.removeAllRanges();
    onChoose(found.chosen);
  });
  button.className = "threads-select";
  button.dataset["threadUi"] = "";
  button.hidden = true;
  // A press would take the selection away before the click is heard.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  document.body.append(button);
  const show = (): void => {
    if (document.activeElement === button) return;
    const found = chosenText();
    button.hidden = found === undefined;
    if (found === undefined) return;
    const box = found.range.getBoundingClientRect();
    button.style.insetBlockStart = `${String(Math.round(scrollY + box.bottom + 8))}px`;
    const most = document.documentElement.clientWidth - button.offsetWidth - 8;
    button.style.insetInlineStart = `${String(Math.round(Math.max(8, Math.min(scrollX + box.left, most))))}px`;
  };
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 200);
  });
}
