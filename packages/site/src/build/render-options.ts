import { numberHere } from "@fieldbook/content";
import type { RenderOptions } from "@fieldbook/content";
import { renderClaimHere } from "../claim/claim-here.ts";
import { renderStaticClaim } from "../claim/static-claim.ts";
import type { SiteBook } from "./site-book.ts";

/** A claim as a page has it: with what it comes to at an edition's own numbers, where it has such. */
export function renderClaim(id: string, book: SiteBook): string {
  const claim = book.claims.get(id);
  if (claim === undefined) throw new Error(`The book was assembled without its claim ${id}.`);
  const here = book.here.get(id);
  if (here === undefined || here.override.action === "add") return renderStaticClaim(claim, book.evidence.get(id));
  return renderStaticClaim(claim, here.evidence, renderClaimHere(here));
}

/** What every text of the book is rendered with. */
export const renderOptions = (book: SiteBook): RenderOptions => ({
  glossary: book.glossary,
  renderClaim: (id) => renderClaim(id, book),
  numberHere: (number) => {
    const here = book.here.get(number.claim);
    return here === undefined ? undefined : numberHere(number, here.claim, here.evidence);
  },
});
