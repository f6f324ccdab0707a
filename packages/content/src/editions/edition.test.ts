import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  claims,
  at,
  write,
  head,
  edition,
  assemble,
  pin,
  editBase,
  chapterOf,
  blocksOf,
  independent,
  ownPage,
  ownClaim,
  useEdition,
} from "./edition.fixture.ts";
import { assembleEdition } from "./assemble-edition.ts";
import { pinEdition } from "./pin-edition.ts";

useEdition();

describe("an edition", () => {
  it("that changes nothing is the handbook", () => {
    edition("");
    const found = assemble();
    expect(found.parts.map(({ id }) => id)).toEqual(["operate", "physics"]);
    expect(found.overrides).toEqual([]);
    expect(found.edition).toMatchObject({ title: "Our handbook", owner: "We", name: "ours" });
  });

  it("replaces, adds and leaves out passages, and each knows where it comes from", () => {
    const id = independent();
    edition(`blocks:
  - replace: operate/series#${id}
    why: Ours fail together.
    text: Failures have causes in common here.
  - after: operate/series#multiply
    why: Our number.
    text: |
      We have **thirty** of them.

      And one more.
  - hide: operate/series#by-hand
    why: Nobody does it by hand.
`);
    pin();
    const texts = blocksOf("operate/series");
    expect(texts).toContain("Failures have causes in common here.");
    expect(texts).not.toContain("Failures are independent here.");
    expect(texts.slice(texts.indexOf("Multiply"), texts.indexOf("Multiply") + 3)).toEqual([
      "Multiply",
      "We have thirty of them.",
      "And one more.",
    ]);
    expect(texts).not.toContain("By hand");
    const chapter = chapterOf(assemble(), "operate/series");
    expect(chapter?.blocks.find(({ text }) => text.startsWith("Failures"))?.override).toMatchObject({
      action: "replace",
      state: "fits",
      why: "Ours fail together.",
      baseThen: "Failures are independent here.",
    });
    expect(chapter?.overrides?.map(({ action }) => action)).toEqual(["replace", "add", "hide"]);
    expect(chapter?.blocks.find(({ text }) => text === "Multiply")?.override).toBeUndefined();
  });

  it("adds a page with a claim of its own, hides another, and links to it become plain words", () => {
    edition(
      `pages:
  - { add: operate/ours, after: operate/series, why: Ours. }
  - { hide: physics/reads, why: We teach it elsewhere. }
${ownClaim}`,
      {
        "pages/operate/ours.md": ownPage,
        "ledger.yaml": "- { date: 2026-11-23, practice: operate/ours, to: trial, who: We, why: New. }\n",
      },
    );
    pin();
    const found = assemble();
    expect(found.parts.map((part) => part.chapters.map(({ id }) => id))).toEqual([["operate/series", "operate/ours"]]);
    expect(found.claims.get("thirty")?.expect).toMatchObject({ kind: "agrees", value: 97.0431 });
    expect(chapterOf(found, "operate/series")?.references).toEqual([]);
    expect(chapterOf(found, "operate/ours")?.path).toBe("ours/pages/operate/ours.md");
    expect(found.ledger.at(-1)).toMatchObject({ practice: "operate/ours", path: "ours/ledger.yaml" });
  });

  it("runs a claim at its own numbers; what the sides differ in is set for each", () => {
    edition(`claims:
  - claim: twenty
    why: Ours.
    parameters: { dependencies: 30, availability: 99.5 }
    expect: { value: 86.04, formula: 0.995^30 }
`);
    pin();
    const own = assemble().claims.get("twenty");
    expect(own?.parameters).toMatchObject({ dependencies: 30, availability: 99.5 });
    expect(own?.control.parameters).toMatchObject({ dependencies: 1, availability: 99.5 });
    expect(own?.expect).toMatchObject({ value: 86.04, formula: "0.995^30", within: 0.02 });
    expect(own?.guess.question).toBe("At the handbook’s numbers: How much?");
  });

  it("has terms, sources, rings and decisions of its own", () => {
    edition(
      `rings: { trial: pilot }
terms: [{ replace: availability, why: Ours is measured at the device. }]
`,
      {
        "glossary.yaml":
          "availability: { term: availability, definition: As devices see it. }\nsite: { term: site, definition: A place. }\n",
        "sources.yaml":
          "us-2026: { type: webpage, author: [{ literal: We }], title: T, container-title: C, issued: { date-parts: [[2026]] }, URL: 'https://example.org/', checked: 2026-11-23, topic: fleets, level: practice }\n",
        "ledger.yaml":
          "- { date: 2026-11-23, practice: physics/reads, from: trial, to: hold, who: We, why: Not for us. }\n",
      },
    );
    pin();
    const found = assemble();
    expect(found.glossary.get("availability")?.definition).toBe("As devices see it.");
    expect([...found.glossary.keys()]).toEqual(["availability", "site"]);
    expect(found.sources.get("us-2026")?.citedAs).toBe("We 2026");
    expect(found.ringNames).toEqual({ trial: "pilot" });
    expect(chapterOf(found, "physics/reads")?.ring).toBe("hold");
    expect(found.overrides.find(({ target }) => target === "ring")).toMatchObject({ state: "fits", baseThen: "trial" });
  });

  it("rests on another edition", () => {
    edition("", {});
    write("edition.yaml", `${head}blocks:\n  - {after: operate/series#multiply, why: Group., text: Of the group.}\n`);
    pin();
    const upper = join(at.scratch, "upper");
    write(
      "edition.yaml",
      "title: Upper\nowner: They\nbase: ours\nblocks:\n  - {before: operate/series#multiply, why: Team., text: Of the team.}\n",
      upper,
    );
    pinEdition(upper, { bookFolder: at.book, claims });
    const texts = chapterOf(assemble(upper), "operate/series")!.blocks.map(({ text }) => text);
    expect(texts).toContain("Of the group.");
    expect(texts).toContain("Of the team.");
    expect(assemble(upper).overrides.map((override) => override.edition)).toEqual(["Our handbook", "Upper"]);
  });
});

