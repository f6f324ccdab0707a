import { describe, expect, test } from "vitest";
import { contentErrorOf, editedChapter, parseFixture } from "./small-book.fixture.ts";

const managerLine = 'Twenty good parts make :number[98.0 %]{claim="twenty"} of a service.';
const executiveLine = 'The service is up :number[98.0 %]{claim="twenty"} of the time. Which parts can we do without?';
const checklist = "- [ ] Each dependency is written down.\n- [ ] Each has an owner.\n";

const errorAfter = (passage: string, replacement: string): string =>
  contentErrorOf(() => parseFixture(editedChapter(passage, replacement))).message;

describe("the manager's box", () => {
  test("has 150 words at most; signs are no words", () => {
    const fits = `${"word ".repeat(150 - 9)} % – …`;
    expect(parseFixture(editedChapter(managerLine, fits)).blocks[1]?.kind).toBe("lens");
    expect(errorAfter(managerLine, `${fits} one`)).toBe(
      "book/operate/series.md:13: The manager's box has 151 words. It has 150 at most: say less.",
    );
  });

  test("has a checklist", () => {
    expect(errorAfter(checklist, "- Each has an owner.\n")).toContain(
      "no checklist. Add lines that begin with `- [ ] `.",
    );
  });

  test("has no number without a claim", () => {
    expect(errorAfter(managerLine, "Twenty parts make 98.0 % of a service.")).toBe(
      'book/operate/series.md:14: The number "98" stands in a box without a claim under it. ' +
        'Write :number[…]{claim="…"} with the claim that answers for it, or say it without a number.',
    );
    for (const words of ["ninety-nine percent", "five per cent", "forty thousand", "seventy-seven", "Two million"]) {
      expect(errorAfter(managerLine, `So ${words} of them.`)).toContain("stands in a box without a claim under it");
    }
    const small = "Two of them, one in a thousand, twenty at most.";
    expect(parseFixture(editedChapter(managerLine, small)).blocks[1]?.kind).toBe("lens");
    expect(errorAfter("Each has an owner.", "Each has `2` owners.")).toContain('The number "2" stands');
  });

  test("may say where in a source to look", () => {
    const cited = `${managerLine} See :cite[§3]{key="treynor-2017"}.`;
    expect(parseFixture(editedChapter(managerLine, cited)).blocks[1]?.kind).toBe("lens");
  });

  test("rests on claims of the same page", () => {
    expect(errorAfter(managerLine, ':number[4 %]{claim="new-then-old"} fail.')).toContain(
      'The number "4 %" rests on the claim "new-then-old", which is not on this page.',
    );
    expect(errorAfter(managerLine, ':number[4 %]{claim="no-such"} fail.')).toContain('There is no claim "no-such".');
  });

  test("holds paragraphs and lists only", () => {
    expect(errorAfter(managerLine, "## Heading")).toContain("A box holds paragraphs and lists, and here is a heading.");
  });

  test("is there exactly once", () => {
    expect(errorAfter("for=executive", "for=manager")).toContain("more than one box for the manager");
    expect(errorAfter(`:::lens{for=manager}\n${managerLine}\n\n${checklist}:::\n`, "")).toContain(
      "The chapter has no box for the manager.",
    );
  });
});

describe("the executive's box", () => {
  test("has 60 words at most", () => {
    expect(errorAfter(executiveLine, `${executiveLine} ${"word ".repeat(50)}`)).toContain(
      "has 64 words. It has 60 at most",
    );
  });

  test("has exactly one number", () => {
    expect(errorAfter(executiveLine, "Which parts can we do without?")).toContain(
      "box has 0 numbers. It has exactly one",
    );
    expect(errorAfter(executiveLine, `${executiveLine} :number[2 %]{claim="twenty"}`)).toContain("box has 2 numbers");
  });

  test("asks a question", () => {
    expect(errorAfter("Which parts can we do without?", "Ask.")).toContain("asks no question");
  });
});
