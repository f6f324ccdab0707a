import { ContentError } from "@fieldbook/content";
import type { Chapter } from "@fieldbook/content";
import { ClaimError } from "@fieldbook/lab";
import type { Evidence } from "@fieldbook/lab";
import { EvidenceError, experimentIdentities } from "@fieldbook/lab/node";
import { describe, expect, test } from "vitest";
import { isAuthorsError, readSiteBook, verificationOf } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

describe("the handbook as it stands", async () => {
  const book = await readSiteBook();
  const chapters = book.parts.flatMap((part) => part.chapters);

  test("is whole: every chapter in its part, every claim in a chapter", () => {
    expect(chapters.map((chapter) => chapter.id)).toEqual([
      "operate/ducks-in-a-row",
      "operate/queues",
      "operate/tail-latency",
      "operate/error-budgets",
      "operate/delivery",
      "operate/measuring",
      "operate/fleet",
      "physics/consistency-models",
      "robust/metastable-failure",
      "robust/overload",
      "robust/failure-domains",
    ]);
    expect(chapters.flatMap((chapter) => chapter.claims).toSorted()).toEqual([...book.claims.keys()].toSorted());
  });

  test("has no source and no word that no chapter uses", () => {
    const cited = new Set(chapters.flatMap((chapter) => chapter.sources.map((source) => source.key)));
    expect([...book.sources.keys()].filter((key) => !cited.has(key))).toEqual([]);
    const text = JSON.stringify(chapters);
    expect([...book.glossary.keys()].filter((key) => !text.includes(`"term":"${key}"`))).toEqual([]);
  });

  test("shows nothing as verified that this engine has not proved", () => {
    const identityOf = experimentIdentities();
    for (const [id, evidence] of book.evidence) {
      expect(evidence.engine, id).toEqual(identityOf(book.claims.get(id)!.experiment.id));
      expect([evidence.sides.claim.met, evidence.sides.control.met]).toEqual([true, true]);
    }
  });
});

describe("the verification of a chapter", () => {
  const chapter = { claims: ["one", "two", "three"] } as unknown as Chapter;
  const bookWith = (proofs: Record<string, string>): SiteBook => {
    const evidence = new Map(Object.entries(proofs).map(([id, date]) => [id, { date } as Evidence]));
    return { engine: { version: "0.3.0", digest: "0123456789ab" }, evidence } as unknown as SiteBook;
  };

  test("is as old as the oldest of its proofs", () => {
    const book = bookWith({ one: "2026-11-23", two: "2026-11-20", other: "2026-01-01" });
    expect(verificationOf(chapter, book)).toEqual({ claims: 3, proved: 2, engine: "0.3.0", date: "2026-11-20" });
  });

  test("has no date when nothing is proved", () => {
    expect(verificationOf(chapter, bookWith({}))).toEqual({ claims: 3, proved: 0, engine: "0.3.0" });
  });
});

test("what someone wrote is told from what the program did", () => {
  const place = { path: "book/a.md", line: 1 };
  expect(isAuthorsError(new ContentError(place, "It is wrong.", "Mend it."))).toBe(true);
  expect(isAuthorsError(new ClaimError("wrong"))).toBe(true);
  expect(isAuthorsError(new EvidenceError("wrong"))).toBe(true);
  expect(isAuthorsError(new TypeError("a fault of ours"))).toBe(false);
});
