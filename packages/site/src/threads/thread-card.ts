import { make, makeButton } from "../claim/dom.ts";
import { confirmPlace, readThread, reply, setState } from "./api.ts";
import type { PlacedThread, PlacedThreads, WholeThread } from "./api.ts";
import { textForm } from "./text-form.ts";

export const kindNames: Readonly<Record<string, string>> = {
  question: "Question",
  correction: "Correction",
  counterexample: "Counterexample",
  "field-report": "Field report",
  decision: "Decision",
};

const changeNames = { number: "A number is another now.", negation: "What was said may now be denied." } as const;

const dayOf = (at: number): HTMLElement => {
  const iso = new Date(at).toISOString();
  return make("time", { datetime: iso }, `${iso.slice(0, 16).replace("T", " ")} UTC`);
};

function diffOf({ diff }: PlacedThread["place"]): HTMLElement {
  const names = { same: "span", removed: "del", added: "ins" } as const;
  return make("p", { class: "thread-diff" }, ...diff.map(({ kind, text }) => make(names[kind], {}, text)));
}

/** A thread in the page: what it is, and on demand what was said, with what one may do. */
export class ThreadCard {
  readonly element: HTMLElement;
  readonly #placed: PlacedThread;
  readonly #actor: PlacedThreads["actor"];
  readonly #onChange: () => Promise<void>;
  readonly #body = make("div", { class: "thread-body" });
  readonly #wrong = make("p", { class: "thread-wrong", role: "alert" });

  constructor(placed: PlacedThread, actor: PlacedThreads["actor"], onChange: () => Promise<void>) {
    this.#placed = placed;
    this.#actor = actor;
    this.#onChange = onChange;
    const { thread } = placed;
    const title = thread.title ?? kindNames[thread.kind] ?? thread.kind;
    const posts = `${String(thread.postCount)} ${thread.postCount === 1 ? "post" : "posts"}`;
    const facts = `${kindNames[thread.kind] ?? thread.kind} · ${thread.state} · ${thread.author.name} · ${posts}`;
    const details = make(
      "details",
      { class: "thread-card" },
      make("summary", {}, make("strong", {}, title), " ", make("span", { class: "thread-soft" }, facts)),
      this.#note(),
      this.#body,
      this.#wrong,
    );
    details.addEventListener("toggle", () => {
      if (details.open && this.#body.childElementCount === 0) void this.#load();
    });
    this.element = details;
  }

  open(): void {
    (this.element as HTMLDetailsElement).open = true;
  }

  /** How the place stands to the text of today. */
  #note(): HTMLElement {
    const { thread, place } = this.#placed;
    const note = make("div", { class: "thread-note" });
    if (place.state === "moved") note.append(make("p", {}, "The sentence has moved here since."));
    if (place.state === "edited") {
      const what = place.confirmed
        ? "The text was edited since, and the thread still stands at it."
        : "The text was edited since.";
      note.append(
        make("p", {}, [what, ...place.changes.map((change) => changeNames[change])].join(" ")),
        diffOf(place),
      );
    }
    if (place.state === "earlier text") {
      const hasLike = place.diff.some(({ kind }) => kind !== "removed");
      const old = hasLike ? diffOf(place) : make("blockquote", {}, place.oldText ?? "");
      note.append(make("p", {}, "What it stood on is no longer in the handbook:"), old);
    }
    if (place.mayConfirm) {
      const decide = (yes: boolean) => (): void => void this.#do(async () => confirmPlace(thread, yes));
      note.append(
        make(
          "div",
          { class: "thread-actions" },
          makeButton("It still stands there", decide(true)),
          makeButton("It does not", decide(false)),
        ),
      );
    }
    return note;
  }

  async #load(): Promise<void> {
    await this.#try(async () => {
      const whole = await readThread(this.#placed.thread.id);
      this.#body.replaceChildren(...this.#posts(whole), ...this.#tools(whole));
    });
  }

  #posts({ posts, events }: WholeThread): readonly HTMLElement[] {
    const shown = posts.map(({ id, author, createdAt, editedAt, deletedAt, html }) => {
      const head = make("p", { class: "thread-soft" }, make("strong", {}, author.name), " · ", dayOf(createdAt));
      if (editedAt !== null && deletedAt === null) {
        const edited = make("span", {}, "edited ", dayOf(editedAt));
        const actor = this.#actor;
        const seesHistory = actor !== null && (actor.id === author.id || ["editor", "owner"].includes(actor.role));
        const address = `/threads/${this.#placed.thread.id}/posts/${id}/history`;
        head.append(" · ", seesHistory ? make("a", { href: address }, edited) : edited);
      }
      const text = make("div", { class: "thread-text" });
      if (deletedAt === null) text.innerHTML = html;
      else text.textContent = "Taken away.";
      return make("article", { class: "thread-post" }, head, text);
    });
    const told = events.map(({ state, reason, person }) => {
      const what = state === "resolved" ? "Resolved" : "Reopened";
      return make("p", { class: "thread-soft" }, `${what} by ${person.name}${reason === "" ? "" : `: ${reason}`}`);
    });
    return [...shown, ...told];
  }

  #tools({ thread }: WholeThread): readonly HTMLElement[] {
    const page = make("a", { href: `/threads/${thread.id}/` }, "The thread’s own page");
    const actor = this.#actor;
    if (actor === null || actor.role === "reader") return [make("p", {}, page)];
    const answer = textForm({
      place: `reply:${thread.id}`,
      label: "Your answer (Markdown)",
      submit: "Answer",
      send: async (text) => {
        await reply(thread.id, text);
        await this.#load();
      },
    });
    const settles = actor.role !== "contributor" || (actor.id === thread.author.id && thread.kind !== "decision");
    return [answer, ...(settles ? [this.#settle(thread)] : []), make("p", {}, page)];
  }

  #settle(thread: WholeThread["thread"]): HTMLElement {
    const other = thread.state === "open" ? "resolved" : "open";
    const id = `thread-reason-${thread.id}`;
    const reason = make("input", { id, type: "text", maxlength: 1_000 });
    const button = makeButton(other === "resolved" ? "Resolve" : "Reopen", () => {
      void this.#do(async () => setState(thread, other, reason.value));
    });
    return make("div", { class: "thread-row" }, make("label", { for: id }, "Reason"), reason, button);
  }

  /** Changes something, and shows the chapter's threads anew. */
  async #do(change: () => Promise<unknown>): Promise<void> {
    await this.#try(async () => {
      await change();
      await this.#onChange();
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.#wrong.textContent = "";
    try {
      await work();
    } catch (error) {
      this.#wrong.textContent = error instanceof Error ? error.message : String(error);
    }
  }
}
