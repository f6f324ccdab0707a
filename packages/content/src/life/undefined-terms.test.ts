import { expect, it } from "vitest";
import type { Chapter } from "../chapter.ts";
import { editedChapter, fixtureOptions, parseFixture } from "../small-book.fixture.ts";
import { undefinedTerms } from "./undefined-terms.ts";

const bookOf = (...chapters: readonly Chapter[]) => ({
  parts: [{ id: "operate", title: "T", summary: "S", chapters }],
  glossary: fixtureOptions.glossary,
});

const without = parseFixture(editedChapter(':term[availability]{key="availability"}', "availability"));

it("finds nothing when the first use of a word leads to the glossary", () => {
  expect(undefinedTerms(bookOf(parseFixture()))).toEqual([]);
});

it("finds the first use of a word that does not, with its place", () => {
  expect(undefinedTerms(bookOf(without))).toMatchObject([
    { place: { path: "book/operate/series.md", line: 11 }, term: { key: "availability" } },
  ]);
});

it("counts what an earlier chapter defined", () => {
  expect(undefinedTerms(bookOf(parseFixture(), without))).toEqual([]);
  expect(undefinedTerms(bookOf(without, parseFixture()))).toHaveLength(1);
});

it("takes no title of a chapter, no code and no part of a word for a use", () => {
  const other = parseFixture(
    editedChapter(
      'Its :term[availability]{key="availability"} is',
      "See [availability](../physics/reads.md) and `availability`; unavailability is",
    ),
  );
  expect(undefinedTerms(bookOf(other))).toEqual([]);
});
