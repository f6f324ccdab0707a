import * as v from "valibot";
import { daySchema, keySchema, readYaml, textSchema, webLinkSchema } from "./yaml-data.ts";

/** What a source is about; the page of sources is ordered by them. */
export const topics = [
  "availability",
  "operations",
  "overload",
  "queueing",
  "latency",
  "measurement",
  "delivery",
  "consistency",
  "replication",
  "consensus",
  "time",
  "isolation",
  "security",
  "fleets",
] as const;
export type Topic = (typeof topics)[number];

/** Whom a source is for: the newcomer, who runs systems, who proves things of them. */
export const levels = ["introduction", "practice", "research"] as const;
export type Level = (typeof levels)[number];

/** Kinds of works that CSL knows (Citation Style Language 1.0.2, appendix III), as far as the book has them. */
export const sourceTypes = [
  "article",
  "article-journal",
  "article-magazine",
  "book",
  "chapter",
  "paper-conference",
  "post-weblog",
  "report",
  "speech",
  "standard",
  "thesis",
  "webpage",
] as const;

const nameSchema = v.union(
  [
    v.strictObject({ literal: textSchema }),
    v.strictObject({
      given: v.optional(textSchema),
      family: textSchema,
      "non-dropping-particle": v.optional(textSchema),
    }),
  ],
  "a name is {given, family} or, of an organisation, {literal}",
);

const yearSchema = v.pipe(
  v.number("a year is expected"),
  v.integer("a year is expected"),
  v.minValue(1800, "a year is expected"),
);

/** A work in the fields of CSL-JSON, and what the handbook adds: when it was looked up, its topic and its level. */
const sourceSchema = v.strictObject({
  type: v.picklist(sourceTypes, `a type is one of ${sourceTypes.join(", ")}`),
  /** In the order of the title page. */
  author: v.pipe(v.array(nameSchema, "a list of names is expected"), v.minLength(1, "at least one name is expected")),
  title: textSchema,
  /** The journal, proceedings or site it appeared in. */
  "container-title": v.optional(textSchema),
  publisher: v.optional(textSchema),
  volume: v.optional(v.union([v.number(), textSchema])),
  issue: v.optional(v.union([v.number(), textSchema])),
  page: v.optional(v.union([v.number(), textSchema])),
  /** The year, and the month and day where they are known. */
  issued: v.strictObject({
    "date-parts": v.pipe(
      v.array(v.pipe(v.array(v.number("a number is expected")), v.minLength(1, "a year is expected"))),
      v.length(1, "one date is expected: [[2021]]"),
      v.check((parts) => v.is(yearSchema, parts[0]?.[0]), "a year is expected, as in [[2021]]"),
    ),
  }),
  DOI: v.optional(
    v.pipe(v.string("a DOI is text"), v.regex(/^10\.\d{4,9}\/\S+$/, "a DOI begins with 10. and has a slash")),
  ),
  URL: v.optional(webLinkSchema),
  /** The day on which someone last looked it up. */
  checked: daySchema,
  /** How the text names the authors, when that does not follow from their names. */
  short: v.optional(textSchema),
  topic: v.picklist(topics, `a topic is one of ${topics.join(", ")}`),
  level: v.picklist(levels, `a level is one of ${levels.join(", ")}`),
});

const entrySchema = v.pipe(
  sourceSchema,
  v.check(({ DOI, URL }) => DOI !== undefined || URL !== undefined, "a source has a DOI or a URL"),
  v.check(
    (source) => source["container-title"] !== undefined || source.publisher !== undefined,
    "a source has a container-title or a publisher",
  ),
);

export type SourceEntry = v.InferOutput<typeof entrySchema>;

export interface Source {
  readonly key: string;
  /** As it stands in the file. */
  readonly entry: SourceEntry;
  /** How the text points to it: "Bronson et al. 2021", or "Brooker 2022b" when there are several of that name and year. */
  readonly citedAs: string;
  /** Full names. */
  readonly authors: readonly string[];
  readonly title: string;
  /** Where it appeared, with volume and issue. */
  readonly container: string;
  readonly year: number;
  readonly link: string;
  /** The day on which someone last looked it up. */
  readonly checked: string;
  readonly topic: Topic;
  readonly level: Level;
}

export type Sources = ReadonlyMap<string, Source>;

/**
 * Reads `sources.yaml`: a source for each key.
 *
 * @throws ContentError
 */
export function parseSources(text: string, path: string): Sources {
  return nameSources(Object.entries(readYaml(text, v.record(keySchema, entrySchema), { path, firstLine: 1 })));
}

/** Says of each source how the text points to it, which depends on the others. */
export function nameSources(entries: readonly (readonly [key: string, entry: SourceEntry])[]): Sources {
  const names = entries.map(([, entry]) => `${authorsOf(entry)} ${String(yearOf(entry))}`);
  return new Map(
    entries.map(([key, entry], index) => {
      const name = names[index] ?? "";
      const alike = names.filter((other) => other === name).length;
      const before = names.slice(0, index).filter((other) => other === name).length;
      return [key, describe(key, entry, alike > 1 ? `${name}${letterOf(before)}` : name)];
    }),
  );
}

function describe(key: string, entry: SourceEntry, citedAs: string): Source {
  const { title, DOI, URL, checked, topic, level } = entry;
  return {
    key,
    entry,
    citedAs,
    authors: entry.author.map(fullName),
    title,
    container: containerOf(entry),
    year: yearOf(entry),
    link: DOI === undefined ? (URL ?? "") : `https://doi.org/${DOI}`,
    checked,
    topic,
    level,
  };
}

type Name = SourceEntry["author"][number];

const fullName = (name: Name): string =>
  "literal" in name
    ? name.literal
    : [name.given, name["non-dropping-particle"], name.family].filter((part) => part !== undefined).join(" ");

const surname = (name: Name): string =>
  "literal" in name
    ? name.literal
    : [name["non-dropping-particle"], name.family].filter((part) => part !== undefined).join(" ");

const yearOf = ({ issued }: SourceEntry): number => issued["date-parts"][0]![0]!;

/** "ACM Queue 15(2), 10–29". */
function containerOf(entry: SourceEntry): string {
  const { "container-title": container, publisher, volume, issue, page } = entry;
  const number = volume === undefined ? "" : ` ${String(volume)}${issue === undefined ? "" : `(${String(issue)})`}`;
  const pages = page === undefined ? "" : `, ${String(page)}`;
  return `${container ?? publisher ?? ""}${number}${pages}`;
}

/** 0 is a, 1 is b. */
const letterOf = (index: number): string => String.fromCodePoint("a".charCodeAt(0) + index);

function authorsOf({ author, short }: SourceEntry): string {
  if (short !== undefined) return short;
  const [first = "", second, ...others] = author.map(surname);
  if (second === undefined) return first;
  return others.length === 0 ? `${first} and ${second}` : `${first} et al.`;
}
