import { agrees, claim, dependencyAvailability, differs } from "@fieldbook/lab";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Chapter } from "../chapter.ts";
import { contentErrorOf, fixtureFolder } from "../small-book.fixture.ts";
import { assembleEdition } from "./assemble-edition.ts";
import type { EditionBook } from "./assemble-edition.ts";
import { pinEdition } from "./pin-edition.ts";

const up = 100 * 0.999 ** 20;
export const claims = ["twenty", "new-then-old"].map((id, index) =>
  claim({
    id,
    says: `Twenty parts (${String(index)}).`,
    experiment: dependencyAvailability,
    parameters: { dependencies: 20, availability: 99.9 },
    expect: agrees("availability", { value: up, formula: "0.999^20", within: 0.02, seeds: 400 }),
    control: {
      label: "With one",
      says: "One part.",
      parameters: { dependencies: 1, availability: 99.9 },
      expect: differs("availability", { value: up, formula: "0.999^20", by: 1, seeds: 400 }),
    },
    knobs: ["dependencies"],
    guess: { question: "How much?", options: ["much", "little"], answer: 0 },
    sources: index === 0 ? ["treynor-2017"] : ["herlihy-1990"],
    leavesOut: "Much.",
    breaksWhen: "They share a cause.",
  }),
);

/** Where a test's book and edition stand. */
export const at = { scratch: "", book: "", folder: "" };

/** Gives each test of the file a copy of the small book, and room for an edition. */
export function useEdition(): void {
  beforeEach(() => {
    at.scratch = mkdtempSync(join(tmpdir(), "fieldbook-edition-"));
    at.book = join(at.scratch, "book");
    at.folder = join(at.scratch, "ours");
    cpSync(fixtureFolder, at.book, { recursive: true });
  });

  afterEach(() => {
    rmSync(at.scratch, { recursive: true });
  });
}

export function write(file: string, text: string, to = at.folder): void {
  mkdirSync(dirname(join(to, file)), { recursive: true });
  writeFileSync(join(to, file), text);
}

export const head = "title: Our handbook\nowner: We\nbase: fieldbook\n";

export function edition(plan: string, files: Readonly<Record<string, string>> = {}): void {
  write("edition.yaml", head + plan);
  for (const [file, text] of Object.entries(files)) write(file, text);
}

export const assemble = (path = at.folder): EditionBook => assembleEdition(path, { bookFolder: at.book, claims });
export const pin = (): void => void pinEdition(at.folder, { bookFolder: at.book, claims });
export const messageOf = (action: () => unknown = assemble): string => contentErrorOf(action).message;

export function editBase(file: string, passage: string, replacement: string): void {
  const text = readFileSync(join(at.book, file), "utf8");
  if (!text.includes(passage)) throw new Error(`${file} does not say "${passage}".`);
  writeFileSync(
    join(at.book, file),
    text.replace(passage, () => replacement),
  );
}

export const chapterOf = (found: EditionBook, id: string): Chapter | undefined =>
  found.parts.flatMap((part) => part.chapters).find((chapter) => chapter.id === id);
export const blocksOf = (id: string): readonly string[] =>
  chapterOf(assemble(), id)?.blocks.map(({ text }) => text) ?? [];

/** The id of the paragraph "Failures are independent here." */
export const independent = (): string => {
  edition("");
  return chapterOf(assemble(), "operate/series")!.blocks.find(({ text }) => text.startsWith("Failures"))!.id;
};

export const ownPage = `---
title: Our page
subtitle: Ours
summary: Of our own.
owner: We
ring: trial
reviewed: 2026-11-20
reviewEveryDays: 90
---

Ours.

:::lens{for=manager}
- [ ] Done.
:::

:::lens{for=executive}
We have :number[97.0 %]{claim="thirty"}. Is it enough?
:::

::claim{id="thirty"}

## Limits

Ours.
`;

export const ownClaim = `ownClaims:
  - id: thirty
    experiment: dependency-availability
    says: Thirty parts.
    parameters: { dependencies: 30, availability: 99.9 }
    expect: { agrees: availability, value: 97.0431, formula: 0.999^30, within: 0.02, seeds: 400 }
    control:
      label: With one
      says: One part.
      parameters: { dependencies: 1, availability: 99.9 }
      expect: { differs: availability, value: 97.0431, formula: 0.999^30, by: 1, seeds: 400 }
    guess: { question: How much?, options: [much, little], answer: 0 }
    leavesOut: Much.
    breaksWhen: They share a cause.
`;
