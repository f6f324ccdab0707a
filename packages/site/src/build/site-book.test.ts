import { ContentError, undefinedTerms } from "@fieldbook/content";
import { ClaimError } from "@fieldbook/lab";
import { EvidenceError, experimentIdentities } from "@fieldbook/lab/node";
import { describe, expect, test } from "vitest";
import { isAuthorsError, readSiteBook } from "./site-book.ts";

describe("the handbook as it stands", async () => {
  const book = await readSiteBook();
  const chapters = book.parts.flatMap((part) => part.chapters);

  test("is whole: every chapter in its part, every claim in a chapter", () => {
    expect(chapters.length).toBeGreaterThanOrEqual(11);
    expect(new Set(chapters.map((chapter) => chapter.id)).size).toBe(chapters.length);
    expect(chapters.flatMap((chapter) => chapter.claims).toSorted()).toEqual([...book.claims.keys()].toSorted());
  });

  test("has no word that no chapter uses", () => {
    const used = new Set(chapters.flatMap((chapter) => chapter.terms));
    expect([...book.glossary.keys()].filter((key) => !used.has(key))).toEqual([]);
  });

  test("uses no word of the glossary before it says what it means", () => {
    expect(undefinedTerms(book).map(({ place, term }) => `${place.path}:${String(place.line)} ${term.term}`)).toEqual(
      [],
    );
  });

  test("shows nothing as verified that this engine has not proved", () => {
    const identityOf = experimentIdentities();
    for (const [id, evidence] of book.evidence) {
      expect(evidence.engine, id).toEqual(identityOf(book.claims.get(id)!.experiment.id));
      expect([evidence.sides.claim.met, evidence.sides.control.met]).toEqual([true, true]);
    }
  });
});

test("what someone wrote is told from what the program did", () => {
  const place = { path: "book/a.md", line: 1 };
  expect(isAuthorsError(new ContentError(place, "It is wrong.", "Mend it."))).toBe(true);
  expect(isAuthorsError(new ClaimError("wrong"))).toBe(true);
  expect(isAuthorsError(new EvidenceError("wrong"))).toBe(true);
  expect(isAuthorsError(new TypeError("a fault of ours"))).toBe(false);
});
