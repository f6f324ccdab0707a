import type { Claim } from "@fieldbook/lab";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import type { Chapter } from "./chapter.ts";
import { ContentError } from "./content-error.ts";
import { parseGlossary } from "./glossary.ts";
import type { Glossary } from "./glossary.ts";
import { checkLedger, parseLedger } from "./life/ledger.ts";
import type { Ledger } from "./life/ledger.ts";
import type { Vocabulary } from "./inline.ts";
import { offerNames } from "./offer-names.ts";
import { draftChapter, modelChapter } from "./parse-chapter.ts";
import type { ChapterDraft } from "./parse-chapter.ts";
import { parseParts } from "./parts.ts";
import type { PartPlan } from "./parts.ts";
import { parseSources } from "./sources.ts";
import type { Sources } from "./sources.ts";

export interface Part extends Omit<PartPlan, "chapters"> {
  readonly chapters: readonly Chapter[];
}

/** The whole handbook as data. */
export interface Book {
  readonly parts: readonly Part[];
  readonly sources: Sources;
  readonly glossary: Glossary;
  /** Every change of a ring, in the order of time. */
  readonly ledger: Ledger;
}

/** What the book needs to know of a claim. */
export type KnownClaim = Pick<Claim, "id" | "sources">;

const partsFile = "parts.yaml";

/** A page before it is checked against the others. */
export interface DraftPage {
  readonly draft: ChapterDraft;
  /** Its Markdown. */
  readonly text: string;
}

/** The handbook read, and not yet checked as a whole: what an edition changes. */
export interface BookDraft extends Vocabulary {
  readonly parts: readonly (Omit<PartPlan, "chapters"> & { readonly pages: readonly DraftPage[] })[];
  readonly ledger: Ledger;
  /** As errors name the ledger. */
  readonly ledgerPath: string;
}

/**
 * Reads the handbook from its folder: `parts.yaml`, `sources.yaml`, `glossary.yaml`, `ledger.yaml` and the chapters
 * that the parts name.
 *
 * @param claims every claim that the book declares
 * @throws ContentError at the first thing that is wrong
 */
export const assembleBook = (folder: string, claims: readonly KnownClaim[]): Book =>
  modelBook(draftBook(folder, claims));

/** @throws ContentError */
export function draftBook(folder: string, claims: readonly KnownClaim[]): BookDraft {
  const name = basename(folder);
  const read = (file: string): string => {
    const path = join(folder, file);
    if (existsSync(path)) return readFileSync(path, "utf8");
    throw new ContentError({ path: posix.join(name, file), line: 1 }, "The file is missing.", "Write it.");
  };
  const parse = <Result>(file: string, parser: (text: string, path: string) => Result): Result =>
    parser(read(file), posix.join(name, file));
  const vocabulary: Vocabulary = {
    claims: indexClaims(claims, name),
    sources: parse("sources.yaml", parseSources),
    glossary: parse("glossary.yaml", parseGlossary),
  };
  const parts = parse(partsFile, parseParts).map(({ id: partId, title, summary, chapters }) => ({
    id: partId,
    title,
    summary,
    pages: chapters.map((file) => {
      const id = `${partId}/${file}`;
      return parse(`${id}.md`, (text, path) => ({ draft: draftChapter(text, { ...vocabulary, path, id }), text }));
    }),
  }));
  refuseForgotten(folder, name, parts);
  const ledgerPath = posix.join(name, "ledger.yaml");
  return { parts, ...vocabulary, ledger: parse("ledger.yaml", (text, path) => parseLedger(text, path)), ledgerPath };
}

/** @throws ContentError at the first thing that is wrong in a chapter or between several */
export function modelBook(draft: BookDraft): Book {
  const { sources, glossary, ledger, ledgerPath } = draft;
  const parts = draft.parts.map(({ id, title, summary, pages }) => ({
    id,
    title,
    summary,
    chapters: pages.map((page) => modelChapter(page.draft, draft)),
  }));
  const chapters = parts.flatMap((part) => part.chapters);
  checkAcrossChapters(chapters);
  checkLedger(ledger, chapters, ledgerPath);
  return { parts, sources, glossary, ledger };
}

function indexClaims(claims: readonly KnownClaim[], folderName: string): ReadonlyMap<string, KnownClaim> {
  const known = new Map<string, KnownClaim>();
  for (const claim of claims) {
    if (known.has(claim.id)) {
      throw new ContentError(
        { path: posix.join(folderName, "index.ts"), line: 1 },
        `Two claims have the id "${claim.id}".`,
        "Give one of them another id; links and discussions hold on to it.",
      );
    }
    known.set(claim.id, claim);
  }
  return known;
}

/** A chapter that no part names would be written and never read. */
function refuseForgotten(folder: string, name: string, parts: BookDraft["parts"]): void {
  for (const part of parts) {
    const named = new Set(part.pages.map(({ draft }) => `${draft.id}.md`));
    for (const file of readdirSync(join(folder, part.id))) {
      if (!file.endsWith(".md") || named.has(`${part.id}/${file}`)) continue;
      throw new ContentError(
        { path: posix.join(name, part.id, file), line: 1 },
        "No part names this chapter.",
        `Add it to the chapters of "${part.id}" in ${posix.join(name, partsFile)}.`,
      );
    }
  }
}

/** What no chapter can see alone: a claim used twice, a link to a chapter or heading that is not there. */
function checkAcrossChapters(chapters: readonly Chapter[]): void {
  const homes = new Map<string, Chapter>();
  const byId = new Map(chapters.map((chapter) => [chapter.id, chapter]));
  for (const chapter of chapters) {
    for (const block of chapter.blocks) {
      if (block.kind !== "claim") continue;
      const home = homes.get(block.claim);
      if (home !== undefined) {
        throw new ContentError(
          { path: chapter.path, line: block.line },
          `The claim "${block.claim}" already stands in ${home.path}.`,
          "Keep one; from the other chapter link to it.",
        );
      }
      homes.set(block.claim, chapter);
    }
    for (const { chapter: target, fragment, line } of chapter.references) {
      const place = { path: chapter.path, line };
      const found = byId.get(target);
      if (found === undefined)
        throw new ContentError(place, `There is no chapter "${target}".`, offerNames(target, byId.keys()));
      if (fragment !== undefined && fragment !== "sources" && !found.blocks.some((block) => block.id === fragment)) {
        throw new ContentError(
          place,
          `There is nothing with the id "${fragment}" in ${found.path}.`,
          "Name the id of one of its headings or claims.",
        );
      }
    }
  }
}
