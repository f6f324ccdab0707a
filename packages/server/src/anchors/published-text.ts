import { indexRevision } from "@fieldbook/content/anchors";
import type { AnchorChapter, Revision } from "@fieldbook/content/anchors";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { StoreError } from "../data/store-error.ts";

/** The text that the site serves, indexed once. */
export interface PublishedText {
  /** Equal texts have one revision. */
  readonly revision: string;
  /** Digest of the engine that proved the claims. */
  readonly engine: string;
  readonly chapters: readonly AnchorChapter[];
  readonly index: Revision;
  /** Of the chapters, by their ids, in the order of the book. */
  readonly titles: ReadonlyMap<string, string>;
}

const blockKinds = ["heading", "paragraph", "list", "table", "code", "quote", "rule", "claim"] as const;

const chaptersSchema = v.array(
  v.object({
    id: v.string(),
    blocks: v.array(
      v.object({
        id: v.string(),
        hash: v.string(),
        kind: v.picklist(blockKinds),
        text: v.string(),
        // Absent from JSON where it is undefined.
        section: v.optional(v.string()),
      }),
    ),
  }),
);

const textSchema = v.object({
  revision: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  engine: v.string(),
  chapters: chaptersSchema,
  titles: v.record(v.string(), v.string()),
});

const withSections = (chapters: v.InferOutput<typeof chaptersSchema>): readonly AnchorChapter[] =>
  chapters.map(({ id, blocks }) => ({ id, blocks: blocks.map((block) => ({ ...block, section: block.section })) }));

/** Chapters as they were kept in the store. */
export const readChapters = (json: string): readonly AnchorChapter[] =>
  withSections(v.parse(chaptersSchema, JSON.parse(json)));

/**
 * Reads what the build of the site has published.
 *
 * @param siteFolder of the built site
 * @returns undefined when the site was built without it: threads then stand at chapters alone
 * @throws StoreError when it is there and can not be read
 */
export function readPublishedText(siteFolder: string): PublishedText | undefined {
  const path = join(siteFolder, "published", "text.json");
  let json: string;
  try {
    json = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { revision, engine, chapters, titles } = v.parse(textSchema, JSON.parse(json));
    const whole = withSections(chapters);
    return { revision, engine, chapters: whole, index: indexRevision(whole), titles: new Map(Object.entries(titles)) };
  } catch (error) {
    throw new StoreError(`${path} is not the text of a handbook: build the site again.`, { cause: error });
  }
}
