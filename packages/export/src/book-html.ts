import type { Lens } from "@fieldbook/content";
import type { SiteBook } from "@fieldbook/site/static";
import type { Element } from "hast";
import { toHtml } from "hast-util-to-html";
import { paperStyles } from "./styles.ts";
import { make } from "./tree.ts";
import { titleContent, wholeBook } from "./whole-book.ts";
import type { Piece, WholeBook } from "./whole-book.ts";

/** Pages of pieces, by their names, once a first print has told them. */
export type PageNumbers = ReadonlyMap<string, number>;

const piecesOf = ({ parts, back }: WholeBook): readonly Piece[] => [
  ...parts.flatMap(({ piece, chapters }) => [piece, ...chapters]),
  ...back,
];

/** Names of all pieces that the contents list. */
export const pieceNames = (book: WholeBook): readonly string[] => piecesOf(book).map(({ name }) => name);

/** One document needs the ids of each chapter apart. */
export const bookInOne = (book: SiteBook, lens?: Lens): WholeBook =>
  wholeBook(
    book,
    {
      sink: 1,
      prefixOf: (name) => `${name}--`,
      addressOf: (name, fragment) => `#${name}${fragment === undefined ? "" : `--${fragment}`}`,
    },
    lens,
  );

const entry = ({ name, title }: Piece, pages: PageNumbers, under: readonly Element[] = []): Element =>
  make("li", {}, [
    make("a", { href: `#${name}` }, [
      make("span", {}, [title]),
      make("span", { className: ["contents-page"] }, [String(pages.get(name) ?? "")]),
    ]),
    ...under,
  ]);

function contents(book: WholeBook, pages: PageNumbers): Element {
  const parts = book.parts.map(({ piece, chapters }) =>
    entry(piece, pages, [
      make(
        "ol",
        {},
        chapters.map((chapter) => entry(chapter, pages)),
      ),
    ]),
  );
  const list = make("ol", {}, [...parts, ...book.back.map((piece) => entry(piece, pages))]);
  return make("nav", { className: ["contents"], ariaLabelledBy: ["contents"] }, [
    make("h1", { id: "contents" }, ["Contents"]),
    list,
  ]);
}

const headOf = ({ kind }: Piece): "h1" | "h2" => (kind === "chapter" ? "h2" : "h1");

const section = (piece: Piece): Element =>
  make("section", { className: ["piece", `piece-${piece.kind}`], dataPiece: piece.name }, [
    make(headOf(piece), { id: piece.name }, [piece.title]),
    ...piece.content,
  ]);

const cssText = (text: string): string => `"${text.replaceAll(/["\\]/g, (sign) => `\\${sign}`)}"`;

/** Page numbers at the foot, and at the head the piece that one is in. */
function pageStyles(book: WholeBook): string {
  const named = piecesOf(book).map(
    ({
      name,
      title,
    }) => `@page p-${name} { @top-center { content: ${cssText(title)}; font: 9pt sans-serif; color: #555; } }
[data-piece="${name}"] { page: p-${name}; }`,
  );
  return `@page { size: A4; margin: 22mm 20mm; @bottom-center { content: counter(page); font: 9pt sans-serif; } }
@page title { @bottom-center { content: ""; } }
.title-page { page: title; padding-top: 60mm; text-align: center; }
.contents, .piece { break-before: page; }
.contents a { display: flex; justify-content: space-between; gap: 1rem; color: inherit; text-decoration: none; }
body { font-size: 10.5pt; }
${named.join("\n")}`;
}

/** The whole book as one document that needs nothing else. */
export function bookHtml(book: WholeBook, pages: PageNumbers = new Map()): string {
  const body = make("body", {}, [
    make("section", { className: ["title-page"] }, titleContent(book)),
    contents(book, pages),
    make("main", {}, piecesOf(book).map(section)),
  ]);
  const head = make("head", {}, [
    make("meta", { charSet: "utf-8" }, []),
    make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }, []),
    make("title", {}, [`${book.title}: ${book.subtitle}`]),
    make("style", {}, [`${paperStyles()}\n${pageStyles(book)}`]),
  ]);
  return `<!doctype html>\n${toHtml(make("html", { lang: "en" }, [head, body]))}\n`;
}
