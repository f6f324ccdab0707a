import type { Chapter, Part } from "@fieldbook/content";
import { renderChapter, renderSourceList } from "@fieldbook/content";
import { bookTitle, renderOptions, ringName, verificationOf } from "@fieldbook/site/static";
import type { SiteBook } from "@fieldbook/site/static";
import type { Element, ElementContent, Root } from "hast";
import { contentOf, make, standAlone } from "./tree.ts";
import type { LinkRules } from "./tree.ts";

/** A piece of the book with a name that can be part of an address: "operate-queues". */
export interface Piece {
  readonly name: string;
  readonly title: string;
  readonly kind: "part" | "chapter" | "glossary" | "sources";
  readonly content: readonly ElementContent[];
}

export interface WholeBook {
  readonly title: string;
  readonly subtitle: string;
  /** The newest day on which a claim was proved or a chapter judged: the same book has the same date. */
  readonly date: string;
  readonly engine: string;
  readonly parts: readonly { readonly piece: Piece; readonly chapters: readonly Piece[] }[];
  readonly back: readonly Piece[];
}

const nameOf = (id: string): string => id.replaceAll("/", "-");

/** How links of one piece are written, when each is told what address the others have. */
export interface Placing {
  readonly sink: number;
  readonly prefixOf: (name: string) => string;
  readonly addressOf: (name: string, fragment: string | undefined) => string;
}

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Makes the pieces of the book for one document or for several. */
export function wholeBook(book: SiteBook, placing: Placing): WholeBook {
  const chapters = book.parts.flatMap((part) => part.chapters);
  const known = new Set(["glossary", "sources", ...chapters.map(({ id }) => nameOf(id))]);
  const rulesOf = (name: string): LinkRules => ({
    prefix: placing.prefixOf(name),
    sink: placing.sink,
    addressOf: (page, fragment) => (known.has(nameOf(page)) ? placing.addressOf(nameOf(page), fragment) : undefined),
  });
  const parts = book.parts
    .filter((part) => part.chapters.length > 0)
    .map((part) => ({
      piece: partPiece(part),
      chapters: part.chapters.map((chapter) => chapterPiece(chapter, book, rulesOf(nameOf(chapter.id)))),
    }));
  const days = [...chapters.map(({ reviewed }) => reviewed), ...[...book.evidence.values()].map(({ date }) => date)];
  return {
    title: bookTitle(book),
    subtitle: "Distributed Systems: A Practitioner’s Guide",
    date: days.toSorted().at(-1) ?? "1970-01-01",
    engine: `${book.engine.version} (${book.engine.digest})`,
    parts,
    back: [glossaryPiece(book, rulesOf("glossary")), sourcesPiece(book, rulesOf("sources"))],
  };
}

const partPiece = ({ id, title, summary }: Part): Piece => ({
  name: `part-${id}`,
  title,
  kind: "part",
  content: [make("p", {}, [summary])],
});

function chapterPiece(chapter: Chapter, book: SiteBook, rules: LinkRules): Piece {
  const { html } = renderChapter(chapter, renderOptions(book));
  const { claims, proved, date, engine } = verificationOf(chapter, book);
  const verified =
    date === undefined
      ? `not verified with engine ${engine}`
      : `${String(proved)} of ${String(claims)} claims verified on ${date} with engine ${engine}`;
  const { subtitle, ring, owner, reviewed, reviewDue } = chapter;
  const facts = `Ring: ${ringName(book, ring)}. Owner: ${owner}. Reviewed on ${reviewed}, due again by ${reviewDue}. Machine: ${verified}.`;
  const head = [
    make("p", { className: ["chapter-subtitle"] }, [subtitle]),
    make("p", { className: ["chapter-facts"] }, [facts]),
  ];
  return {
    name: nameOf(chapter.id),
    title: chapter.title,
    kind: "chapter",
    content: [...head, ...contentOf(standAlone(html, rules))],
  };
}

function glossaryPiece({ glossary }: SiteBook, rules: LinkRules): Piece {
  const entries = [...glossary.values()]
    .toSorted((one, other) => one.term.localeCompare(other.term, "en"))
    .map(({ key, term, definition }) => `<dt id="${key}">${escape(term)}</dt><dd>${escape(definition)}</dd>`);
  const tree: Root = standAlone(`<dl>${entries.join("")}</dl>`, rules);
  return { name: "glossary", title: "Glossary", kind: "glossary", content: contentOf(tree) };
}

function sourcesPiece(book: SiteBook, rules: LinkRules): Piece {
  const cited = new Set(
    book.parts.flatMap((part) => part.chapters).flatMap(({ sources }) => sources.map(({ key }) => key)),
  );
  const sources = [...book.sources.values()]
    .filter(({ key }) => cited.has(key))
    .toSorted((one, other) => one.citedAs.localeCompare(other.citedAs, "en"));
  const tree = standAlone(
    renderSourceList(sources, () => ""),
    rules,
  );
  return { name: "sources", title: "Sources", kind: "sources", content: contentOf(tree) };
}

/** What stands on the title page. */
export const titleContent = ({ title, subtitle, date, engine }: WholeBook): readonly Element[] => [
  make("h1", { className: ["book-title"] }, [title]),
  make("p", { className: ["book-subtitle"] }, [subtitle]),
  make("p", { className: ["chapter-facts"] }, [
    `As of ${date}. Every claim was run with engine ${engine}; beside each stand its parameters, seed and date.`,
  ]),
];
