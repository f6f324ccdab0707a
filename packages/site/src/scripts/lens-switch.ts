/**
 * The lens: how deep the page is read. `early.js` has set it on <html> from the address; style sheets hide what it
 * leaves out. Here it is changed without loading the page again, and kept in the links of the book.
 */
import { withLens } from "./lens-link.ts";

const root = document.documentElement;
const choices = document.querySelectorAll<HTMLAnchorElement>("a[data-lens-choice]");

const currentLens = (): string => root.dataset["lens"] ?? "engineer";

function apply(lens: string): void {
  root.dataset["lens"] = lens;
  for (const choice of choices) {
    if (choice.dataset["lensChoice"] === lens) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href]:not([data-lens-choice])")) {
    const href = link.getAttribute("href") ?? "";
    const kept = withLens(href, location.href, lens);
    if (kept !== href) link.setAttribute("href", kept);
  }
  foldContents();
}

const hashTarget = (hash: string): HTMLElement | null => document.getElementById(decodeURIComponent(hash.slice(1)));

const isLeftOut = (element: HTMLElement): boolean => element.getClientRects().length === 0;

/** The table of contents lists only what the lens shows. */
function foldContents(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("starlight-toc a, mobile-starlight-toc a")) {
    const target = hashTarget(link.hash);
    link.hidden = target !== null && isLeftOut(target);
  }
}

const addressWith = (lens: string): string => {
  const url = new URL(location.href);
  if (lens === "engineer") url.searchParams.delete("lens");
  else url.searchParams.set("lens", lens);
  return url.href;
};

/** A link to a place that the lens leaves out shows the place: the reader asked for it. */
function showTarget(): void {
  if (location.hash === "") return;
  const target = hashTarget(location.hash);
  if (target === null || !isLeftOut(target)) return;
  history.replaceState(null, "", addressWith("engineer"));
  apply("engineer");
  target.scrollIntoView();
}

for (const choice of choices) {
  choice.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const lens = choice.dataset["lensChoice"] ?? "engineer";
    history.pushState(null, "", addressWith(lens));
    apply(lens);
  });
}

addEventListener("popstate", () => {
  apply(new URLSearchParams(location.search).get("lens") ?? "engineer");
});
addEventListener("hashchange", showTarget);

apply(currentLens());
showTarget();
