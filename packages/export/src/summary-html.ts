import type { Chapter, LensBlock } from "@fieldbook/content";
import type { SiteBook } from "@fieldbook/site/static";
import type { Element } from "hast";
import { toHtml } from "hast-util-to-html";
import { paperStyles } from "./styles.ts";
import { make } from "./tree.ts";

const boxOf = ({ blocks }: Chapter): LensBlock | undefined =>
  blocks.find((block): block is LensBlock => block.kind === "lens" && block.for === "executive");

function entry(chapter: Chapter): Element {
  const words = boxOf(chapter)?.blocks.map(({ text }) => text) ?? [];
  return make("section", { className: ["entry"] }, [
    make("h3", {}, [chapter.title]),
    ...words.map((text) => make("p", {}, [text])),
    make("p", { className: ["chapter-facts"] }, [`Ring: ${chapter.ring}. Reviewed on ${chapter.reviewed}.`]),
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
    .flatMap(({ title, chapters }) => [make("h2", {}, [title]), ...chapters.map(entry)]);
  const head = make("head", {}, [
    make("meta", { charSet: "utf-8" }, []),
    make("title", {}, ["Fieldbook: executive summary"]),
    make("style", {}, [`${paperStyles()}\n${styles}`]),
  ]);
  const body = make("body", {}, [
    make("h1", {}, ["Fieldbook: executive summary"]),
    make("p", {}, [
      "Every number was measured in a run that the handbook holds; each question is worth asking your own teams.",
    ]),
    make("main", {}, parts),
  ]);
  return `<!doctype html>\n${toHtml(make("html", { lang: "en" }, [head, body]))}\n`;
}
