import { bookFolder, evidenceFolder } from "@fieldbook/book/folder";
import { assembleBook, ContentError, numberProblem, refutation, verificationStatus } from "@fieldbook/content";
import type { Book, Chapter, EditionBook, Ring, VerificationStatus } from "@fieldbook/content";
import { ClaimError, isCurrent, isProved } from "@fieldbook/lab";
import type { Claim, EngineIdentity, Evidence } from "@fieldbook/lab";
import { engineIdentity, EvidenceError, experimentIdentities, readEvidence } from "@fieldbook/lab/node";
import { readClaimsHere, readEditionBook } from "./read-edition.ts";
import type { ClaimHere } from "./read-edition.ts";

/** All that the pages are made from. */
export interface SiteBook extends Book {
  readonly claims: ReadonlyMap<string, Claim>;
  /** By claim id; only what this engine has proved and what fits the claim as it stands. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly engine: EngineIdentity;
  /** The edition that this is, when it is not the handbook itself. */
  readonly edition: Pick<EditionBook, "edition" | "overrides" | "ringNames"> | undefined;
  /** By claim id: what claims come to at the edition's own numbers. */
  readonly here: ReadonlyMap<string, ClaimHere>;
}

/** What a ring is called. */
export const ringName = ({ edition }: Pick<SiteBook, "edition">, ring: Ring): string =>
  edition?.ringNames[ring] ?? ring;

/** What the book is called. */
export const bookTitle = ({ edition }: Pick<SiteBook, "edition">): string => edition?.edition.title ?? "Fieldbook";

/**
 * Reads the handbook, or an edition of it, the claims and their evidence.
 *
 * @param editionFolder default: what FIELDBOOK_EDITION names
 * @throws ContentError, ClaimError or EvidenceError when one of them is wrong
 */
export async function readSiteBook(editionFolder = process.env["FIELDBOOK_EDITION"]): Promise<SiteBook> {
  // A wrong claim throws while its module is loaded, so the modules are loaded where the error can be caught.
  const { claims } = await import("@fieldbook/book");
  const edition =
    editionFolder === undefined || editionFolder === "" ? undefined : readEditionBook(editionFolder, claims);
  const book = edition ?? assembleBook(bookFolder, claims);
  const engine = engineIdentity();
  const identityOf = experimentIdentities();
  const here = edition === undefined ? new Map<string, ClaimHere>() : readClaimsHere(edition, claims, identityOf);
  const evidence = new Map<string, Evidence>();
  for (const [id, one] of here) if (one.standing === "holds") evidence.set(id, one.evidence);
  for (const claim of claims) {
    if (here.has(claim.id)) continue;
    const own = identityOf(claim.experiment.id);
    const found = readEvidence(evidenceFolder, claim.id);
    if (found === undefined || !isCurrent(found, claim, own)) continue;
    if (!isProved(found))
      refuseFalse(
        book.parts.flatMap((part) => part.chapters),
        found,
      );
    evidence.set(claim.id, found);
  }
  const known = edition?.claims ?? new Map(claims.map((claim) => [claim.id, claim]));
  const whole: SiteBook = { ...book, claims: known, evidence, engine, edition, here };
  refuseWrongNumbers(whole, claims);
  return whole;
}

/** What is not proved is shown as such; what is known to be false is not published. @throws ContentError */
function refuseFalse(chapters: readonly Chapter[], against: Evidence): void {
  const { problem, mend } = refutation(against);
  for (const { path, blocks } of chapters) {
    const block = blocks.find((one) => one.kind === "claim" && one.claim === against.claim);
    if (block !== undefined) throw new ContentError({ path, line: block.line }, problem, mend);
  }
}

/**
 * Numbers of the handbook's own text are held against the handbook's evidence, those that an edition wrote against what
 * holds there. What has no evidence of this engine is shown as not verified, and its numbers are held against nothing.
 *
 * @throws ContentError at the first one that is wrong
 */
function refuseWrongNumbers({ parts, claims: known, evidence, here }: SiteBook, claims: readonly Claim[]): void {
  const original = new Map(claims.map((claim) => [claim.id, claim]));
  for (const chapter of parts.flatMap((part) => part.chapters)) {
    for (const number of chapter.numbers) {
      const isOwn = number.path !== `book/${chapter.id}.md`;
      const claim = (isOwn ? known : original).get(number.claim);
      const own = here.get(number.claim);
      const proof = own === undefined ? evidence.get(number.claim) : isOwn ? own.evidence : own.handbook;
      if (claim === undefined || proof === undefined) continue;
      const problem = numberProblem(number, claim, proof);
      if (problem === undefined) continue;
      throw new ContentError(number, `A number is wrong: ${problem}.`, "Write what the evidence says.");
    }
  }
}

/** Whether the error is about what someone wrote: then its message says all, and a stack trace would only hide it. */
export const isAuthorsError = (error: unknown): error is Error =>
  error instanceof ContentError || error instanceof ClaimError || error instanceof EvidenceError;

/** What the machines say of a chapter; never merged with what its reviewers say. */
export const verificationOf = (chapter: Chapter, { evidence, engine }: SiteBook): VerificationStatus =>
  verificationStatus(chapter, evidence, engine);
