import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Chapter } from "./chapter.ts";
import { ContentError } from "./content-error.ts";
import { parseGlossary } from "./glossary.ts";
import { parseChapter } from "./parse-chapter.ts";
import type { ParseOptions } from "./parse-chapter.ts";
import { parseSources } from "./sources.ts";

/** The small book that the tests read and break. */
export const fixtureFolder = fileURLToPath(new URL("testdata/book", import.meta.url));

export const fixtureClaims = [
  { id: "twenty", sources: ["treynor-2017"] },
  { id: "new-then-old", sources: ["herlihy-1990"] },
];

export const readFixture = (file: string): string => readFileSync(`${fixtureFolder}/${file}`, "utf8");

export const fixtureOptions: ParseOptions = {
  path: "book/operate/series.md",
  claims: new Map(fixtureClaims.map((claim) => [claim.id, claim])),
  sources: parseSources(readFixture("sources.yaml"), "book/sources.yaml"),
  glossary: parseGlossary(readFixture("glossary.yaml"), "book/glossary.yaml"),
};

/** The fixture's first chapter with one passage replaced. */
export function editedChapter(passage: string, replacement: string): string {
  const text = readFixture("operate/series.md");
  if (!text.includes(passage)) throw new Error(`The fixture does not say "${passage}".`);
  return text.replace(passage, () => replacement);
}

export const parseFixture = (text = readFixture("operate/series.md")): Chapter => parseChapter(text, fixtureOptions);

/** The ContentError that the action throws; anything else fails the test. */
export function contentErrorOf(action: () => unknown): ContentError {
  try {
    action();
  } catch (error) {
    if (error instanceof ContentError) return error;
    throw error;
  }
  throw new Error("No ContentError was thrown.");
}