describe("when the base changes beneath it, an edition", () => {
  const replaceIndependent = (): void => {
    const id = independent();
    edition(`blocks:\n  - replace: operate/series#${id}\n    why: Ours.\n    text: They fail together.\n`);
    pin();
  };

  it("still says its own words, and says that the base's have changed", () => {
    replaceIndependent();
    editBase("operate/series.md", "Failures are independent here.", "Failures are independent here, on most days.");
    expect(assemble().overrides).toMatchObject([
      {
        state: "base changed",
        baseThen: "Failures are independent here.",
        now: { text: "Failures are independent here, on most days." },
        ours: "They fail together.",
      },
    ]);
    expect(blocksOf("operate/series")).toContain("They fail together.");
    expect(blocksOf("operate/series")).not.toContain("Failures are independent here, on most days.");
  });

  it("fits again once it was read and pinned, and keeps no old text", () => {
    replaceIndependent();
    editBase("operate/series.md", "Failures are independent here.", "Failures are independent here, on most days.");
    pin();
    expect(assemble().overrides.map(({ state }) => state)).toEqual(["fits"]);
    expect(readdirSync(join(at.folder, "base"))).toHaveLength(1);
    pin();
    expect(assemble().overrides.map(({ state }) => state)).toEqual(["fits"]);
  });

  it("says that what it was about is gone", () => {
    replaceIndependent();
    editBase("operate/series.md", "Failures are independent here.\n", "All else is in the paper.\n");
    expect(assemble().overrides).toMatchObject([{ state: "base gone", baseThen: "Failures are independent here." }]);
    expect(blocksOf("operate/series")).not.toContain("They fail together.");
  });

  it("says so of a claim, a page, a term and a ring", () => {
    edition(
      `pages: [{ hide: physics/reads, why: Elsewhere. }]
claims: [{ claim: twenty, why: Ours., parameters: { repairHours: 2 }, expect: { value: 98, formula: f } }]
terms: [{ replace: availability, why: Ours. }]
`,
      {
        "glossary.yaml": "availability: { term: availability, definition: Ours. }\n",
        "ledger.yaml":
          "- { date: 2026-11-23, practice: operate/series, from: ready for production, to: hold, who: We, why: No. }\n",
      },
    );
    pin();
    editBase("physics/reads.md", "Two reads.", "Two reads of one register.");
    editBase("glossary.yaml", "in which a service answers", "for which a service answers");
    editBase("operate/series.md", "ring: ready for production", "ring: trial");
    writeFileSync(
      join(at.book, "ledger.yaml"),
      `${readFileSync(join(at.book, "ledger.yaml"), "utf8")}- { date: 2026-11-24, practice: operate/series, from: ready for production, to: trial, who: T, why: W. }\n`,
    );
    const changed = claims.map((one) => (one.id === "twenty" ? { ...one, says: "Twenty, said anew." } : one));
    const found = assembleEdition(at.folder, { bookFolder: at.book, claims: changed });
    expect(found.overrides.map(({ target, state }) => [target, state])).toEqual([
      ["page", "base changed"],
      ["claim", "base changed"],
      ["term", "base changed"],
      ["ring", "base changed"],
    ]);
  });
});
