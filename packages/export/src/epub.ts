import type { Lens } from "@fieldbook/content";
import type { SiteBook } from "@fieldbook/site/static";
import { zipSync } from "fflate";
import type { Element, ElementContent } from "hast";
import { toXast } from "hast-util-to-xast";
import { createHash } from "node:crypto";
import { toXml } from "xast-util-to-xml";
import { paperStyles } from "./styles.ts";
import { make } from "./tree.ts";
import { titleContent, wholeBook } from "./whole-book.ts";
import type { Piece, WholeBook } from "./whole-book.ts";

/*
 * EPUB 3.3 (W3C Recommendation), written from the content model: one XHTML document a piece.
 */

const xmlOf = (tree: Element): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n${toXml(toXast(tree, { space: "html" }))}\n`;

const xhtml = (title: string, type: string, content: readonly ElementContent[]): string =>
  xmlOf(
    make(
      "html",
      {
        xmlns: "http://www.w3.org/1999/xhtml",
        "xmlns:epub": "http://www.idpf.org/2007/ops",
        lang: "en",
        "xml:lang": "en",
      },
      [
        make("head", {}, [
          make("title", {}, [title]),
          make("link", { rel: ["stylesheet"], type: "text/css", href: "style.css" }, []),
        ]),
        make("body", { "epub:type": type }, [...content]),
      ],
    ),
  );

const types: Readonly<Record<Piece["kind"], string>> = {
  part: "bodymatter part",
  chapter: "bodymatter chapter",
  glossary: "backmatter glossary",
  sources: "backmatter bibliography",
};

const document = (piece: Piece): string =>
  xhtml(piece.title, types[piece.kind], [make("h1", {}, [piece.title]), ...piece.content]);

const entry = ({ name, title }: Piece, under: readonly Element[] = []): Element =>
  make("li", {}, [make("a", { href: `${name}.xhtml` }, [title]), ...under]);

function navigation(book: WholeBook): string {
  const list = make("ol", {}, [
    ...book.parts.map(({ piece, chapters }) =>
      entry(piece, [
        make(
          "ol",
          {},
          chapters.map((chapter) => entry(chapter)),
        ),
      ]),
    ),
    ...book.back.map((piece) => entry(piece)),
  ]);
  const first = book.parts[0]?.chapters[0]?.name ?? "title";
  const landmarks = make("ol", {}, [
    make("li", {}, [make("a", { "epub:type": "titlepage", href: "title.xhtml" }, ["Title page"])]),
    make("li", {}, [make("a", { "epub:type": "bodymatter", href: `${first}.xhtml` }, ["Beginning"])]),
  ]);
  return xhtml("Contents", "frontmatter", [
    make("nav", { "epub:type": "toc", id: "toc" }, [make("h1", {}, ["Contents"]), list]),
    make("nav", { "epub:type": "landmarks", hidden: true }, [make("h2", {}, ["Landmarks"]), landmarks]),
  ]);
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** An identifier that follows from the content: a name-based UUID (RFC 9562, version 8, of SHA-256). */
function identifierOf(documents: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const [name, text] of documents) hash.update(`${name}\0${text}\0`);
  const hex = hash.digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

function packageDocument(book: WholeBook, documents: ReadonlyMap<string, string>): string {
  const names = [...documents.keys()];
  const items = names.map((name) => {
    const svg = documents.get(name)?.includes("<svg") === true ? ["svg"] : [];
    const properties = [...(name === "nav" ? ["nav"] : []), ...svg].join(" ");
    const said = properties === "" ? "" : ` properties="${properties}"`;
    return `<item id="${name}" href="${name}.xhtml" media-type="application/xhtml+xml"${said}/>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">${identifierOf(documents)}</dc:identifier>
<dc:title>${escape(`${book.title}: ${book.subtitle}`)}</dc:title>
<dc:language>en</dc:language>
<dc:date>${book.date}</dc:date>
<dc:creator>Fieldbook editors</dc:creator>
<meta property="dcterms:modified">${book.date}T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityFeature">longDescription</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">All figures are drawings with a title and a text that says the same.</meta>
</metadata>
<manifest>
${items.join("\n")}
<item id="style" href="style.css" media-type="text/css"/>
</manifest>
<spine>
${names.map((name) => `<itemref idref="${name}"/>`).join("\n")}
</spine>
</package>
`;
}

const container = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`;

/** The whole book as EPUB 3; the same book has the same bytes. */
export function bookEpub(siteBook: SiteBook, lens?: Lens): Uint8Array {
  const placing = {
    sink: 0,
    prefixOf: () => "",
    addressOf: (name: string, fragment: string | undefined) =>
      `${name}.xhtml${fragment === undefined ? "" : `#${fragment}`}`,
  };
  const book = wholeBook(siteBook, placing, lens);
  const documents = new Map([
    ["title", xhtml(book.title, "frontmatter titlepage", titleContent(book))],
    ["nav", navigation(book)],
    ...book.parts
      .flatMap(({ piece, chapters }) => [piece, ...chapters])
      .map((each) => [each.name, document(each)] as const),
    ...book.back.map((each) => [each.name, document(each)] as const),
  ]);
  const files: Record<string, [Uint8Array, { level: 0 | 9 }]> = {};
  const put = (path: string, text: string, level: 0 | 9 = 9): void => {
    files[path] = [Buffer.from(text), { level }];
  };
  // The first in the archive, and not packed: so a reader knows what it has.
  put("mimetype", "application/epub+zip", 0);
  put("META-INF/container.xml", container);
  put("OEBPS/content.opf", packageDocument(book, documents));
  put("OEBPS/style.css", paperStyles());
  for (const [name, text] of documents) put(`OEBPS/${name}.xhtml`, text);
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}
