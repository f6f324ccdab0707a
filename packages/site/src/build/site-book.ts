import { bookFolder, evidenceFolder } from "@fieldbook/book/folder";
import { assembleBook, ContentError, verificationStatus } from "@fieldbook/content";
import type { Book, Chapter, VerificationStatus } from "@fieldbook/content";
import { ClaimError, isCurrent, isProved } from "@fieldbook/lab";
import type { Claim, EngineIdentity, Evidence } from "@fieldbook/lab";
import { engineIdentity, EvidenceError, experimentIdentities, readEvidence } from "@fieldbook/lab/node";

/** All that the pages are made from. */
export interface SiteBook extends Book {
  readonly claims: ReadonlyMap<string, Claim>;
  /** By claim id; only what this engine has proved and what fits the claim as it stands. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly engine: EngineIdentity;
}

/**
 * Reads the handbook, its claims and their evidence.
 *
 * @throws ContentError, ClaimError or EvidenceError when one of them is wrong
 */
export async function readSiteBook(): Promise<SiteBook> {
  // A wrong claim throws while its module is loaded, so the modules are loaded where the error can be caught.
  const { claims } = await import("@fieldbook/book");
  const book = assembleBook(bookFolder, claims);
  const engine = engineIdentity();
  const identityOf = experimentIdentities();
  const evidence = new Map<string, Evidence>();
  for (const claim of claims) {
    const own = identityOf(claim.experiment.id);
    const found = readEvidence(evidenceFolder, claim.id);
    if (found !== undefined && isCurrent(found, claim, own) && isProved(found)) evidence.set(claim.id, found);
  }
  return { ...book, claims: new Map(claims.map((claim) => [claim.id, claim])), evidence, engine };
}

/** Whether the error is about what someone wrote: then its message says all, and a stack trace would only hide it. */
export const isAuthorsError = (error: unknown): error is Error =>
  error instanceof ContentError || error instanceof ClaimError || error instanceof EvidenceError;

/** What the machines say of a chapter; never merged with what its reviewers say. */
export const verificationOf = (chapter: Chapter, { evidence, engine }: SiteBook): VerificationStatus =>
  verificationStatus(chapter, evidence, engine);
