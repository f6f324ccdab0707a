import { docsSchema } from "@astrojs/starlight/schema";
import { defineCollection } from "astro/content/config";
import { z } from "astro/zod";
import { bookLoader } from "./build/book-loader.ts";

/** A `ChapterHead`, checked once more on its way through the store of pages. */
const chapterHead = z.object({
  subtitle: z.string(),
  file: z.string(),
  ring: z.enum(["ready for production", "trial", "assess", "hold"]),
  ringName: z.string(),
  review: z.object({
    owner: z.string(),
    reviewed: z.string(),
    everyDays: z.number(),
    due: z.string(),
    sources: z.number(),
    sourcesChecked: z.string().optional(),
  }),
  verification: z.object({
    claims: z.number(),
    proved: z.number(),
    controls: z.number(),
    engine: z.string(),
    digest: z.string().optional(),
    date: z.string().optional(),
  }),
});

/** The one collection of the site: all its pages. */
export const collections = {
  docs: defineCollection({
    loader: bookLoader(),
    schema: docsSchema({ extend: z.object({ chapter: chapterHead.optional() }) }),
  }),
};
