import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { Lens } from "@fieldbook/content";
import type { SiteBook } from "@fieldbook/site/static";
import { bookHtml, bookInOne, pieceNames } from "./book-html.ts";
import type { PageNumbers } from "./book-html.ts";
import { launchChromium } from "./chromium.ts";
import { summaryHtml } from "./summary-html.ts";

/** What a browser writes of the hour, in PDF's form; all of one length, so that no offset in the file moves. */
const times = /\((?<time>D:\d{14}[+-Z][\d'+-]*)\)/g;

/** The same document has the same bytes: the hour of printing becomes the day of the text. */
function dated(pdf: Uint8Array, day: string): Buffer {
  const fixed = `D:${day.replaceAll("-", "")}000000+00'00'`;
  const text = Buffer.from(pdf).toString("latin1");
  const mended = text.replaceAll(times, (whole, time: string) => (time.length === fixed.length ? `(${fixed})` : whole));
  return Buffer.from(mended, "latin1");
}

type Print = (html: string) => Promise<Uint8Array>;

async function withPrinter<Result>(use: (print: Print) => Promise<Result>): Promise<Result> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    return await use(async (html) => {
      await page.setContent(html, { waitUntil: "load" });
      return page.pdf({ tagged: true, outline: true, preferCSSPageSize: true, printBackground: true });
    });
  } finally {
    await browser.close();
  }
}

/** On which page each named place is, from 1. */
async function pagesOf(pdf: Uint8Array, names: readonly string[]): Promise<PageNumbers> {
  const document = await getDocument({ data: Uint8Array.from(pdf), verbosity: 0 }).promise;
  const pages = new Map<string, number>();
  for (const name of names) {
    const destination = await document.getDestination(name);
    const page = destination?.[0] as Parameters<typeof document.getPageIndex>[0] | undefined;
    if (page !== undefined) pages.set(name, (await document.getPageIndex(page)) + 1);
  }
  await document.loadingTask.destroy();
  return pages;
}

/**
 * The whole book as PDF: tagged, with an outline, and with page numbers in its contents. It is printed twice: the first
 * print tells the pages. Needs Chromium, see `launchChromium`.
 */
export async function bookPdf(siteBook: SiteBook, lens?: Lens): Promise<Buffer> {
  const book = bookInOne(siteBook, lens);
  return withPrinter(async (print) => {
    const first = await print(bookHtml(book, new Map(pieceNames(book).map((name) => [name, 100]))));
    const pages = await pagesOf(first, pieceNames(book));
    return dated(await print(bookHtml(book, pages)), book.date);
  });
}

/** The executive summary as PDF. */
export async function summaryPdf(siteBook: SiteBook): Promise<Buffer> {
  return withPrinter(async (print) => dated(await print(summaryHtml(siteBook)), bookInOne(siteBook).date));
}
