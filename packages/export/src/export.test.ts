import { EpubCheck } from "@likecoin/epubcheck-ts";
import { unzipSync } from "fflate";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { afterAll, describe, expect, it } from "vitest";
import {
  bookEpub,
  bookHtml,
  bookInOne,
  bookPdf,
  claimFigures,
  offlineZip,
  readSiteBook,
  summaryPdf,
  whyNoChromium,
} from "./index.ts";

const book = await readSiteBook();
const chapters = book.parts.flatMap((part) => part.chapters);
const claims = [...book.claims.values()];
const words = (html: string): string => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

describe("the book as one document", () => {
  const html = bookHtml(bookInOne(book));

  it("has every chapter, claim, verdict, seed and date", () => {
    for (const { title } of chapters) expect(html).toContain(`>${title.replaceAll("&", "&#x26;")}<`);
    for (const { id } of claims) {
      const evidence = book.evidence.get(id)!;
      const [, after = ""] = html.split(`--claim-${id}"`);
      const claim = words(after.slice(0, 200_000));
      expect(claim, id).toContain(`verified ${evidence.date} · engine ${evidence.engine.version}`);
      expect(claim, id).toMatch(/in the run of seed \d+, drawn here/);
    }
  });

  it("has each id once, and no link that leads nowhere", () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set(ids);
    const dead = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !known.has(id));
    expect(dead).toEqual([]);
    expect(html).not.toMatch(/href="\//);
  });

  it("needs nothing else: no script, no other file", () => {
    expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)/);
  });
});

describe("the EPUB", () => {
  const epub = bookEpub(book);

  it("is found without fault by a checker, which finds one in a spoilt one", async () => {
    const { messages } = await EpubCheck.validate(epub);
    expect(messages.filter(({ severity }) => severity !== "usage" && severity !== "info")).toEqual([]);
    const spoilt = Buffer.from(epub);
    spoilt.write("application/epub-zip", spoilt.indexOf("application/epub+zip"));
    expect((await EpubCheck.validate(spoilt)).valid).toBe(false);
  });

  it("is the same bytes each time, with a document a chapter", () => {
    expect(Buffer.from(bookEpub(book)).equals(epub)).toBe(true);
    const files = Object.keys(unzipSync(epub));
    expect(files[0]).toBe("mimetype");
    for (const { id } of chapters) expect(files).toContain(`OEBPS/${id.replaceAll("/", "-")}.xhtml`);
  });
});

describe("a lens", () => {
  it("leaves out what it does not show, says whose text it is, and leads nowhere that is not there", () => {
    const sizes = (["engineer", "manager", "executive"] as const).map((lens) => {
      const html = bookHtml(bookInOne(book, lens));
      const ids = new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
      expect([...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !ids.has(id))).toEqual([]);
      expect(html.includes(`, for ${lens}s<`)).toBe(lens !== "engineer");
      for (const { id } of claims) expect(html).toContain(`--claim-${id}"`);
      return words(html).length;
    });
    expect(sizes[0]).toBeGreaterThan(sizes[1]!);
    expect(sizes[1]).toBeGreaterThan(sizes[2]!);
  });

  it("makes an EPUB without fault", async () => {
    const { messages } = await EpubCheck.validate(bookEpub(book, "manager"));
    expect(messages.filter(({ severity }) => severity !== "usage" && severity !== "info")).toEqual([]);
  });
});

describe("what is not proved", () => {
  it("is counted on the title page", () => {
    expect(words(bookHtml(bookInOne(book)))).toContain("Every claim was proved with engine");
    const evidence = new Map([...book.evidence].slice(1));
    expect(words(bookHtml(bookInOne({ ...book, evidence })))).toContain("1 claim is not verified, and marked so");
  });
});

describe("the figures", () => {
  it("are a page a claim, with its sentence and both verdicts", () => {
    const figures = claimFigures(book);
    expect([...figures.keys()]).toEqual(claims.map(({ id }) => `${id}.html`));
    for (const { id, control } of claims) {
      const page = words(figures.get(`${id}.html`)!);
      expect(page).toContain(control.label.replaceAll("&", "&#x26;"));
      expect(page).toContain("Parameters");
    }
  });
});

describe("the archive", () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-offline-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("leads from page to page in a folder", () => {
    mkdirSync(join(folder, "operate", "queues"), { recursive: true });
    writeFileSync(join(folder, "index.html"), '<link href="/_a/x.css"><a href="/operate/queues/?lens=manager#b">');
    writeFileSync(join(folder, "operate", "queues", "index.html"), '<a href="/">x</a><a href="https://a.example/">');
    const files = unzipSync(offlineZip(folder));
    const text = (path: string): string => Buffer.from(files[path]!).toString();
    expect(text("fieldbook/index.html")).toBe(
      '<link href="_a/x.css"><a href="operate/queues/index.html?lens=manager#b">',
    );
    expect(text("fieldbook/operate/queues/index.html")).toContain('<a href="../../index.html">');
    expect(text("fieldbook/operate/queues/index.html")).toContain('href="https://a.example/"');
    expect(Buffer.from(offlineZip(folder)).equals(offlineZip(folder))).toBe(true);
  });

  it("is refused with the mend where nothing is built", () => {
    expect(() => offlineZip(join(folder, "none"))).toThrow(/build it with npm run build/);
  });
});

describe.skipIf(whyNoChromium !== undefined)(`the PDF ${whyNoChromium ?? ""}`.trim(), { timeout: 120_000 }, () => {
  it("is tagged, has an outline, and tells the right pages in its contents", async () => {
    const pdf = await bookPdf(book);
    const document = await getDocument({ data: Uint8Array.from(pdf), verbosity: 0 }).promise;
    expect(pdf.includes("/StructTreeRoot")).toBe(true);
    const outline = (await document.getOutline()) as readonly { title: string; items: readonly { title: string }[] }[];
    const titles = outline.flatMap(({ title, items }) => [title, ...items.map((item) => item.title)]);
    const textsOf = async (page: number): Promise<readonly string[]> => {
      const { items } = await (await document.getPage(page)).getTextContent();
      return items.map((item) => ("str" in item ? item.str.trim() : ""));
    };
    // The contents, without the list's own numbers ("1.") and the page's at its foot.
    const told = (await textsOf(2)).filter((text) => /^\d+$/.test(text)).map(Number);
    for (const { id, title } of chapters) {
      expect(titles).toContain(title);
      const [place] = (await document.getDestination(id.replaceAll("/", "-"))) as [
        Parameters<typeof document.getPageIndex>[0],
      ];
      const page = (await document.getPageIndex(place)) + 1;
      expect((await textsOf(page)).join("").replaceAll(/\s+/g, ""), title).toContain(title.replaceAll(/\s+/g, ""));
      expect(told, title).toContain(page);
    }
    // Words of the glossary stand where they are read, so that a reader's search and copy find them there.
    const pages = await Promise.all(Array.from({ length: document.numPages }, (_, index) => textsOf(index + 1)));
    const whole = pages.flat().join(" ").replaceAll(/\s+/g, " ");
    expect(whole).toContain("Call something a hard dependency if your service is down");
    expect(told.filter((page) => page > 2)).toEqual(
      told.filter((page) => page > 2).toSorted((one, other) => one - other),
    );
    expect(Buffer.compare(await bookPdf(book), pdf)).toBe(0);
  });

  it("has the executive summary on at most two pages", async () => {
    const document = await getDocument({ data: Uint8Array.from(await summaryPdf(book)), verbosity: 0 }).promise;
    expect(document.numPages).toBeLessThanOrEqual(2);
  });
});
