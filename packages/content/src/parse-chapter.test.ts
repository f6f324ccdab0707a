import { describe, expect, test } from "vitest";
import { contentErrorOf, editedChapter, parseFixture, readFixture } from "./small-book.fixture.ts";

describe("the model of a chapter", () => {
  const chapter = parseFixture();

  test("has the front matter, and the day the review is due", () => {
    expect(chapter).toMatchObject({
      id: "operate/series",
      title: "Twenty in series",
      ring: "ready for production",
      reviewed: "2026-11-23",
      reviewDue: "2027-05-22",
    });
  });

  test("is a list of blocks with the line of the file on which each begins", () => {
    expect(chapter.blocks.map(({ kind, line }) => `${String(line)} ${kind}`)).toEqual([
      "11 paragraph",
      "13 lens",
      "20 lens",
      "24 heading",
      "26 paragraph",
      "28 claim",
      "30 heading",
      "32 table",
      "36 code",
      "40 quote",
      "42 heading",
      "44 paragraph",
      "46 list",
    ]);
  });

  test("names claims and headings by themselves, other blocks by their hash, and gives the section", () => {
    const [opening, manager, executive, heading, paragraph, claim] = chapter.blocks;
    expect(opening).toMatchObject({ id: `b-${opening?.hash ?? ""}`, section: undefined });
    expect(opening?.hash).toMatch(/^[0-9a-f]{12}$/);
    expect(manager?.id).toBe("for-manager");
    expect(executive?.id).toBe("for-executive");
    expect(heading).toMatchObject({ id: "multiply", section: undefined });
    expect(paragraph).toMatchObject({ section: "multiply" });
    expect(claim).toMatchObject({ kind: "claim", id: "twenty", claim: "twenty" });
  });

  test("keeps the words of a block without their formatting", () => {
    expect(chapter.blocks[0]?.text).toBe("A service is up when all it needs is up. Its availability is a product.");
    expect(chapter.blocks[7]?.text).toBe("parts up\n1 99.9 %");
    expect(chapter.blocks[8]?.text).toBe("const up = 0.999 ** 20;");
  });

  test("collects claims, cited sources in order of name, and links to other chapters", () => {
    expect(chapter.claims).toEqual(["twenty"]);
    expect(chapter.sources.map((source) => source.key)).toEqual(["treynor-2017"]);
    expect(chapter.references).toEqual([{ chapter: "physics/reads", fragment: "limits", line: 26 }]);
  });

  test("collects the numbers for which a claim answers, and what of the claim they quote", () => {
    const more = 'Up :number[4 h]{claim="twenty" of="hours" side=control}, said in passing.';
    const edited = parseFixture(editedChapter("Failures are independent here.", more));
    expect(edited.numbers).toEqual([
      { text: "98.0 %", claim: "twenty", of: undefined, side: "claim", path: "book/operate/series.md", line: 14 },
      { text: "98.0 %", claim: "twenty", of: undefined, side: "claim", path: "book/operate/series.md", line: 21 },
      { text: "4 h", claim: "twenty", of: "hours", side: "control", path: "book/operate/series.md", line: 44 },
    ]);
  });

  test("lists a source that only a claim names", () => {
    const edited = parseFixture(editedChapter('As :cite[§3]{key="treynor-2017"} says, parts', "Parts"));
    expect(edited.sources.map((source) => source.key)).toEqual(["treynor-2017"]);
  });

  test("has the same hashes with Windows line ends and other formatting, another one with other words", () => {
    const hashes = chapter.blocks.map((block) => block.hash);
    const windows = parseFixture(readFixture("operate/series.md").replaceAll("\n", "\r\n"));
    expect(windows.blocks.map((block) => block.hash)).toEqual(hashes);
    const plain = parseFixture(editedChapter("**product**", "product"));
    expect(plain.blocks.map((block) => block.hash)).toEqual(hashes);
    const other = parseFixture(editedChapter("**product**", "sum"));
    expect(other.blocks.filter((block, index) => block.hash !== hashes[index])).toHaveLength(1);
  });

  test("tells two blocks with the same words apart", () => {
    const twice = parseFixture(editedChapter("Failures are independent here.", "Twice.\n\nTwice."));
    const ids = twice.blocks.filter((block) => block.text === "Twice.").map((block) => block.id);
    expect(ids[1]).toBe(`${ids[0] ?? ""}-2`);
  });
});

