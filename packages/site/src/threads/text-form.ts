import { make, makeButton } from "../claim/dom.ts";
import { keepDraft, keptDraft } from "./drafts.ts";

export interface TextFormOptions {
  /** Names the draft. */
  readonly place: string;
  readonly label: string;
  readonly submit: string;
  /** Controls above the text. */
  readonly before?: readonly Node[];
  /** @throws with a message for people; what was typed is kept then */
  readonly send: (text: string) => Promise<void>;
  readonly onCancel?: () => void;
}

let forms = 0;

/** A form for Markdown that loses nothing: a draft is kept, and a mistake is said beside it. */
export function textForm({ place, label, submit, before = [], send, onCancel }: TextFormOptions): HTMLFormElement {
  forms += 1;
  const id = `thread-text-${String(forms)}`;
  const text = make("textarea", { id, rows: 4, maxlength: 20_000, required: true, "aria-describedby": `${id}-wrong` });
  text.value = keptDraft(place);
  text.addEventListener("input", () => keepDraft(place, text.value));
  const wrong = make("p", { id: `${id}-wrong`, class: "thread-wrong", role: "alert" });
  const button = make("button", { type: "submit", class: "thread-primary" }, submit);
  const cancel = onCancel === undefined ? [] : [makeButton("Cancel", onCancel)];
  const form = make(
    "form",
    { class: "thread-form", novalidate: true },
    ...before,
    make("label", { for: id }, label),
    text,
    wrong,
    make("div", { class: "thread-actions" }, button, ...cancel),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitted();
  });
  async function submitted(): Promise<void> {
    wrong.textContent = "";
    if (text.value.trim() === "") {
      wrong.textContent = "Write something first.";
      text.focus();
      return;
    }
    button.disabled = true;
    button.textContent = "Sending …";
    try {
      await send(text.value);
      keepDraft(place, "");
      text.value = "";
    } catch (error) {
      wrong.textContent = error instanceof Error ? error.message : String(error);
      text.focus();
    }
    button.disabled = false;
    button.textContent = submit;
  }
  return form;
}
