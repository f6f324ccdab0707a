/** What the pages are made of, for those who make other things of it than pages. Nothing here needs a script. */
export { editionEvidence, ownClaims, readEditionBook } from "./read-edition.ts";
export { renderClaim, renderOptions } from "./render-options.ts";
export { bookTitle, isAuthorsError, readSiteBook, ringName, verificationOf } from "./site-book.ts";
export type { SiteBook } from "./site-book.ts";

const names = [
  "styles/tokens.css",
  "styles/text.css",
  "styles/chapter.css",
  "claim/claim.css",
  "styles/edition.css",
  "figures/figures.css",
  "figures/space-time.css",
  "figures/load-figures.css",
];

/** The style sheets of text, claims and figures, in their order. */
export const styleSheets: readonly URL[] = names.map((name) => new URL(`../${name}`, import.meta.url));
/** The folder of the built site. */
export const builtSite = new URL("../../dist/", import.meta.url);
