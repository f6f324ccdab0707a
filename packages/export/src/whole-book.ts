import type { Chapter, Lens, Part } from "@fieldbook/content";
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
  /** How many claims no evidence of this engine speaks for. */
  readonly unproved: number;
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

const readers: Readonly<Record<Lens, string>> = { engineer: "engineers", manager: "managers", executive: "executives" };

/** What a lens shows of the book; links to what it leaves out lead to the page. */
function ofLens(book: SiteBook, lens: Lens): SiteBook {
  const ofChapter = (chapter: Chapter): Chapter => ({
    ...chapter,
    blocks: chapter.blocks.filter(({ lenses }) => lenses.includes(lens)),
  });
  return { ...book, parts: book.parts.map((part) => ({ ...part, chapters: part.chapters.map(ofChapter) })) };
}

/**
 * Makes the pieces of the book for one document or for several.
 *
 * @param lens whose text it is; default: all of it
 */
export function wholeBook(all: SiteBook, placing: Placing, lens: Lens = "engineer"): WholeBook {
  const book = ofLens(all, lens);
  const chapters = book.parts.flatMap((part) => part.chapters);
  const known = new Map<string, ReadonlySet<string> | undefined>([
    ["glossary", undefined],
    ["sources", undefined],
    ...chapters.map(({ id, blocks }) => [nameOf(id), new Set(blocks.map((block) => block.id))] as const),
  ]);
  const rulesOf = (name: string): LinkRules => ({
    prefix: placing.prefixOf(name),
    sink: placing.sink,
    addressOf: (page, fragment) => {
      const to = nameOf(page);
      if (!known.has(to)) return undefined;
      const isThere = fragment === undefined || (known.get(to)?.has(fragment) ?? true);
      return placing.addressOf(to, isThere ? fragment : undefined);
    },
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
    subtitle: `Distributed Systems: A Practitioner’s Guide${lens === "engineer" ? "" : `, for ${readers[lens]}`}`,
    date: days.toSorted().at(-1) ?? "1970-01-01",
    engine: `${book.engine.version} (${book.engine.digest})`,
    unproved: chapters.flatMap(({ claims }) => claims).filter((id) => !book.evidence.has(id) && !book.here.has(id))
      .length,
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

const provedIn = (unproved: number): string => {
  if (unproved === 0) return "Every claim was proved";
  return `${String(unproved)} ${unproved === 1 ? "claim is" : "claims are"} not verified, and marked so; all others were proved`;
};

/** What stands on the title page. */
export const titleContent = ({ title, subtitle, date, engine, unproved }: WholeBook): readonly Element[] => [
  make("h1", { className: ["book-title"] }, [title]),
  make("p", { className: ["book-subtitle"] }, [subtitle]),
  make("p", { className: ["chapter-facts"] }, [
    `As of ${date}. ${provedIn(unproved)} with engine ${engine}; beside each stand its parameters, seed and date.`,
  ]),
];
