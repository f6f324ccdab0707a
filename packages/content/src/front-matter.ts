import * as v from "valibot";
import { ContentError } from "./content-error.ts";
import { addDays } from "./day.ts";
import { daySchema, readYaml, textSchema } from "./yaml-data.ts";

/** How far a practice may be relied on. */
export const rings = ["ready for production", "trial", "assess", "hold"] as const;
export type Ring = (typeof rings)[number];

const frontMatterSchema = v.strictObject({
  title: textSchema,
  subtitle: textSchema,
  /** One or two plain sentences for lists of chapters. */
  summary: textSchema,
  /** Who answers for the chapter. */
  owner: textSchema,
  ring: v.picklist(rings, `a ring is one of ${rings.join(", ")}`),
  /** The day on which a person last judged the advice. */
  reviewed: daySchema,
  reviewEveryDays: v.pipe(
    v.number("a number of days is expected"),
    v.integer("a whole number of days is expected"),
    v.minValue(1, "a review comes round after 1 to 730 days"),
    v.maxValue(730, "a review comes round after 1 to 730 days"),
  ),
});

export interface FrontMatter extends v.InferOutput<typeof frontMatterSchema> {
  /** The day by which a person has to judge the advice again. */
  readonly reviewDue: string;
  /** Where in the chapter's file the keys stand that other parts of the book may contradict, from 1. */
  readonly frontMatterLines: { readonly ring: number; readonly reviewed: number };
}

/** The chapter's text without its front matter; lines keep their numbers. */
export interface SplitChapter {
  readonly frontMatter: FrontMatter;
  readonly body: string;
}

const fence = /^---[ \t]*$/;

/**
 * Takes the front matter off a chapter. In the body it is replaced by empty lines, so that positions stay those of the file.
 *
 * @throws ContentError when it is missing, not closed, or wrong
 */
export function splitFrontMatter(text: string, path: string): SplitChapter {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .split("\n");
  if (!fence.test(lines[0] ?? "")) {
    throw new ContentError({ path, line: 1 }, "The chapter has no front matter.", 'Begin it with a line "---".');
  }
  const end = lines.findIndex((line, index) => index > 0 && fence.test(line));
  if (end < 0) {
    throw new ContentError({ path, line: 1 }, "The front matter does not end.", 'Close it with a line "---".');
  }
  const data = readYaml(lines.slice(1, end).join("\n"), frontMatterSchema, { path, firstLine: 2 });
  const lineOf = (key: string): number => Math.max(1, lines.findIndex((line) => line.startsWith(`${key}:`)) + 1);
  return {
    frontMatter: {
      ...data,
      reviewDue: addDays(data.reviewed, data.reviewEveryDays),
      frontMatterLines: { ring: lineOf("ring"), reviewed: lineOf("reviewed") },
    },
    body: lines.map((line, index) => (index <= end ? "" : line)).join("\n"),
  };
}
