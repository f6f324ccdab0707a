import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assembleBook } from "./assemble-book.ts";
import type { KnownClaim } from "./assemble-book.ts";
import { contentErrorOf, fixtureClaims, fixtureFolder } from "./small-book.fixture.ts";

let scratch = "";
let book = "";

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "fieldbook-content-"));
  book = join(scratch, "book");
  cpSync(fixtureFolder, book, { recursive: true });
});

afterEach(() => {
  rmSync(scratch, { recursive: true });
});

function edit(file: string, passage: string, replacement: string): void {
  const text = readFileSync(join(book, file), "utf8");
  if (!text.includes(passage)) throw new Error(`${file} does not say "${passage}".`);
  writeFileSync(
    join(book, file),
    text.replace(passage, () => replacement),
  );
}

const messageWith = (claims: readonly KnownClaim[] = fixtureClaims): string =>
  contentErrorOf(() => assembleBook(book, claims)).message;

test("a book is its parts in order, with chapters, sources and glossary", () => {
  const { parts, sources, glossary } = assembleBook(book, fixtureClaims);
  expect(parts.map((part) => [part.title, part.chapters.map((chapter) => chapter.id)])).toEqual([
    ["Ducks in a row", ["operate/series"]],
    ["The physics", ["physics/reads"]],
  ]);
  expect([...sources.keys()]).toEqual(["treynor-2017", "herlihy-1990"]);
  expect([...glossary.keys()]).toEqual(["availability"]);
});

describe("a book is refused for", () => {
  test("two claims with one id", () => {
    expect(messageWith([...fixtureClaims, { id: "twenty", sources: [] }])).toBe(
      'book/index.ts:1: Two claims have the id "twenty". Give one of them another id; links and discussions hold on to it.',
    );
  });

  test("a chapter that names a claim which does not exist", () => {
    expect(messageWith(fixtureClaims.slice(0, 1))).toBe(
      'book/physics/reads.md:18: There is no claim "new-then-old". There are: twenty.',
    );
  });

  test("a claim that stands in two chapters", () => {
    edit("physics/reads.md", "One register.", '::claim{id="twenty"}');
    expect(messageWith()).toBe(
      'book/physics/reads.md:27: The claim "twenty" already stands in book/operate/series.md. ' +
        "Keep one; from the other chapter link to it.",
    );
  });

  test("a claim that names a source which does not exist", () => {
    expect(messageWith([{ id: "twenty", sources: ["nobody-1999"] }, ...fixtureClaims.slice(1)])).toContain(
      'book/operate/series.md:28: There is no source that claim "twenty" names: "nobody-1999".',
    );
  });

  test("a link to a chapter or a heading that is not there", () => {
    edit("operate/series.md", "reads.md#limits", "writes.md");
    expect(messageWith()).toContain('book/operate/series.md:26: There is no chapter "physics/writes".');
    edit("operate/series.md", "writes.md", "reads.md#bounds");
    expect(messageWith()).toContain('There is nothing with the id "bounds" in book/physics/reads.md.');
  });

  test("a part that names a missing chapter, a chapter that no part names", () => {
    edit("parts.yaml", "- reads", "- writes");
    expect(messageWith()).toContain("book/physics/writes.md:1: The file is missing.");
    edit("parts.yaml", "    - writes\n", "    []\n");
    expect(messageWith()).toBe(
      'book/physics/reads.md:1: No part names this chapter. Add it to the chapters of "physics" in book/parts.yaml.',
    );
  });

  test("a source or a term that is wrong, at its line", () => {
    edit("sources.yaml", "DOI: 10.1145", "URL: ftp://doi.org");
    expect(messageWith()).toContain('book/sources.yaml:27: "herlihy-1990.URL" is wrong: a link begins with https://');
    edit("sources.yaml", "URL: ftp://doi.org", "DOI: 10.1145");
    edit("glossary.yaml", "term: availability", "term: ''");
    expect(messageWith()).toContain('book/glossary.yaml:2: "availability.term" is wrong: the text must not be empty');
  });
});
