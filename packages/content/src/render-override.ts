import type { Element } from "hast";
import type { Override } from "./editions/override.ts";
import { element, text } from "./elements.ts";

/** What an override does, in a sentence for those who read the page. */
export function describeOverride({ edition, action, target, state }: Override): string {
  const what =
    action === "add"
      ? "added here"
      : action === "hide"
        ? target === "page"
          ? "leaves this page out"
          : "leaves a passage out"
        : action === "parameters"
          ? "has own numbers"
          : target === "ring"
            ? "decided on another ring"
            : "says this instead of the handbook";
  const beneath =
    state === "fits"
      ? ""
      : state === "base changed"
        ? " The handbook has changed here since; nobody has looked at it yet."
        : " The handbook has taken out what this was about.";
  return `${edition}: ${what}.${beneath}`;
}

/** Where a passage comes from, below it: readable without a script. */
export function renderOverride(override: Override): Element {
  const { why, baseThen, now, state, action } = override;
  const says: Element[] = why === "" ? [] : [element("p", {}, [text(why)])];
  if (action !== "add" && now !== undefined) says.push(...quoted("The handbook says:", now.text));
  if (state !== "fits" && baseThen !== undefined) says.push(...quoted("When this was written, it said:", baseThen));
  const properties = { className: ["edition-note"], dataState: state };
  return element("details", properties, [element("summary", {}, [text(describeOverride(override))]), ...says]);
}

const quoted = (label: string, words: string): Element[] => [
  element("p", {}, [text(label)]),
  element("blockquote", {}, [element("p", {}, [text(words)])]),
];
