import { make, makeButton } from "../claim/dom.ts";
import type { PlacedThread, PlacedThreads } from "./api.ts";
import { composer } from "./composer.ts";
import { kindNames, ThreadCard } from "./thread-card.ts";

export interface FootOptions {
  readonly chapter: string;
  readonly found: PlacedThreads;
  readonly onChange: () => Promise<void>;
}

const optionsOf = (names: Readonly<Record<string, string>>): readonly HTMLElement[] =>
  Object.entries({ "": "all", ...names }).map(([value, name]) => make("option", { value }, name));

/** All threads of the chapter, at its foot: those whose sentence is gone first among them, under their own heading. */
export function makeFoot({ chapter, found, onChange }: FootOptions): HTMLElement {
  const { threads, actor } = found;
  const list = (wanted: readonly PlacedThread[]): readonly HTMLElement[] =>
    wanted.map((placed) => new ThreadCard(placed, actor, onChange).element);
  const kind = make("select", { id: "threads-foot-kind" }, ...optionsOf(kindNames));
  const state = make("select", { id: "threads-foot-state" }, ...optionsOf({ open: "open", resolved: "resolved" }));
  const listed = make("div", { class: "threads-foot-list" });
  const show = (): void => {
    const wanted = threads.filter(
      ({ thread }) =>
        (kind.value === "" || thread.kind === kind.value) && (state.value === "" || thread.state === state.value),
    );
    const gone = wanted.filter(({ place }) => place.state === "earlier text");
    const here = wanted.filter(({ place }) => place.state !== "earlier text");
    const earlier = gone.length === 0 ? [] : [make("h3", {}, "About earlier text"), ...list(gone)];
    const none = wanted.length === 0 ? [make("p", { class: "thread-soft" }, "There is no thread here.")] : [];
    listed.replaceChildren(...list(here), ...earlier, ...none);
  };
  kind.addEventListener("change", show);
  state.addEventListener("change", show);
  show();
  const filter = make(
    "div",
    { class: "thread-row" },
    make("label", { for: "threads-foot-kind" }, "Kind"),
    kind,
    make("label", { for: "threads-foot-state" }, "State"),
    state,
  );
  const place = make("div");
  const start = makeButton("Start a thread about the chapter", () => {
    const form = composer({
      chapter,
      onDone: onChange,
      onCancel: () => {
        place.replaceChildren(start);
        start.focus();
      },
    });
    place.replaceChildren(form);
    form.querySelector("textarea")?.focus();
  });
  if (actor !== null && actor.role !== "reader") place.append(start);
  const links = make(
    "p",
    { class: "thread-soft" },
    make("a", { href: `/threads/in/${chapter}/` }, "All on a page of their own"),
    " · ",
    make("a", { href: `/feeds/in/${chapter}.atom` }, "Atom"),
  );
  return make(
    "section",
    { class: "threads-foot not-content", "data-thread-ui": true, "aria-labelledby": "threads-foot-title" },
    make("h2", { id: "threads-foot-title" }, "Discussion"),
    ...(threads.length > 0 ? [filter] : []),
    listed,
    place,
    links,
  );
}
