import starlight from "@astrojs/starlight";
import { defineConfig, logHandlers } from "astro/config";
import { chapterUrl } from "@fieldbook/content";
import { dataFiles } from "./src/build/data-files.ts";
import { offlineWorker } from "./src/build/offline-worker.ts";
import { LanguageError, siteLanguage } from "./src/build/site-language.ts";
import { bookTitle, isAuthorsError, readSiteBook } from "./src/build/site-book.ts";
import type { SiteBook } from "./src/build/site-book.ts";

/** The build is given up here, in one line, when the text is wrong: what comes later would print a stack trace. */
async function orExit<Result>(read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!isAuthorsError(error) && !(error instanceof LanguageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const book: SiteBook = await orExit(readSiteBook);
const { parts } = book;

const words = await orExit(() => siteLanguage(process.env));

const chapters = parts
  .filter((part) => part.chapters.length > 0)
  .map((part) => ({
    label: part.title,
    items: part.chapters.map((chapter) => ({ label: chapter.title, link: chapterUrl(chapter.id) })),
  }));

export default defineConfig({
  output: "static",
  trailingSlash: "always",
  cacheDir: "./.cache/astro",
  logger: logHandlers.node({ level: "error" }),
  prefetch: false,
  build: { inlineStylesheets: "never" },
  // Nothing is inlined: the pages allow no script that does not come from a file.
  vite: {
    build: { assetsInlineLimit: 0 },
    cacheDir: "./.cache/vite",
    define: { "import.meta.env.PUBLIC_LANGUAGE": JSON.stringify(words.tag) },
  },
  integrations: [
    dataFiles(book),
    starlight({
      title: bookTitle(book),
      locales: { root: { label: words.language, lang: words.tag } },
      favicon: "/favicon.svg",
      expressiveCode: false,
      lastUpdated: false,
      customCss: [
        "./src/styles/tokens.css",
        "./src/styles/shell.css",
        "./src/styles/text.css",
        "./src/styles/chapter.css",
        "./src/styles/search.css",
        "./src/claim/claim.css",
        "./src/figures/figures.css",
        "./src/figures/load-figures.css",
        "./src/workbench/workbench.css",
        "./src/threads/threads.css",
        "./src/styles/life.css",
        "./src/styles/edition.css",
        "./src/styles/print.css",
      ],
      components: {
        ThemeProvider: "./src/components/head-scripts.astro",
        ThemeSelect: "./src/components/theme-select.astro",
        Search: "./src/components/search.astro",
        Sidebar: "./src/components/sidebar.astro",
        MarkdownContent: "./src/components/book-text.astro",
        PageTitle: "./src/components/page-title.astro",
      },
      sidebar: [
        { label: words.about, link: "/" },
        ...chapters,
        {
          label: words.reference,
          items: [
            { label: words.lab, link: "/lab/" },
            { label: words.glossary, link: "/glossary/" },
            { label: words.sources, link: "/sources/" },
            { label: words.summary, link: "/summary/" },
            { label: words.checklist, link: "/checklist/" },
            { label: words.radar, link: "/radar/" },
            { label: words.changes, link: "/changes/" },
            { label: words.due, link: "/due/" },
            ...(book.edition === undefined ? [] : [{ label: words.edition, link: "/edition/" }]),
          ],
        },
      ],
    }),
    offlineWorker(),
  ],
});
