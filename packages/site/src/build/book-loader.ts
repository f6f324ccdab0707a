import type { Loader } from "astro/loaders";
import { changesPage } from "./changes-page.ts";
import { chapterPage } from "./chapter-page.ts";
import { editionPages } from "./edition-page.ts";
import { duePage } from "./due-page.ts";
import { homePage } from "./home-page.ts";
import { labPages } from "./lab-pages.ts";
import type { Page } from "./page.ts";
import { radarPage } from "./radar-page.ts";
import { glossaryPage, notFoundPage, sourcesPage } from "./reference-pages.ts";
import { readSiteBook } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";
import { checklistPage, summaryPage } from "./summary-pages.ts";
import { versionPages } from "./version-pages.ts";

const pagesOf = (book: SiteBook): readonly Page[] => [
  homePage(book),
  ...book.parts.flatMap((part) => part.chapters).map((chapter) => chapterPage(chapter, book)),
  ...labPages(book.engine.digest),
  glossaryPage(book),
  sourcesPage(book),
  summaryPage(book),
  checklistPage(book),
  radarPage(book),
  changesPage(book),
  duePage(book),
  ...editionPages(book),
  ...versionPages(book),
  notFoundPage,
];

/** What stands in chapters word for word: a search would find it twice. */
const isRepetition = (id: string): boolean => /^(versions|summary|checklist|radar)\b/.test(id);

/** Where a file is edited: FIELDBOOK_EDIT_URL is the address of the repository's files, to which the path is added. */
function editUrlOf(file: string): string | false {
  const base = process.env["FIELDBOOK_EDIT_URL"];
  return base === undefined || base === "" ? false : `${base.replace(/\/+$/, "")}/${file}`;
}

const alternate = ({ title, url }: NonNullable<Page["feed"]>) => ({
  tag: "link",
  attrs: { rel: "alternate", type: "application/atom+xml", title, href: url },
});

/** Fills the collection of pages with HTML that is ready: the site's own Markdown engine never sees the book. */
export function bookLoader(): Loader {
  return {
    name: "fieldbook",
    async load({ store, parseData }) {
      store.clear();
      for (const page of pagesOf(await readSiteBook())) {
        const { id, title, description, html, headings, contents, chapter, feed } = page;
        const data = await parseData({
          id,
          data: {
            title,
            description,
            editUrl: chapter === undefined ? false : editUrlOf(chapter.file),
            tableOfContents: contents && { minHeadingLevel: 2, maxHeadingLevel: 3 },
            head: feed === undefined ? [] : [alternate(feed)],
            pagefind: id !== "404" && !isRepetition(id),
            ...(chapter !== undefined && { chapter }),
          },
        });
        store.set({ id, data, rendered: { html, metadata: { headings: [...headings] } } });
      }
    },
  };
}
