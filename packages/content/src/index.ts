export {
  AnchorError,
  anchorChapter,
  chapterOfSource,
  fragmentOf,
  indexRevision,
  quoteOf,
  readAnchor,
  resolveAnchors,
  selectorsFor,
} from "./anchors/index.ts";
export type {
  Anchor,
  AnchorChapter,
  AnchorPlace,
  AnchorState,
  DiffPart,
  MeaningChange,
  ResolvedAnchor,
  Revision,
  Selection,
} from "./anchors/index.ts";
export { assembleBook } from "./assemble-book.ts";
export type { Book, KnownClaim, Part } from "./assemble-book.ts";
export { chapterUrl } from "./chapter.ts";
export type { Block, Chapter, ClaimBlock, HeadingBlock, LensBlock, TextBlock } from "./chapter.ts";
export { ContentError } from "./content-error.ts";
export { rings } from "./front-matter.ts";
export type { FrontMatter, Ring } from "./front-matter.ts";
export type { Glossary, Term } from "./glossary.ts";
export { isLens, lenses } from "./lens.ts";
export type { Lens } from "./lens.ts";
export { parseChapter } from "./parse-chapter.ts";
export type { ParseOptions } from "./parse-chapter.ts";
export { numberHere, numberProblem } from "./quoted-number.ts";
export type { QuotedNumber } from "./quoted-number.ts";
export { renderChapter } from "./render-chapter.ts";
export type { Heading, RenderedChapter, RenderOptions } from "./render-chapter.ts";
export { renderSourceList } from "./render-sources.ts";
export { levels, parseSources, sourceTypes, topics } from "./sources.ts";
export type { Level, Source, Sources, Topic } from "./sources.ts";
export { undefinedTerms } from "./life/undefined-terms.ts";
export { criteria, entryCriteria, refutation, shortfallsOf, sourceCheckDays } from "./life/criteria.ts";
export type { CriterionId, Shortfall, Standing } from "./life/criteria.ts";
export type { Ledger, LedgerEntry } from "./life/ledger.ts";
export { reviewStatus } from "./life/review-status.ts";
export type { ReviewStatus } from "./life/review-status.ts";
export { verificationStatus } from "./life/verification-status.ts";
export type { Proofs, VerificationStatus } from "./life/verification-status.ts";
export { dueCalendar, dueTask } from "./life/calendar.ts";
export { dueItems } from "./life/due.ts";
export type { DueItem } from "./life/due.ts";
export { changesFeed, dueFeed, moveOf } from "./life/feeds.ts";
export { renderLensBox } from "./render-lens-box.ts";
export { describeOverride } from "./render-override.ts";
export { applySuggestion } from "./suggest.ts";
export { compareVersions } from "./life/compare-versions.ts";
export type { VersionRow } from "./life/compare-versions.ts";
export { assembleEdition } from "./editions/assemble-edition.ts";
export type { EditionBook, EditionIdentity } from "./editions/assemble-edition.ts";
export type { Override, OverrideTarget } from "./editions/override.ts";
export { pinEdition } from "./editions/pin-edition.ts";
export type { PinnedOverride } from "./editions/pin-edition.ts";
