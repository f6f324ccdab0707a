import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { at, write, head, edition, pin, messageOf, ownPage, ownClaim, useEdition } from "./edition.fixture.ts";

useEdition();

describe("an edition is refused, with file and line, for", () => {
  it.each([
    ["a program", "helper.ts", "ours/helper.ts:1: An edition is data and runs no code."],
    ["a page with code", "pages/operate/x.mdx", "ours/pages/operate/x.mdx:1: An edition is data and runs no code."],
    ["HTML", "pages/operate/x.html", "ours/pages/operate/x.html:1: An edition is data and runs no code."],
    ["another file", "notes.txt", "ours/notes.txt:1: An edition has no such file."],
    ["another folder", "secrets/a.md", "ours/secrets:1: An edition has no such folder."],
  ])("%s", (_, file, message) => {
    edition("", { [file]: "x" });
    expect(messageOf()).toContain(message);
  });

  it.each([
    ["glossary.yaml", 'ours:\n  term: ours\n  definition: "Of <script>us</script>."\n', "<script>"],
    ["ledger.yaml", "- date: 2026-11-23\n  practice: operate/series\n  why: <b>So.</b>\n", "<b>"],
  ])("HTML in %s", (file, text, tag) => {
    edition("", { [file]: text });
    expect(messageOf()).toContain(`ours/${file}:3: HTML has no place in an edition: ${tag}`);
  });

  it("a text of the base that is not the one that was pinned", () => {
    edition("blocks:\n  - { after: operate/series#multiply, why: w, text: Ours. }");
    pin();
    const [kept = ""] = readdirSync(join(at.folder, "base"));
    writeFileSync(join(at.folder, "base", kept), "Garbage.");
    expect(messageOf()).toBe(
      `ours/base/${kept}:1: This is not the text that was pinned. Take it back from your repository's history.`,
    );
  });

  it.each([
    [
      "a box that is no box any more",
      "replace: operate/series#for-executive, why: w, text: We save a lot.",
      '"operate/series#for-executive" can not be replaced so: The chapter has no box for the executive.',
    ],
    [
      "a claim that is left out while a number rests on it",
      "hide: operate/series#twenty, why: w",
      '"operate/series#twenty" can not be left out: The number "98.0 %" rests on the claim "twenty"',
    ],
  ])("%s", (_, entry, message) => {
    edition(`blocks:\n  - { ${entry} }`);
    expect(() => pin()).toThrow(`ours/edition.yaml:5: ${message}`);
  });

  it("a link that leaves its folder", () => {
    edition("");
    writeFileSync(join(at.scratch, "secret.md"), ownPage);
    mkdirSync(join(at.folder, "pages/operate"), { recursive: true });
    symlinkSync(join(at.scratch, "secret.md"), join(at.folder, "pages/operate/ours.md"));
    expect(messageOf()).toBe(
      "ours/pages/operate/ours.md:1: An edition does not leave its folder. Copy the file here; links are refused.",
    );
  });

  it.each([
    ["a page outside of it", "pages: [{ add: ../secret/x, why: w }]", 'ours/edition.yaml:4: "pages.0.add" is wrong'],
    ["a base elsewhere", "", 'ours/edition.yaml:3: "base" is wrong', "base: fieldbook", "base: ../../etc"],
    ["a tag of YAML", "rings: !!js/function 'x'", "ours/edition.yaml:4: This is not YAML: Unresolved tag"],
    ["HTML in its words", "", "ours/edition.yaml:1: HTML has no place in an edition: <b>", "Our", "<b>Our</b>"],
    ["an unknown key", "scripts: [x]", 'ours/edition.yaml:4: "scripts" is wrong: this key is not known here'],
    ["an unknown ring", "rings: { best: x }", 'ours/edition.yaml:4: "rings.best" is wrong'],
    [
      "one name for two rings",
      "rings: { trial: pilot, assess: Pilot }",
      '"Pilot" is the name of two rings, "trial" and',
    ],
    ["a ring with another's name", "rings: { trial: hold }", '"hold" is the name of two rings, "trial" and "hold".'],
    [
      "a text of several lines in quotes",
      'blocks: [{ after: operate/series#multiply, why: w, text: "A\\n\\nB" }]',
      "ours/edition.yaml:4: A text of several lines stands in quotes",
    ],
    ["two things at once", "pages: [{ add: operate/a, hide: operate/b, why: w }]", "this is add and hide"],
    ["no reason", "pages: [{ hide: physics/reads }]", '"pages.0.why" is wrong: it is missing'],
    ["a text that is missing", "blocks: [{ replace: operate/series#multiply, why: w }]", "The text is missing."],
    ["a broken pin", "pages: [{ hide: physics/reads, pin: xyz, why: w }]", "a pin has 12 hexadecimal digits"],
    ["no pin", "pages: [{ hide: physics/reads, why: w }]", "/ours"],
    [
      "a pin that fits nothing",
      "pages: [{ hide: physics/reads, pin: '000000000000', why: w }]",
      "The base has no text with the pin 000000000000, and ours/base/000000000000.txt is not there.",
    ],
    [
      "a missing block",
      "blocks:\n  - { hide: operate/series#multiplied, why: w }",
      'ours/edition.yaml:5: There is no block "operate/series#multiplied" in the base. Did you mean "multiply"?',
    ],
    ["a missing page", "pages: [{ hide: physics/read, why: w }]", 'There is no page "physics/read" in the base.'],
    ["blocks of a missing page", "blocks: [{ hide: physics/x#y, why: w }]", 'There is no page "physics/x".'],
    ["an unknown claim", "claims: [{ claim: thirty, why: w, parameters: {} }]", 'There is no claim "thirty".'],
    [
      "an unknown parameter",
      "claims: [{ claim: twenty, why: w, parameters: { parts: 3 }, expect: { value: 1, formula: f } }]",
      'There is no parameter "parts"; this experiment has: dependencies',
    ],
    [
      "a parameter out of range",
      "claims: [{ claim: twenty, why: w, parameters: { dependencies: 1000 }, expect: { value: 1, formula: f } }]",
      'Parameter "dependencies" takes a whole number from 1 to 100; got 1000.',
    ],
    [
      "own numbers without their closed form",
      "claims: [{ claim: twenty, why: w, parameters: { dependencies: 30 } }]",
      "Add expect: {value: …, formula: …} with the closed form at yours.",
    ],
    [
      "a page without its file",
      "pages: [{ add: operate/ours, why: w }]",
      "ours/pages/operate/ours.md:1: The file is missing.",
    ],
    ["a page of no part", "pages: [{ add: ours/page, why: w }]", 'There is no part "ours".'],
    ["a term that it does not define", "terms: [{ replace: availability, why: w }]", 'has no term "availability".'],
    [
      "HTML in a passage",
      "blocks:\n  - after: operate/series#multiply\n    why: w\n    text: |\n      a\n\n      <i>x</i>",
      "ours/edition.yaml:10: Raw HTML is not allowed",
    ],
    [
      "a dangerous link",
      "blocks:\n  - after: operate/series#multiply\n    why: w\n    text: |\n      a\n\n      [x](javascript:alert(1))",
      'ours/edition.yaml:10: The link "javascript:alert(1)" is not allowed.',
    ],
  ])("%s", (_, plan, message, from = "", to = "") => {
    edition(plan);
    write(
      "edition.yaml",
      (head + plan).replace(from, () => to),
    );
    expect(messageOf()).toContain(message);
  });

  it("HTML on a page of its own, in the line where it stands", () => {
    edition(`pages: [{ add: operate/ours, why: w }]\n${ownClaim}`, {
      "pages/operate/ours.md": ownPage.replace("\nOurs.\n", "\n<script>alert(1)</script>\n"),
    });
    expect(messageOf()).toContain("ours/pages/operate/ours.md:11: Raw HTML is not allowed in the handbook.");
  });

  it("a page that no entry names", () => {
    edition("", { "pages/operate/ours.md": ownPage });
    expect(messageOf()).toContain("ours/pages/operate/ours.md:1: No entry names this page.");
  });

  it("a term of the base that is defined anew without saying so", () => {
    edition("", { "glossary.yaml": "availability: { term: a, definition: b }\n" });
    expect(messageOf()).toContain('The base has the term "availability" already.');
  });

  it("an own claim whose control expects no opposite", () => {
    edition(ownClaim.replace("{ differs: availability, value: 97.0431", "{ differs: availability, value: 96"));
    expect(messageOf()).toContain("which is not the opposite of");
  });

  it("editions that rest on each other", () => {
    edition("");
    write("edition.yaml", head.replace("fieldbook", "upper"));
    write("edition.yaml", "title: Upper\nowner: They\nbase: ours\n", join(at.scratch, "upper"));
    expect(messageOf()).toBe(
      "upper/edition.yaml:3: Editions that rest on each other rest on nothing: ours → upper → ours. Let one of them have base: fieldbook.",
    );
  });
});

it("pinning writes nothing when something is wrong, and keeps comments when all is well", () => {
  edition("# why not\npages: [{ hide: physics/reads, why: w }, { hide: physics/none, why: w }]\n");
  const before = readFileSync(join(at.folder, "edition.yaml"), "utf8");
  expect(messageOf(pin)).toContain('There is no page "physics/none"');
  expect(readFileSync(join(at.folder, "edition.yaml"), "utf8")).toBe(before);
  edition("# why not\npages:\n  - hide: physics/reads\n    why: w\n");
  pin();
  expect(readFileSync(join(at.folder, "edition.yaml"), "utf8")).toMatch(/# why not\n[^]*pin: "?[0-9a-f]{12}/);
});
