import { renderLensBox } from "@fieldbook/content";
import type { Chapter } from "@fieldbook/content";
import { bookTitle, renderOptions, ringName } from "@fieldbook/site/static";
import type { SiteBook } from "@fieldbook/site/static";
import type { Element } from "hast";
import { toHtml } from "hast-util-to-html";
import { paperStyles } from "./styles.ts";
import { contentOf, make, standAlone } from "./tree.ts";

const noLinks = { prefix: "", sink: 0, addressOf: () => undefined };

function entry(chapter: Chapter, book: SiteBook): Element {
  const box = contentOf(standAlone(renderLensBox(chapter, "executive", renderOptions(book)), noLinks));
  return make("section", { className: ["entry"] }, [
    make("h3", {}, [chapter.title]),
    ...box,
    make("p", { className: ["chapter-facts"] }, [
      `Ring: ${ringName(book, chapter.ring)}. Reviewed on ${chapter.reviewed}.`,
    ]),
  ]);
}

const styles = `@page { size: A4; margin: 15mm; @bottom-center { content: counter(page) " of " counter(pages); font: 8pt sans-serif; } }
body { font-size: 9pt; line-height: 1.35; }
main { columns: 2; column-gap: 8mm; }
h1 { font-size: 16pt; margin: 0 0 2mm; }
h2 { font-size: 11pt; margin: 3mm 0 1mm; column-span: none; }
h3 { font-size: 9.5pt; margin: 2mm 0 0.5mm; }
p { margin: 0 0 1mm; }
.entry { break-inside: avoid; }`;

/** What an executive needs of the whole book, on two pages: of each chapter one number and one question to ask. */
export function summaryHtml(book: SiteBook): string {
  const parts = book.parts
    .filter(({ chapters }) => chapters.length > 0)
    .flatMap(({ title, chapters }) => [make("h2", {}, [title]), ...chapters.map((chapter) => entry(chapter, book))]);
  const head = make("head", {}, [
    make("meta", { charSet: "utf-8" }, []),
    make("title", {}, [`${bookTitle(book)}: executive summary`]),
    make("style", {}, [`${paperStyles()}\n${styles}`]),
  ]);
  const body = make("body", {}, [
    make("h1", {}, [`${bookTitle(book)}: executive summary`]),
    make("p", {}, [
      "Every number was measured in a run that the handbook holds; each question is worth asking your own teams.",
    ]),
    make("main", {}, parts),
  ]);
  return `<!doctype html>\n${toHtml(make("html", { lang: "en" }, [head, body]))}\n`;
}
