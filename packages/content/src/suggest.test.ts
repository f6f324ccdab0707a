import { describe, expect, it } from "vitest";
import { contentErrorOf, readFixture } from "./small-book.fixture.ts";
import { applySuggestion } from "./suggest.ts";

const path = "book/operate/series.md";
const chapter = readFixture("operate/series.md");
const apply = (quote: string, suggestion: string) => applySuggestion(chapter, quote, suggestion, path);

describe("a suggestion", () => {
  it("takes the place of the sentence that is quoted, and of nothing else", () => {
    const { text, line, replaced } = apply("Failures are independent here.", "Failures come together.");
    expect(text).toBe(chapter.replace("Failures are independent here.", "Failures come together."));
    expect(chapter.split("\n")[line - 1]).toBe(replaced);
  });

  it("takes whole directives and emphasis with it, and says so", () => {
    const { text, tookMarkup } = apply("Its availability is a product.", "It is a *product*.");
    expect(text).toContain("A service is up when all it needs is up. It is a *product*.\n");
    expect(tookMarkup).toBe(true);
  });

  it("finds sentences in boxes, lists, tables and quotations", () => {
    for (const quote of ["Each has an owner.", "Which parts can we do without?", "99.9 %", "Hope is not a strategy."]) {
      expect(apply(quote, "Otherwise.").text, quote).toContain("Otherwise.");
    }
  });

  it("never touches the front matter", () => {
    expect(contentErrorOf(() => apply("What twenty dependencies do to a service.", "x")).message).toContain(
      "The chapter does not say",
    );
  });

  it("is refused for what the chapter does not say, and for what it says twice", () => {
    expect(contentErrorOf(() => apply("Nobody wrote this.", "x")).message).toBe(
      'book/operate/series.md:1: The chapter does not say "Nobody wrote this.". The sentence was changed since, or spans several blocks: change the chapter by hand.',
    );
    const twice = chapter.replace("- two", "- Failures are independent here.");
    expect(contentErrorOf(() => applySuggestion(twice, "Failures are independent here.", "x", path)).message).toMatch(
      /^book\/operate\/series\.md:\d+: The chapter says "Failures are independent here\." 2 times\./,
    );
  });
});
