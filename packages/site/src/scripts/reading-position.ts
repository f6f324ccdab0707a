/** Where the reader was in a chapter: kept on this device, and offered when they come back to the chapter's beginning. */
import { words } from "../words/words.ts";
import { forget, keep, kept } from "./device.ts";

const key = `fieldbook-position:${location.pathname}`;
const main = document.querySelector(".sl-markdown-content");
const sections = [
  ...document.querySelectorAll<HTMLElement>(".sl-markdown-content h2[id], .sl-markdown-content h3[id]"),
];

/** The last heading above the middle of the window; undefined in the opening. */
const currentSection = (): HTMLElement | undefined =>
  sections.findLast((section) => section.getBoundingClientRect().top < innerHeight / 2);

function remember(): void {
  const section = currentSection();
  if (section === undefined || section === sections.at(-1)) forget(key);
  else keep(key, section.id);
}

function offer(section: HTMLElement): void {
  const link = document.createElement("a");
  link.href = `#${section.id}`;
  link.textContent = words.goOnReading(section.textContent.trim());
  const note = document.createElement("p");
  note.className = "reading-position";
  note.append(link);
  main?.prepend(note);
}

const last = kept(key);
const section = sections.find(({ id }) => id === last);
if (section !== undefined && location.hash === "" && !new URLSearchParams(location.search).has("claim")) offer(section);

let waiting: ReturnType<typeof setTimeout> | undefined;
addEventListener(
  "scroll",
  () => {
    clearTimeout(waiting);
    waiting = setTimeout(remember, 300);
  },
  { passive: true },
);
