import { describe, expect, it } from "vitest";
import type { Chapter } from "../chapter.ts";
import { contentErrorOf, parseFixture, readFixture } from "../small-book.fixture.ts";
import { checkLedger, lastEntries, parseLedger } from "./ledger.ts";

const path = "book/ledger.yaml";
const text = readFixture("ledger.yaml");
const series = parseFixture();
const reads: Chapter = { ...series, id: "physics/reads", path: "book/physics/reads.md", ring: "trial", claims: [] };

/** What is said when one passage of the fixture's ledger is another. */
function refusal(passage: string, replacement: string, chapters: readonly Chapter[] = [series]): string {
  if (!text.includes(passage)) throw new Error(`The fixture does not say "${passage}".`);
  const edited = text.replace(passage, () => replacement);
  return contentErrorOf(() => checkLedger(parseLedger(edited, path), chapters, path)).message;
}

it("keeps decisions in order, each with its line; the last of a practice counts", () => {
  const ledger = parseLedger(text, path);
  expect(ledger.map(({ practice, to, line }) => [practice, to, line])).toEqual([
    ["operate/series", "trial", 1],
    ["physics/reads", reads.ring, 6],
    ["operate/series", "ready for production", 11],
  ]);
  expect(lastEntries(ledger).get("operate/series")?.evidence?.claims).toEqual(["twenty"]);
  expect(() => checkLedger(ledger, [series, reads], path)).not.toThrow();
});

describe("the ledger refuses", () => {
  it("what readers are told to rely on without saying what it rests on", () => {
    expect(refusal("  evidence:\n    claims: [twenty]\n    digest: 0123456789ab\n", "")).toBe(
      'book/ledger.yaml:11: "operate/series" goes into "ready for production" without evidence. Add evidence: with the claims that the decision rests on.',
    );
  });

  it("a chapter whose ring is not the one that was decided", () => {
    const moved: Chapter = { ...series, ring: "hold" };
    expect(contentErrorOf(() => checkLedger(parseLedger(text, path), [moved, reads], path)).message).toBe(
      'book/operate/series.md:6: The chapter says "hold", and book/ledger.yaml:11 put it into "ready for production" on ' +
        "2026-11-23. Write ring: ready for production, or add an entry from ready for production to hold with who, why and evidence.",
    );
  });

  it("a chapter without an entry", () => {
    const stranger: Chapter = { ...series, id: "operate/parallel", path: "book/operate/parallel.md" };
    expect(contentErrorOf(() => checkLedger(parseLedger(text, path), [stranger], path)).message).toBe(
      'book/operate/parallel.md:6: The ring "ready for production" has no entry in book/ledger.yaml. ' +
        "Add one: date, practice: operate/parallel, to: ready for production, who and why.",
    );
  });

  it("a ring that does not exist", () => {
    expect(refusal("to: ready for production", "to: adopted")).toBe(
      'book/ledger.yaml:14: "2.to" is wrong: a ring is one of ready for production, trial, assess, hold, or "withdrawn" ' +
        'when the chapter is taken out; got "adopted". Mend this entry.',
    );
  });

  it("a day that the calendar does not have", () => {
    expect(refusal("date: 2026-11-23", "date: 2026-11-31")).toContain(
      'book/ledger.yaml:11: "2.date" is wrong: a day of the calendar is written YYYY-MM-DD',
    );
  });

  it("an entry that does not begin where the last one ended", () => {
    expect(refusal("from: trial", "from: assess")).toBe(
      'book/ledger.yaml:11: "operate/series" was in "trial" since 2026-11-20, and this entry comes from "assess". ' +
        "Write from: trial, or add the entry that is missing between.",
    );
    expect(refusal("  to: trial\n", "  from: assess\n  to: trial\n")).toContain("This is the first entry of");
  });

  it("entries out of the order of time", () => {
    expect(refusal("date: 2026-11-23", "date: 2026-11-19")).toBe(
      "book/ledger.yaml:11: The entry of 2026-11-19 stands after one of 2026-11-20. " +
        "Add new entries at the end, and change no old one.",
    );
  });

  it("a practice or a claim that is not there, unless the practice was withdrawn", () => {
    expect(refusal("First edition.", "First.")).toContain('There is no chapter "physics/reads"');
    expect(refusal("[twenty]", "[thirty]", [series, reads])).toContain(
      'book/ledger.yaml:11: The chapter "operate/series" has no claim "thirty".',
    );
    const withdrawn = text.replace(
      `  to: ${reads.ring}\n  who: The editors\n  why: First`,
      "  to: withdrawn\n  who: X\n  why: First",
    );
    expect(() => checkLedger(parseLedger(withdrawn, path), [series], path)).not.toThrow();
  });

  it("an entry without a reason", () => {
    expect(refusal("  why: First edition.\n", "")).toContain('book/ledger.yaml:6: "1.why" is wrong: it is missing');
  });
});
