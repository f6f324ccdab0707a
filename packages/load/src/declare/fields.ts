import { nearestName, suggest } from "./nearest-name.ts";
import type { Reader, Reading } from "./reading.ts";
import { describeNode } from "./reading.ts";
import type { MapEntry, YamlNode } from "./yaml-tree.ts";

interface AnyField<Value> {
  readonly reader: Reader<Value>;
  /** One sentence for the manual. */
  readonly says: string;
}

export interface RequiredField<Value> extends AnyField<Value> {
  readonly need: "required";
}

/** A key that may be left out; the engine knows what that means, and `absent` says it. */
export interface OptionalField<Value> extends AnyField<Value> {
  readonly need: "optional";
  readonly absent: string;
}

/** A key that may be left out in YAML, where the engine wants a value. */
export interface StandardField<Value> extends AnyField<Value> {
  readonly need: "standard";
  readonly standard: Value;
  readonly absent: string;
}

export type Field<Value> = RequiredField<Value> | OptionalField<Value> | StandardField<Value>;

/** One field for each key of a shape: a key that the engine gains is missed here by the compiler. */
export type FieldsOf<Shape> = {
  readonly [Key in keyof Shape]-?: Shape extends Required<Pick<Shape, Key>>
    ? RequiredField<Shape[Key]> | StandardField<Shape[Key]>
    : OptionalField<Exclude<Shape[Key], undefined>>;
};

export const required = <Value>(reader: Reader<Value>, says: string): RequiredField<Value> => ({
  need: "required",
  reader,
  says,
});

/** @param absent what it means when the key is left out: "for ever" */
export const optional = <Value>(reader: Reader<Value>, says: string, absent: string): OptionalField<Value> => ({
  need: "optional",
  reader,
  says,
  absent,
});

/** @param absent the value that is taken when the key is left out, as one would write it */
export const standard = <Value>(
  reader: Reader<Value>,
  says: string,
  value: Value,
  absent: string,
): StandardField<Value> => ({ need: "standard", reader, says, standard: value, absent });

export type AnyFields = Readonly<Record<string, Field<unknown>>>;

/** Reads the keys of a map: those that are not known, twice or missing are noted, all others are read. */
export function readFields(
  what: string,
  fields: AnyFields,
  node: YamlNode,
  entries: readonly MapEntry[],
  path: string,
  reading: Reading,
): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = {};
  const known = Object.keys(fields);
  // Keys that were written in a slightly different way are not missing, too.
  const meant = new Set<string>();
  let complete = true;
  for (const { key, keyAt, value } of entries) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      const near = nearestName(key, known);
      if (near !== undefined) meant.add(near);
      const mend = /^\d/.test(key)
        ? 'Within braces a comma ends the value: quote the whole, as in { work: "empirical 4 ms, 5 ms" }, and write decimals with a point.'
        : suggest(key, known);
      reading.refuse(keyAt, join(path, key), `${capital(what)} has no key ${key}.`, mend);
      complete = false;
      continue;
    }
    const read = field.reader.read(value, join(path, key), reading);
    reading.place(join(path, key), keyAt);
    if (read === undefined) complete = false;
    else values[key] = read;
  }
  for (const [key, field] of Object.entries(fields)) {
    if (entries.some((entry) => entry.key === key)) continue;
    if (field.need === "standard") values[key] = field.standard;
    if (field.need !== "required" || meant.has(key)) continue;
    const mend = `Add ${key}: ${field.reader.expects}.`;
    reading.refuse(node.at, path, `${capital(what)} needs the key ${key}: ${lower(field.says)}`, mend);
    complete = false;
  }
  return complete ? values : undefined;
}

export const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const lower = (text: string): string =>
  /^[A-Z][a-z ]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;

/** A reader of a map with named keys. */
export interface ObjectReader<Shape> extends Reader<Shape> {
  readonly name: string;
  readonly fields: AnyFields;
  /** The key that a single value stands for; undefined when the map has to be written. */
  readonly short: string | undefined;
}

interface ObjectTerms<Shape> {
  /** "a call" */
  readonly name: string;
  readonly fields: FieldsOf<Shape>;
  /** A single value is taken as this key's. */
  readonly short?: keyof Shape & string;
  /** Notes what is wrong between keys that are each right. */
  readonly check?: (value: Shape, path: string, reading: Reading) => void;
}

export function object<Shape>({ name, fields, short, check }: ObjectTerms<Shape>): ObjectReader<Shape> {
  const known = fields as AnyFields;
  return {
    name,
    expects: name,
    takesMap: true,
    fields: known,
    short,
    read(node, path, reading) {
      reading.place(path, node.at);
      const entries = entriesOf(node, short);
      if (entries === undefined) {
        const mend = `Write keys below it: ${Object.keys(known).join(", ")}.`;
        return reading.refuse(node.at, path, `Expected ${name}, a map; got ${describeNode(node)}.`, mend);
      }
      const values = readFields(name, known, node, entries, path, reading);
      if (values !== undefined) check?.(values as Shape, path, reading);
      return values as Shape | undefined;
    },
  };
}

function entriesOf(node: YamlNode, short: string | undefined): readonly MapEntry[] | undefined {
  if (node.kind === "map") return node.entries;
  if (node.kind === "scalar" && short !== undefined) return [{ key: short, keyAt: node.at, value: node }];
  return undefined;
}
