import { bookFolder, evidenceFolder } from "@fieldbook/book/folder";
import { assembleEdition, ContentError } from "@fieldbook/content";
import type { EditionBook, Override } from "@fieldbook/content";
import { isCurrent, isProved } from "@fieldbook/lab";
import type { Claim, EngineIdentity, Evidence } from "@fieldbook/lab";
import { readEvidence } from "@fieldbook/lab/node";
import { join } from "node:path";

/** What a claim comes to at an edition's own numbers. */
export interface ClaimHere {
  readonly claim: Claim;
  readonly override: Override;
  /** At the edition's numbers. */
  readonly evidence: Evidence;
  /** At the handbook's numbers, when it is proved there. */
  readonly handbook: Evidence | undefined;
  /** "no difference": the claim holds here, and so it does without the mechanism. */
  readonly standing: "holds" | "does not hold" | "no difference";
}

/** The folder in which an edition keeps the evidence of its own numbers. */
export const editionEvidence = (editionFolder: string): string => join(editionFolder, "evidence");

/** The claims that have own numbers, in the order of the edition. */
export function ownClaims(book: EditionBook): readonly { readonly claim: Claim; readonly override: Override }[] {
  return book.overrides
    .filter(({ target }) => target === "claim")
    .map((override) => ({ claim: book.claims.get(override.id)!, override }));
}

/** @throws ContentError */
export const readEditionBook = (folder: string, claims: readonly Claim[]): EditionBook =>
  assembleEdition(folder, { bookFolder, claims });

/**
 * Reads what the claims with own numbers come to. One that does not hold is a finding; one of which nothing is known stops
 * the build.
 *
 * @throws ContentError when there is no evidence of the present engine
 */
export function readClaimsHere(
  book: EditionBook,
  claims: readonly Claim[],
  identityOf: (experiment: string) => EngineIdentity,
): ReadonlyMap<string, ClaimHere> {
  const here = new Map<string, ClaimHere>();
  for (const { claim, override } of ownClaims(book)) {
    const engine = identityOf(claim.experiment.id);
    const evidence = book.edition.chain
      .map((folder) => readEvidence(editionEvidence(folder), claim.id))
      .findLast((found) => found !== undefined && isCurrent(found, claim, engine));
    if (evidence === undefined) {
      throw new ContentError(
        override.place,
        `Nothing is known of the claim "${claim.id}" at these numbers under the present engine.`,
        `Run: fieldbook edition verify ${book.edition.name}`,
      );
    }
    const standing = standingOf(evidence);
    if (override.action === "add" && standing !== "holds") {
      const problem = `The claim "${claim.id}" is ${standing === "no difference" ? "no claim: it holds without its mechanism too" : "false"}.`;
      throw new ContentError(
        override.place,
        problem,
        `Found: ${evidence.sides.claim.says}. Mend its sentence and what it expects.`,
      );
    }
    const known = readEvidence(evidenceFolder, claim.id);
    const original = claims.find(({ id }) => id === claim.id);
    const isKnown =
      known !== undefined && original !== undefined && isCurrent(known, original, engine) && isProved(known);
    here.set(claim.id, {
      claim,
      override,
      evidence,
      handbook: isKnown ? known : undefined,
      standing,
    });
  }
  return here;
}

function standingOf(evidence: Evidence): ClaimHere["standing"] {
  if (isProved(evidence)) return "holds";
  return evidence.sides.claim.met ? "no difference" : "does not hold";
}
