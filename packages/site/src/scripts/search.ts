/** The search window. The index and the program that reads it are fetched when it is first opened. */
import { words } from "../words/words.ts";
import { withLens } from "./lens-link.ts";

/** The part of Pagefind's interface that is used; see https://pagefind.app/docs/api/. */
interface Pagefind {
  init(): Promise<void>;
  /** Null when a later call has overtaken this one. */
  debouncedSearch(words: string): Promise<{ results: readonly { data(): Promise<Found> }[] } | null>;
}

interface Found {
  readonly meta: { readonly title: string };
  /** The sections of the page in which the words stand. */
  readonly sub_results: readonly { readonly title: string; readonly url: string; readonly excerpt: string }[];
}

const pagesShown = 8;
const sectionsShown = 3;

class SearchWindow {
  readonly #dialog: HTMLDialogElement;
  readonly #input: HTMLInputElement;
  readonly #count: HTMLElement;
  readonly #results: HTMLElement;
  #pagefind: Promise<Pagefind> | undefined;

  constructor(dialog: HTMLDialogElement) {
    const find = <Part extends HTMLElement>(selector: string): Part => {
      const part = dialog.querySelector<Part>(selector);
      if (part === null) throw new Error(`The search window has no ${selector}.`);
      return part;
    };
    this.#dialog = dialog;
    this.#input = find("input");
    this.#count = find(".search-count");
    this.#results = find(".search-results");
    this.#input.addEventListener("input", () => void this.#search());
    dialog.addEventListener("click", (event) => {
      const onBackdrop = event.target === dialog;
      if (onBackdrop || (event.target instanceof Element && event.target.closest("a") !== null)) dialog.close();
    });
    dialog.querySelector("form")?.addEventListener("submit", (event) => {
      // Enter in the field opens the first result; the button closes.
      if (event.submitter !== null && document.activeElement !== this.#input) return;
      event.preventDefault();
      this.#results.querySelector("a")?.click();
    });
  }

  open(): void {
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    this.#input.select();
    void this.#load();
  }

  #load(): Promise<Pagefind> {
    // Built after the pages, so it is no module of ours; the address is kept from the bundler.
    const address = "/pagefind/pagefind.js";
    this.#pagefind ??= (import(/* @vite-ignore */ address) as Promise<Pagefind>).then(async (pagefind) => {
      await pagefind.init();
      return pagefind;
    });
    return this.#pagefind;
  }

  async #search(): Promise<void> {
    const wanted = this.#input.value.trim();
    try {
      const pagefind = await this.#load();
      const search = await pagefind.debouncedSearch(wanted);
      if (search === null) return;
      const pages = await Promise.all(search.results.slice(0, pagesShown).map((result) => result.data()));
      if (wanted !== this.#input.value.trim()) return;
      this.#show(wanted, search.results.length, pages);
      const threads = wanted === "" ? [] : await findThreads(wanted);
      if (wanted === this.#input.value.trim()) this.#showThreads(threads);
    } catch {
      this.#pagefind = undefined;
      this.#results.replaceChildren();
      this.#count.textContent = words.searchFailed;
    }
  }

  /** What people said stands below what the book says. */
  #showThreads(threads: readonly FoundThread[]): void {
    if (threads.length === 0) return;
    const title = document.createElement("li");
    title.className = "search-group";
    title.textContent = words.discussion;
    this.#results.append(title, ...threads.map(threadItem));
  }

  #show(wanted: string, count: number, pages: readonly Found[]): void {
    this.#results.replaceChildren(...pages.flatMap((page) => sectionsOf(page)));
    if (wanted === "") this.#count.textContent = "";
    else if (count === 0) this.#count.textContent = words.nothingFound(wanted);
    else this.#count.textContent = words.pagesFound(count, wanted);
  }
}

interface FoundThread {
  readonly id: string;
  readonly title: string | null;
  readonly kind: string;
  readonly state: string;
}

const threadsShown = 5;
/** Whether a server answers for discussions; on a plain host of files there is none. */
let hasThreads = true;

async function findThreads(wanted: string): Promise<readonly FoundThread[]> {
  if (!hasThreads) return [];
  const query = new URLSearchParams({ text: wanted, size: String(threadsShown) });
  try {
    const response = await fetch(`/api/v1/threads?${query.toString()}`);
    const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
    if (response.ok && isJson) return ((await response.json()) as { threads: readonly FoundThread[] }).threads;
    hasThreads = false;
  } catch {
    hasThreads = false;
  }
  return [];
}

function threadItem({ id, title, kind, state }: FoundThread): HTMLElement {
  const link = document.createElement("a");
  link.href = `/threads/${id}/`;
  link.textContent = title ?? kind;
  const facts = document.createElement("p");
  facts.textContent = `${kind} · ${state}`;
  const item = document.createElement("li");
  item.append(link, facts);
  return item;
}

function sectionsOf(page: Found): readonly HTMLElement[] {
  return page.sub_results.slice(0, sectionsShown).map((section) => {
    const link = document.createElement("a");
    link.href = withLens(section.url, location.href, document.documentElement.dataset["lens"] ?? "engineer");
    link.textContent = section.title === page.meta.title ? page.meta.title : `${page.meta.title} – ${section.title}`;
    const excerpt = document.createElement("p");
    excerpt.append(...markedText(section.excerpt));
    const item = document.createElement("li");
    item.append(link, excerpt);
    return item;
  });
}

/** An excerpt comes as HTML; only its text and its <mark>s are taken over. */
function* markedText(html: string): Generator<Node | string> {
  for (const node of new DOMParser().parseFromString(html, "text/html").body.childNodes) {
    const text = node.textContent ?? "";
    if (!(node instanceof HTMLElement) || node.tagName !== "MARK") {
      yield text;
      continue;
    }
    const mark = document.createElement("mark");
    mark.textContent = text;
    yield mark;
  }
}

const dialog = document.querySelector<HTMLDialogElement>("dialog[data-search]");
const button = document.querySelector<HTMLButtonElement>("button[data-search-open]");

if (dialog !== null && button !== null) {
  const search = new SearchWindow(dialog);
  button.hidden = false;
  button.addEventListener("click", () => search.open());
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea") !== null;
    const asked = event.key === "/" ? !typing : event.key === "k" && (event.ctrlKey || event.metaKey);
    if (!asked) return;
    event.preventDefault();
    search.open();
  });
}
