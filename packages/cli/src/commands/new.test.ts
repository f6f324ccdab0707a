import { claims } from "@fieldbook/book";
import { bookFolder } from "@fieldbook/book/folder";
import { assembleBook, parseSources } from "@fieldbook/content";
import { readEvidence } from "@fieldbook/lab/node";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { draftChapterFiles } from "./new-chapter.ts";
import { claimCode, draftClaimFiles } from "./new-claim.ts";
import { draftSourceFile, readWork } from "./new-source.ts";
import { writeTried } from "./try-draft.ts";

const scratch = mkdtempSync(join(tmpdir(), "fieldbook-new-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const read = (file: string): string => {
  if (!existsSync(join(bookFolder, file))) throw new Error(`There is no ${file}.`);
  return readFileSync(join(bookFolder, file), "utf8");
};

describe("a new chapter", () => {
  const options = { title: "Caches: a <promise>", owner: "Ann", today: "2026-11-23", known: claims, read };
  const { files, claim } = draftChapterFiles("operate/caching", { ...options, like: "twenty-hard-dependencies" });

  it("passes the checks of the whole book", () => {
    const book = join(scratch, "book");
    cpSync(bookFolder, book, { recursive: true, filter: (path) => !path.includes("node_modules") });
    for (const [file, text] of files) writeFileSync(join(book, file), text);
    const { parts } = assembleBook(book, [...claims, { id: claim, sources: ["treynor-2017"] }]);
    const chapter = parts.flatMap((part) => part.chapters).find(({ id }) => id === "operate/caching");
    expect(chapter).toMatchObject({ title: "Caches: a <promise>", ring: "assess", claims: ["caching-first-claim"] });
    expect(chapter?.numbers).toMatchObject([{ text: "20", of: "dependencies" }]);
    expect(parts.find(({ id }) => id === "operate")?.chapters.at(-1)?.id).toBe("operate/caching");
  });

  it("is imported where the book gathers its claims, among those of its part", () => {
    const index = files.get("index.ts") ?? "";
    expect(index).toContain(
      'import { claims as operateCaching } from "./operate/caching.claims.ts";\nimport { claims as delivery }',
    );
    expect(index).toMatch(
      /"book\/operate\/fleet\.claims\.ts": fleet,\n {2}"book\/operate\/caching\.claims\.ts": operateCaching,/,
    );
  });

  it.each([
    ["operate/queues", "twenty-hard-dependencies", 'There is a chapter "operate/queues" already.'],
    ["nowhere/x", "twenty-hard-dependencies", 'There is no part "nowhere"; there are: operate, physics, robust.'],
    ["caching", "twenty-hard-dependencies", "A chapter is named by its part and file"],
    ["operate/../x", "twenty-hard-dependencies", "A chapter is named by its part and file"],
    ["operate/x", "no-such-claim", 'There is no claim "no-such-claim"; there are: twenty-hard-dependencies'],
  ])("%s like %s is refused", (id, like, message) => {
    expect(() => draftChapterFiles(id, { ...options, like })).toThrow(message);
  });
});

describe("what is written", () => {
  const known = { today: "2026-11-23", known: claims, read };
  const draft = (id: string, title: string, owner: string, like = "twenty-hard-dependencies") =>
    draftChapterFiles(id, { ...known, title, owner, like });

  /** A copy of the book within the project, where its code finds the same packages. */
  async function inCopy(use: (book: string) => Promise<void>): Promise<void> {
    const cache = join(dirname(bookFolder), ".cache");
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, "test-"));
    const book = join(folder, "book");
    cpSync(bookFolder, book, { recursive: true, filter: (path) => !path.includes("node_modules") });
    try {
      await use(book);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it.each([
    ["operate/2pc", "Two: phases", "Platform: SRE #1"],
    ["physics/queues", "Queues", "'Ann' \"of\" Ops"],
    ["operate/default", "The default", "- Ann"],
  ])("for a chapter %s by %s is a book that holds, its claim proved", (id, title, owner) =>
    inCopy(async (book) => {
      const { files, claim } = draft(id, title, owner);
      await writeTried(files, claim, "2026-11-23", book);
      const index = (await import(pathToFileURL(join(book, "index.ts")).href)) as { readonly claims: typeof claims };
      const { parts, ledger } = assembleBook(book, index.claims);
      const chapter = parts.flatMap((part) => part.chapters).find((one) => one.id === id);
      expect(chapter).toMatchObject({ title, owner });
      expect(ledger.at(-1)).toMatchObject({ practice: id, who: owner });
      expect(readEvidence(join(book, "evidence"), claim)?.sides.control.met).toBe(true);
    }),
  );

  it.each(["default", "2pc", "find-experiment"])("for a claim %s is a book that holds", (id) =>
    inCopy(async (book) => {
      const files = draftClaimFiles(id, { ...known, chapter: "operate/queues", like: "perfect-store" });
      await writeTried(files, id, "2026-11-23", book);
      expect(readEvidence(join(book, "evidence"), id)?.claim).toBe(id);
    }),
  );

  it.each([
    ["", "Ann"],
    ["Caches", " "],
  ])("is nothing for the title %j and the owner %j", (title, owner) =>
    inCopy(async (book) => {
      const { files, claim } = draft("operate/caching", title, owner);
      await expect(writeTried(files, claim, "2026-11-23", book)).rejects.toThrow(
        /^Nothing was written, since the book would be wrong with it\. book\/.*: "(title|owner)" is wrong/,
      );
      expect(existsSync(join(book, "operate/caching.md"))).toBe(false);
      expect(readFileSync(join(book, "parts.yaml"), "utf8")).toBe(read("parts.yaml"));
    }),
  );
});

describe("a new claim", () => {
  const options = { chapter: "operate/fleet", known: claims, read };

  it("stands above the limits of its chapter and at the end of its file", () => {
    const files = draftClaimFiles("our-fleet", { ...options, like: "abd-is-linearizable" });
    expect(files.get("operate/fleet.md")).toContain('\n::claim{id="our-fleet"}\n\n## Limits');
    const code = files.get("operate/fleet.claims.ts") ?? "";
    expect(code).toMatch(/threeHundredFirst, ourFleet\];\s*$/);
    expect(code).toContain('import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";');
  });

  it("of every claim of the book is a copy in TypeScript with an own id", () => {
    for (const template of claims) {
      const code = claimCode("copy-of-it", template);
      expect(code).toContain(`experiment: findExperiment("${template.experiment.id}")`);
      expect(code).toContain(`expect: ${template.expect.kind}("`);
      expect(code).toContain(JSON.stringify(template.says));
    }
  });

  it("with an id that is taken is refused", () => {
    expect(() => draftClaimFiles("jitter-spreads-a-wave", { ...options, like: "perfect-store" })).toThrow(
      'There is a claim "jitter-spreads-a-wave" already.',
    );
  });
});

