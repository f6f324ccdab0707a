import { ContentError, levels, parseSources, sourceTypes, topics } from "@fieldbook/content";
import { readFileSync } from "node:fs";
import { Document, isMap } from "yaml";
import { readTextFile } from "../files.ts";
import { UserError } from "../terminal.ts";

/** A work in the fields of CSL-JSON, as far as the book keeps them. */
export type Work = Readonly<Record<string, unknown>>;

export interface SourceOptions {
  readonly bibtex?: string;
  readonly csl?: string;
  readonly type?: string;
  readonly author?: readonly string[];
  readonly title?: string;
  readonly container?: string;
  readonly publisher?: string;
  readonly year?: string;
  readonly doi?: string;
  readonly url?: string;
  readonly topic: string;
  readonly level: string;
}

/** What the book keeps of a work; the rest is left out. */
const kept = [
  "type",
  "author",
  "title",
  "container-title",
  "publisher",
  "volume",
  "issue",
  "page",
  "issued",
  "DOI",
  "URL",
];

const readInput = (path: string): string => (path === "-" ? readFileSync(0, "utf8") : readTextFile(path));

/**
 * One work from a file or from what was given by hand.
 *
 * @throws UserError when it can not be read, or is not one
 */
export async function readWork(options: SourceOptions): Promise<Work> {
  if (options.bibtex !== undefined)
    return onlyOne(await readBibtex(readInput(options.bibtex), options.bibtex), options.bibtex);
  if (options.csl !== undefined) return onlyOne(readCsl(readInput(options.csl), options.csl), options.csl);
  const { type, author = [], title, container, publisher, year, doi, url } = options;
  return {
    type: type ?? (doi === undefined ? "webpage" : "article-journal"),
    author: author.map(readName),
    title,
    "container-title": container,
    publisher,
    issued: year === undefined ? undefined : { "date-parts": [[Number(year)]] },
    DOI: doi?.replace(/^https?:\/\/(dx\.)?doi\.org\//, ""),
    URL: url,
  };
}

function readName(name: string): Work {
  const [family = "", given] = name.split(",").map((part) => part.trim());
  return given === undefined ? { literal: family } : { given, family };
}

async function readBibtex(text: string, path: string): Promise<readonly Work[]> {
  // Loaded when it is needed; the second adds the format to the first.
  const { Cite } = await import("@citation-js/core");
  await import("@citation-js/plugin-bibtex");
  try {
    return new Cite(text).data;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new UserError(`${path} is not BibTeX: ${why}.`);
  }
}

function readCsl(text: string, path: string): readonly Work[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const works: readonly unknown[] = Array.isArray(data) ? data : [data];
  const isWork = (work: unknown): work is Work => typeof work === "object" && work !== null && !Array.isArray(work);
  if (works.every(isWork)) return works;
  throw new UserError(`${path} is not CSL-JSON: an object with the fields of a work is expected, or a list of them.`);
}

function onlyOne(works: readonly Work[], path: string): Work {
  const [work, ...others] = works;
  if (work !== undefined && others.length === 0) return work;
  throw new UserError(`${path} has ${String(works.length)} works. Give one at a time, each with its key.`);
}

export interface SourceContext {
  readonly topic: string;
  readonly level: string;
  /** YYYY-MM-DD. */
  readonly today: string;
  /** `sources.yaml` as it stands. */
  readonly sources: string;
}

/**
 * `sources.yaml` with the work at its end.
 *
 * @throws UserError for a key that is taken, and for a work that is there under another
 * @throws ContentError for what the book does not take
 */
export function draftSourceFile(key: string, work: Work, { topic, level, today, sources }: SourceContext): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(key)) {
    throw new UserError(`A key is lower-case words joined by hyphens, for instance ongaro-2014; got "${key}".`);
  }
  const known = parseSources(sources, "book/sources.yaml");
  if (known.has(key)) throw new UserError(`There is a source "${key}" already. Take another key.`);
  const plain = (text: unknown): string =>
    String(text)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
  const same = [...known.values()].find(
    ({ entry }) =>
      (work["DOI"] !== undefined && entry.DOI === work["DOI"]) || plain(entry.title) === plain(work["title"]),
  );
  if (same !== undefined) throw new UserError(`This is there already, as "${same.key}": ${same.title}. Cite that.`);
  const fields = Object.fromEntries(
    kept.filter((name) => work[name] !== undefined).map((name) => [name, tidy(name, work[name])]),
  );
  // Of a work with a DOI the link is known.
  if (fields["DOI"] !== undefined) delete fields["URL"];
  const document = new Document({ [key]: { ...fields, checked: today, topic, level } });
  const entry = document.get(key);
  if (isMap(entry)) {
    const issued = entry.get("issued", true);
    if (isMap(issued)) issued.flow = true;
  }
  const text = `${sources.trimEnd()}\n${document.toString({ lineWidth: 0 })}`;
  try {
    parseSources(text, "book/sources.yaml");
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const names = `Types: ${sourceTypes.join(", ")}. Topics: ${topics.join(", ")}. Levels: ${levels.join(", ")}.`;
    // The line would be one of a file that was never written.
    const why = error instanceof ContentError ? error.problem : error.message;
    throw new UserError(`The source is not complete, and nothing was written. ${why}\n${names}`);
  }
  return text;
}

/** Names without what the library adds, and pages with the dash that print has. */
function tidy(name: string, value: unknown): unknown {
  if (name === "page" && typeof value === "string") return value.replace(/-+/, "–");
  if (name !== "author" || !Array.isArray(value)) return value;
  return value.map((one: Work) =>
    Object.fromEntries(
      ["literal", "given", "non-dropping-particle", "family"]
        .filter((part) => one[part] !== undefined)
        .map((part) => [part, one[part]]),
    ),
  );
}
