import * as v from "valibot";

/** The terms that we add to those of the W3C's Web Annotation vocabulary. */
export const annotationContext = [
  "http://www.w3.org/ns/anno.jsonld",
  {
    hash: "urn:fieldbook:hash",
    section: "urn:fieldbook:section",
    figure: "urn:fieldbook:figure",
    revision: "urn:fieldbook:revision",
    ContentRevision: "urn:fieldbook:ContentRevision",
  },
] as const;

/** The most characters that a quotation may have: a long block of code fits. */
export const longestQuote = 20_000;

const shortText = (longest: number): v.GenericSchema<string> =>
  v.pipe(
    v.string("a text is expected"),
    v.nonEmpty("a text that is not empty is expected"),
    v.maxLength(longest, `at most ${longest} characters are expected`),
  );

const offset = v.pipe(
  v.number("a number is expected"),
  v.safeInteger("a whole number is expected"),
  v.minValue(0, "a number from 0 is expected"),
);

const positionSchema = v.pipe(
  v.strictObject({ type: v.literal("TextPositionSelector"), start: offset, end: offset }),
  v.check(({ start, end }) => start < end, '"start" has to be below "end"'),
);

const fragmentSchema = v.strictObject({
  type: v.literal("FragmentSelector"),
  /** Id of the claim or the block, as the page's address has it. */
  value: shortText(200),
  /** Hash of the block's kind and canonical text. A selector without it names a claim. */
  hash: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/u, "12 hexadecimal digits are expected"))),
  /** Id of the heading or box above the block. */
  section: v.optional(shortText(200)),
  /** Name of the claim's figure. */
  figure: v.optional(shortText(200)),
  /** In the canonical text of the block. */
  refinedBy: v.optional(positionSchema),
});

const quoteSchema = v.strictObject({
  type: v.literal("TextQuoteSelector"),
  exact: shortText(longestQuote),
  prefix: v.optional(v.pipe(v.string("a text is expected"), v.maxLength(200)), ""),
  suffix: v.optional(v.pipe(v.string("a text is expected"), v.maxLength(200)), ""),
});

const selectorSchema = v.variant(
  "type",
  [fragmentSchema, quoteSchema],
  'a selector is a "FragmentSelector" or a "TextQuoteSelector"',
);

const targetEntries = {
  /** Address of the chapter from the root of the site: "/operate/queues/". */
  source: v.pipe(
    v.string("a text is expected"),
    v.regex(/^\/[a-z0-9-]+\/[a-z0-9-]+\/$/u, 'the address of a chapter is expected, such as "/operate/queues/"'),
    v.maxLength(200),
  ),
  /** The published text in which the selection was made. */
  state: v.optional(v.strictObject({ type: v.literal("ContentRevision"), revision: shortText(100) })),
  selector: v.pipe(
    v.array(selectorSchema, "a list of selectors is expected"),
    v.minLength(1, "at least one selector is expected"),
    v.maxLength(3, "at most three selectors are expected"),
    v.check(
      (selectors) => new Set(selectors.map(({ type }) => type)).size === selectors.length,
      "each type of selector is expected once",
    ),
  ),
};

/** Where a thread stands: the target of a W3C Web Annotation, with its selectors in the order in which they are tried. */
export const anchorSchema = v.strictObject({
  type: v.optional(v.literal("SpecificResource"), "SpecificResource"),
  ...targetEntries,
});

export type Anchor = v.InferOutput<typeof anchorSchema>;
export type AnchorSelector = Anchor["selector"][number];
export type FragmentSelector = Extract<AnchorSelector, { type: "FragmentSelector" }>;
export type TextQuoteSelector = Extract<AnchorSelector, { type: "TextQuoteSelector" }>;

/** An anchor can not be made or read; the message names the place and the mend. */
export class AnchorError extends Error {
  override readonly name = "AnchorError";
}

/** The address of a chapter's id, and back. */
export const sourceOfChapter = (chapter: string): string => `/${chapter}/`;
export const chapterOfSource = (source: string): string => source.slice(1, -1);

/** The selector of a kind, or undefined. */
export const fragmentOf = ({ selector }: Anchor): FragmentSelector | undefined =>
  selector.find((each): each is FragmentSelector => each.type === "FragmentSelector");
export const quoteOf = ({ selector }: Anchor): TextQuoteSelector | undefined =>
  selector.find((each): each is TextQuoteSelector => each.type === "TextQuoteSelector");
