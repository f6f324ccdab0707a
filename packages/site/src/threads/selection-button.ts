import { makeButton } from "../claim/dom.ts";
import type { Selection } from "./api.ts";
import { blockOf } from "./blocks.ts";
import { lettersOf } from "./letters.ts";

type Chosen = Selection & { readonly kind: "letters" };

/** What is selected in the text; a selection over several blocks counts in the first. */
function chosenText(): { readonly chosen: Chosen; readonly range: Range } | undefined {
  const selection = document.getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const block = blockOf(range.startContainer);
  if (block === undefined) return undefined;
  const stretch = lettersOf(block, range);
  return stretch === undefined ? undefined : { chosen: { kind: "letters", block: block.id, ...stretch }, range };
}

/** A button beside what is selected, which starts a thread there. */
export function watchSelection(onChoose: (selection: Chosen) => void): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const button = makeButton("Discuss this", () => {
    const found = chosenText();
    button.hidden = true;
    if (found !== undefined) onChoose(found.chosen);
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