describe("a new source", () => {
  const sources = read("sources.yaml");
  const context = { topic: "consensus", level: "research", today: "2026-11-23", sources };
  const bibtex = join(scratch, "raft.bib");
  writeFileSync(
    bibtex,
    "@inproceedings{x, author={Diego Ongaro and John Ousterhout}, title={In Search of an Understandable Consensus Algorithm}, booktitle={2014 USENIX Annual Technical Conference}, year={2014}, pages={305--319}, url={https://www.usenix.org/x}}",
  );

  it("comes from BibTeX", async () => {
    const text = draftSourceFile("ongaro-2014", await readWork({ bibtex, ...context }), context);
    expect(parseSources(text, "book/sources.yaml").get("ongaro-2014")).toMatchObject({
      authors: ["Diego Ongaro", "John Ousterhout"],
      citedAs: "Ongaro and Ousterhout 2014",
      container: "2014 USENIX Annual Technical Conference, 305–319",
      checked: "2026-11-23",
      topic: "consensus",
    });
  });

  it("comes from CSL-JSON", async () => {
    const csl = join(scratch, "raft.json");
    const work = {
      type: "article-journal",
      author: [{ family: "Ames", given: "Ann" }],
      title: "T",
      "container-title": "J",
      issued: { "date-parts": [[2020, 3]] },
      DOI: "10.1145/33.44",
      abstract: "left out",
    };
    writeFileSync(csl, JSON.stringify([work]));
    const text = draftSourceFile("ames-2020", await readWork({ csl, ...context }), context);
    expect(parseSources(text, "book/sources.yaml").get("ames-2020")?.link).toBe("https://doi.org/10.1145/33.44");
  });

  it("comes from a DOI's fields given by hand", async () => {
    const work = await readWork({
      author: ["Ames, Ann"],
      title: "T",
      container: "J",
      year: "2020",
      doi: "https://doi.org/10.1145/3.4",
      ...context,
    });
    const found = parseSources(draftSourceFile("ames-2020", work, context), "book/sources.yaml").get("ames-2020");
    expect(found).toMatchObject({ citedAs: "Ames 2020", link: "https://doi.org/10.1145/3.4" });
  });

  it("that is there already is found by its DOI and by its title", async () => {
    const byTitle = await readWork({
      author: ["X"],
      title: "the calculus of service availability.",
      container: "J",
      year: "2017",
      url: "https://x.example/",
      ...context,
    });
    expect(() => draftSourceFile("x-2017", byTitle, context)).toThrow('This is there already, as "treynor-2017"');
    const byDoi = await readWork({
      author: ["X"],
      title: "Other",
      container: "J",
      year: "1990",
      doi: "10.1145/78969.78972",
      ...context,
    });
    expect(() => draftSourceFile("x-1990", byDoi, context)).toThrow('This is there already, as "herlihy-1990"');
  });

  it("that is not complete is refused, with what is missing", async () => {
    const work = await readWork({
      author: ["Ames, Ann"],
      title: "T",
      container: "J",
      url: "https://x.example/",
      ...context,
    });
    expect(() => draftSourceFile("ames-2020", work, context)).toThrow('"ames-2020.issued" is wrong: it is missing.');
    expect(() => draftSourceFile("treynor-2017", work, context)).toThrow('There is a source "treynor-2017" already.');
  });

  it("in a file that is no BibTeX or JSON is refused with the reason", async () => {
    const broken = join(scratch, "broken");
    writeFileSync(broken, "@inproceedings{x, author={");
    await expect(readWork({ bibtex: broken, ...context })).rejects.toThrow("is not BibTeX");
    await expect(readWork({ csl: broken, ...context })).rejects.toThrow("is not JSON");
  });
});