describe("a lens", () => {
  const seenBy = (lens: string): string[] =>
    parseFixture().blocks.flatMap((block) => (block.lenses.some((one) => one === lens) ? [block.id] : []));

  test("of the engineer shows everything", () => {
    expect(seenBy("engineer")).toHaveLength(parseFixture().blocks.length);
  });

  test("of the manager shows the opening, both boxes, claims under their headings, and the limits", () => {
    expect(seenBy("manager")).toEqual([
      expect.stringMatching(/^b-/),
      "for-manager",
      "for-executive",
      "multiply",
      "twenty",
      "limits",
      expect.stringMatching(/^b-/),
      expect.stringMatching(/^b-/),
    ]);
  });

  test("of the executive shows the executive's box and the claims", () => {
    expect(seenBy("executive")).toEqual(["for-executive", "twenty"]);
  });
});

interface Fault {
  readonly what: string;
  readonly passage: string;
  readonly replacement: string;
  readonly line: number;
  readonly says: string;
}

const faults: readonly Fault[] = [
  {
    what: "a number in the text whose claim stands elsewhere",
    passage: "Failures are independent here.",
    replacement: 'It fails in :number[4 %]{claim="new-then-old"} of the runs.',
    line: 44,
    says: 'The number "4 %" rests on the claim "new-then-old", which is not on this page.',
  },
  {
    what: "a side that no claim has",
    passage: "Failures are independent here.",
    replacement: 'Up :number[4 %]{claim="twenty" side=dark}.',
    line: 44,
    says: 'A claim has no side "dark". Write side=control, or leave it out.',
  },
  {
    what: "raw HTML in a block",
    passage: "Failures are independent here.",
    replacement: "<script>alert(1)</script>",
    line: 44,
    says: "Raw HTML is not allowed in the handbook. Write it in Markdown, or as `code` when it is an example.",
  },
  { what: "raw HTML in a line", passage: "**product**", replacement: "<b>product</b>", line: 11, says: "Raw HTML" },
  { what: "an image", passage: "**product**", replacement: "![x](y.png)", line: 11, says: "Images are not part" },
  {
    what: "an unknown directive in a line",
    passage: "**product**",
    replacement: ":figure[product]",
    line: 11,
    says: 'There is no directive ":figure" inside a line. There are :number, :cite and :term; a plain colon before a word is written "\\:figure".',
  },
  {
    what: "an unknown directive of its own",
    passage: '::claim{id="twenty"}',
    replacement: "::figure{id=twenty}",
    line: 28,
    says: 'There is no directive "::figure" here.',
  },
  {
    what: "a claim written as a container",
    passage: '::claim{id="twenty"}',
    replacement: ':::claim{id="twenty"}\n:::',
    line: 28,
    says: 'There is no directive ":::claim" here. A chapter has text, ::claim{id="…"}',
  },
  {
    what: "a claim without its id",
    passage: '::claim{id="twenty"}',
    replacement: "::claim",
    line: 28,
    says: 'The directive "claim" lacks the attribute "id". Its form is {id="…"}.',
  },
  {
    what: "an attribute that does not exist",
    passage: '::claim{id="twenty"}',
    replacement: '::claim{id="twenty" seed=3}',
    line: 28,
    says: 'The directive "claim" has no attribute "seed".',
  },
  {
    what: "an unknown claim",
    passage: '::claim{id="twenty"}',
    replacement: '::claim{id="thirty"}',
    line: 28,
    says: 'There is no claim "thirty". There are: twenty, new-then-old.',
  },
  {
    what: "a claim used twice",
    passage: "Failures are independent here.",
    replacement: '::claim{id="twenty"}',
    line: 44,
    says: 'The claim "twenty" stands here for the second time. Keep one; elsewhere link to it: [text](#twenty).',
  },
  {
    what: "a claim inside a list",
    passage: "- two",
    replacement: '- two\n\n  ::claim{id="new-then-old"}',
    line: 49,
    says: 'The directive "::claim" does not stand here.',
  },
  {
    what: "a claim with words of its own",
    passage: '::claim{id="twenty"}',
    replacement: '::claim[Twenty]{id="twenty"}',
    line: 28,
    says: "A claim brings its own sentence.",
  },
  {
    what: "an unknown source",
    passage: 'key="treynor-2017"',
    replacement: 'key="treynor-2018"',
    line: 26,
    says: 'There is no source "treynor-2018". Did you mean "treynor-2017"?',
  },
  {
    what: "an unknown term",
    passage: 'key="availability"',
    replacement: 'key="uptime"',
    line: 11,
    says: 'There is no term "uptime". There are: availability.',
  },
  {
    what: "an unknown lens",
    passage: ":::lens{for=manager}",
    replacement: ":::lens{for=auditor}",
    line: 13,
    says: 'There is no box for the lens "auditor". There are: manager, executive.',
  },
  {
    what: "an unknown ring",
    passage: "ring: ready for production",
    replacement: "ring: adopt",
    line: 6,
    says: '"ring" is wrong: a ring is one of ready for production, trial, assess, hold; got "adopt".',
  },
  {
    what: "a day that is none",
    passage: "reviewed: 2026-11-23",
    replacement: "reviewed: 2026-02-30",
    line: 7,
    says: '"reviewed" is wrong: a day of the calendar is written YYYY-MM-DD, for instance 2026-11-23; got "2026-02-30".',
  },
  {
    what: "a missing owner",
    passage: "owner: The editors\n",
    replacement: "",
    line: 2,
    says: '"owner" is wrong: it is',
  },
  {
    what: "a key that does not exist",
    passage: "owner: The editors",
    replacement: "owner: The editors\nauthor: Ann",
    line: 6,
    says: '"author" is wrong: this key is not known here.',
  },
  { what: "broken YAML", passage: "owner: The editors", replacement: "owner: [The", line: 6, says: "This is not YAML" },
  { what: "no front matter", passage: "---\ntitle", replacement: "title", line: 1, says: "has no front matter" },
  { what: "no limits", passage: "## Limits", replacement: "## Bounds", line: 1, says: "does not say its limits" },
  { what: "a heading too deep", passage: "## Multiply", replacement: "#### Multiply", line: 24, says: "wrong depth 4" },
  { what: "a second title", passage: "## Multiply", replacement: "# Multiply", line: 24, says: "wrong depth 1" },
  { what: "a list of sources", passage: "### By hand", replacement: "### Sources", line: 30, says: "is made from" },
  { what: "a footnote", passage: "**product**.", replacement: "product.[^1]\n\n[^1]: x", line: 11, says: "Footnotes" },
  {
    what: "a link that runs code",
    passage: "https://example.org/",
    replacement: "javascript:alert(1)",
    line: 46,
    says: 'The link "javascript:alert(1)" is not allowed.',
  },
  {
    what: "a link to data",
    passage: "https://example.org/",
    replacement: "data:text/html,x",
    line: 46,
    says: "not allowed",
  },
  {
    what: "a link to another host",
    passage: "https://example.org/",
    replacement: "//evil.org",
    line: 46,
    says: "not allowed",
  },
  {
    what: "a link to nothing",
    passage: "https://example.org/",
    replacement: "#nowhere",
    line: 46,
    says: "leads to nothing",
  },
];

describe("a chapter is refused, with line and mend, for", () => {
  test.each(faults)("$what", ({ passage, replacement, line, says }) => {
    const error = contentErrorOf(() => parseFixture(editedChapter(passage, replacement)));
    expect(error.message).toContain(says);
    expect(error.message.startsWith(`book/operate/series.md:${String(line)}: `)).toBe(true);
    expect(error.mend).toMatch(/\S.*[.…:?]$/s);
  });
});
