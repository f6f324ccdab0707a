import { make, makeButton } from "../claim/dom.ts";
import type { PlacedThread, PlacedThreads, Selection } from "./api.ts";
import { composer } from "./composer.ts";
import { ThreadCard } from "./thread-card.ts";

export interface PanelOptions {
  readonly chapter: string;
  readonly title: string;
  readonly actor: PlacedThreads["actor"];
  readonly threads: readonly PlacedThread[];
  /** A thread whose posts are shown at once. */
  readonly opened?: string | undefined;
  readonly selection?: Selection | undefined;
  readonly quote?: string | undefined;
  readonly isCut?: boolean | undefined;
  readonly figureOf?: (() => Promise<string>) | undefined;
  readonly run?: unknown;
  /** Something was changed; a new thread's id when there is one. */
  readonly onChange: (threadId?: string) => Promise<void>;
  readonly onClose: () => void;
}

/** The threads at one place, and the form that starts another, right behind the place. */
export function makePanel(options: PanelOptions): HTMLElement {
  const { actor, threads, opened, onChange, onClose, selection, run, chapter, quote, isCut, figureOf } = options;
  const heading = make("h3", { tabindex: -1, class: "threads-panel-title" }, options.title);
  const cards = threads.map((placed) => new ThreadCard(placed, actor, async () => onChange()));
  const mayWrite = actor !== null && actor.role !== "reader";
  const compose = (): HTMLElement =>
    composer({ chapter, selection, quote, isCut, figureOf, run, onDone: onChange, onCancel: onClose });
  // Who has chosen a sentence wants to write; who opens a mark wants to read.
  const writes = mayWrite && (run !== undefined || threads.length === 0 || selection?.kind === "letters");
  const another = makeButton("Start another thread here", () => {
    const form = compose();
    another.replaceWith(form);
    form.querySelector("textarea")?.focus();
  });
  const form = writes ? [compose()] : mayWrite ? [another] : [];
  const told = actor === null || !mayWrite ? [make("p", { class: "thread-soft" }, "Contributors may write here.")] : [];
  const close = makeButton("Close", onClose, { class: "threads-panel-close" });
  const panel = make(
    "section",
    { class: "threads-panel not-content", "data-thread-ui": true, "aria-label": options.title },
    make("div", { class: "threads-panel-head" }, heading, close),
    ...cards.map(({ element }) => element),
    ...form,
    ...told,
  );
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") onClose();
  });
  const [only] = cards;
  if (cards.length === 1 && !writes) only?.open();
  const index = threads.findIndex(({ thread }) => thread.id === opened);
  cards[index]?.open();
  return panel;
}
