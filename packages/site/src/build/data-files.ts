import type { AstroIntegration } from "astro";
import { mkdirSync, writeFileSync } from "node:fs";
import { lifeFiles } from "./life-files.ts";
import { publishedText } from "./published-text.ts";
import { sourcesCsl } from "./reference-pages.ts";
import type { SiteBook } from "./site-book.ts";

/** Files beside the pages, for programs: their paths below the site's root, and what they say. */
const filesOf = (book: SiteBook): Readonly<Record<string, string>> => ({
  "published/text.json": JSON.stringify(publishedText(book)),
  "sources.json": sourcesCsl(book),
  ...lifeFiles(book, process.env["FIELDBOOK_URL"]?.replace(/\/+$/, "")),
});

/** Writes them when the pages are built: Astro would bundle what makes them, and the book's folder would be lost. */
export const dataFiles = (book: SiteBook): AstroIntegration => ({
  name: "fieldbook-data-files",
  hooks: {
    "astro:build:done": ({ dir }) => {
      for (const [path, text] of Object.entries(filesOf(book))) {
        const file = new URL(path, dir);
        mkdirSync(new URL(".", file), { recursive: true });
        writeFileSync(file, text);
      }
    },
  },
});
