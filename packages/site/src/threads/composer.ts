import { make } from "../claim/dom.ts";
import { startThread } from "./api.ts";
import type { Selection } from "./api.ts";
import { textForm } from "./text-form.ts";

export interface ComposerOptions {
  readonly chapter: string;
  readonly selection?: Selection | undefined;
  /** The words that were selected, and whether the selection went beyond them. */
  readonly quote?: string | undefined;
  readonly isCut?: boolean | undefined;
  /** Address of the run whose figure the thread is about. */
  readonly figureOf?: (() => Promise<string>) | undefined;
  /** The run of a counterexample; the thread is one then. */
  readonly run?: unknown;
  readonly onDone: (threadId: string) => Promise<void>;
  readonly onCancel: () => void;
}

const kinds = [
  ["question", "Question"],
  ["correction", "Correction"],
  ["field-report", "Field report: we run this"],
  ["decision", "Decision"],
] as const;

const placeOf = (selection: Selection | undefined, run: unknown): string => {
  if (selection === undefined) return "chapter";
  if (selection.kind === "claim") {
    return `claim:${selection.claim}${selection.figure === undefined ? "" : ":figure"}${run === undefined ? "" : ":run"}`;
  }
  return selection.kind === "block" ? selection.block : `${selection.block}:${String(selection.start)}`;
};

const note = (text: string): HTMLElement => make("p", { class: "thread-soft" }, text);

/** What the thread will stand at, said before one writes. */
const standsAt = ({ quote, isCut, figureOf }: ComposerOptions): readonly HTMLElement[] => [
  ...(quote === undefined ? [] : [make("blockquote", { class: "thread-quote" }, quote)]),
  ...(isCut === true ? [note("A thread stands in one paragraph: this is what you chose in the first.")] : []),
  ...(figureOf === undefined ? [] : [note("A link to the run that the figure shows now will follow your text.")]),
];

/** The form that starts a thread. */
export function composer(options: ComposerOptions): HTMLFormElement {
  const { chapter, selection, run, figureOf, onDone, onCancel } = options;
  const id = `thread-kind-${placeOf(selection, run)}`;
  const select = make("select", { id }, ...kinds.map(([value, name]) => make("option", { value }, name)));
  const scale = make("input", {
    id: `${id}-scale`,
    type: "text",
    maxlength: 200,
    placeholder: "40,000 devices, two regions",
  });
  const scaleRow = make(
    "div",
    { class: "thread-row", hidden: true },
    make("label", { for: `${id}-scale` }, "Our scale"),
    scale,
  );
  select.addEventListener("change", () => (scaleRow.hidden = select.value !== "field-report"));
  const kindRow = make("div", { class: "thread-row" }, make("label", { for: id }, "Kind"), select);
  const isRun = run !== undefined;
  const told = note("A counterexample. The server replays your run before it takes it in.");
  return textForm({
    place: placeOf(selection, run),
    label: isRun ? "What does the run show? (Markdown)" : "Your text (Markdown)",
    submit: isRun ? "Post the counterexample" : "Start the thread",
    before: [...standsAt(options), ...(isRun ? [told] : [kindRow, scaleRow])],
    onCancel,
    send: async (text) => {
      const lens = document.documentElement.dataset["lens"] ?? null;
      const kind = isRun ? "counterexample" : select.value;
      const ours = kind === "field-report" && scale.value.trim() !== "" ? `\n\n**Scale:** ${scale.value.trim()}` : "";
      const shown = figureOf === undefined ? "" : `\n\n[The run of this figure](${await figureOf()})`;
      const { id: threadId } = await startThread({ kind, chapter, body: text + ours + shown, lens, selection, run });
      await onDone(threadId);
    },
  });
}
