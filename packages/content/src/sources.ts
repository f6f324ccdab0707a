import * as v from "valibot";
import { daySchema, keySchema, readYaml, textSchema, webLinkSchema } from "./yaml-data.ts";

const sourceSchema = v.strictObject({
  /** Full names, in the order of the title page. An organisation is one name. */
  authors: v.pipe(v.array(textSchema, "a list of names is expected"), v.minLength(1, "at least one name is expected")),
  title: textSchema,
  /** The journal, proceedings, publisher or site it appeared in. */
  container: textSchema,
  year: v.pipe(v.number("a year is expected"), v.integer("a year is expected"), v.minValue(1800, "a year is expected")),
  link: webLinkSchema,
  /** The day on which someone last looked it up. */
  checked: daySchema,
  /** How the text names the authors, when that does not follow from their names. */
  short: v.optional(textSchema),
});

type SourceEntry = v.InferOutput<typeof sourceSchema>;

export interface Source extends SourceEntry {
  readonly key: string;
  /** How the text points to it: "Bronson et al. 2021", or "Brooker 2022b" when there are several of that name and year. */
  readonly citedAs: string;
}

export type Sources = ReadonlyMap<string, Source>;

/**
 * Reads `sources.yaml`: a source for each key.
 *
 * @throws ContentError
 */
export function parseSources(text: string, path: string): Sources {
  return nameSources(Object.entries(readYaml(text, v.record(keySchema, sourceSchema), { path, firstLine: 1 })));
}

/** Says of each source how the text points to it, which depends on the others. */
export function nameSources(entries: readonly (readonly [key: string, source: SourceEntry])[]): Sources {
  const names = entries.map(([, source]) => `${authorsOf(source)} ${String(source.year)}`);
  return new Map(
    entries.map(([key, source], index) => {
      const name = names[index] ?? "";
      const alike = names.filter((other) => other === name).length;
      const before = names.slice(0, index).filter((other) => other === name).length;
      return [key, { ...source, key, citedAs: alike > 1 ? `${name}${letterOf(before)}` : name }];
    }),
  );
}

/** 0 is a, 1 is b. */
const letterOf = (index: number): string => String.fromCodePoint("a".charCodeAt(0) + index);

const surname = (name: string): string => name.split(" ").at(-1) ?? name;

function authorsOf({ authors, short }: SourceEntry): string {
  const [first = "", second, ...others] = authors;
  if (short !== undefined) return short;
  if (second === undefined) return surname(first);
  return others.length === 0 ? `${surname(first)} and ${surname(second)}` : `${surname(first)} et al.`;
}
