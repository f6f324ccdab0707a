import type { Claim } from "@fieldbook/lab";
import { dirname, join } from "node:path";
import { draftBook, modelBook } from "../assemble-book.ts";
import type { Book } from "../assemble-book.ts";
import { ContentError } from "../content-error.ts";
import type { Ring } from "../front-matter.ts";
import { BaseTexts } from "./base-texts.ts";
import { parseEdition, refuseTagsIn } from "./edition-file.ts";
import type { EditionPlan } from "./edition-file.ts";
import { openEditionFolder } from "./edition-folder.ts";
import type { EditionFolder } from "./edition-folder.ts";
import type { Override } from "./override.ts";
import { overlayBook } from "./overlay-book.ts";
import type { EditionDraft } from "./overlay-book.ts";

/** Which edition a book is of. */
export interface EditionIdentity {
  readonly title: string;
  readonly owner: string;
  /** The name of its folder. */
  readonly name: string;
  /** On this machine. */
  readonly folder: string;
  /** The folders of the editions below it, from the handbook upwards, and its own. */
  readonly chain: readonly string[];
}

/** The handbook as an edition has it. */
export interface EditionBook extends Book {
  readonly edition: EditionIdentity;
  readonly overrides: readonly Override[];
  /** All claims, with the edition's own numbers. */
  readonly claims: ReadonlyMap<string, Claim>;
  /** What the rings are called. */
  readonly ringNames: Readonly<Partial<Record<Ring, string>>>;
}

export interface AssembleEditionOptions {
  /** The folder of the handbook. */
  readonly bookFolder: string;
  readonly claims: readonly Claim[];
  /** For the command that writes pins: what has none is held by the base of today. */
  readonly isPinning?: boolean;
}

/**
 * Reads an edition and all that it is based on.
 *
 * @throws ContentError at the first thing that is wrong, in the edition or below it
 */
export function assembleEdition(path: string, options: AssembleEditionOptions): EditionBook {
  const chain = readChain(path, []);
  const claims = new Map(options.claims.map((claim) => [claim.id, claim]));
  let draft: EditionDraft = { ...draftBook(options.bookFolder, options.claims), claims, overrides: [] };
  for (const [index, { plan, folder }] of chain.entries()) {
    const isPinning = options.isPinning === true && index === chain.length - 1;
    draft = overlayBook(draft, plan, folder, new BaseTexts(folder, isPinning));
  }
  const { plan, folder } = chain.at(-1)!;
  return {
    ...modelBook(draft),
    edition: {
      title: plan.title,
      owner: plan.owner,
      name: folder.name,
      folder: folder.folder,
      chain: chain.map((link) => link.folder.folder),
    },
    overrides: draft.overrides,
    claims: draft.claims,
    ringNames: Object.assign({}, ...chain.map((link) => link.plan.rings ?? {})) as EditionBook["ringNames"],
  };
}

interface Link {
  readonly plan: EditionPlan;
  readonly folder: EditionFolder;
}

/** The edition and those below it, the lowest first. */
function readChain(path: string, above: readonly EditionFolder[]): readonly Link[] {
  const folder = openEditionFolder(path);
  const plan = parseEdition(folder.read("edition.yaml"), folder.pathOf("edition.yaml"));
  for (const file of ["glossary.yaml", "sources.yaml", "ledger.yaml"]) {
    if (folder.has(file)) refuseTagsIn(folder.read(file), folder.pathOf(file));
  }
  const own: Link = { plan, folder };
  if (plan.base === "fieldbook") return [own];
  const below = join(dirname(folder.folder), plan.base);
  const circle = [...above, folder].findIndex((one) => one.folder === below);
  if (circle >= 0) {
    const names = [...above, folder].slice(circle).map(({ name }) => name);
    throw new ContentError(
      plan.placeOf("base"),
      `Editions that rest on each other rest on nothing: ${[...names, plan.base].join(" → ")}.`,
      "Let one of them have base: fieldbook.",
    );
  }
  return [...readChain(below, [...above, folder]), own];
}
