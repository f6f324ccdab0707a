import type { AnyFields, Field } from "./fields.ts";
import { capital } from "./fields.ts";
import type { AnyVariant } from "./kinds.ts";
import type { Reader } from "./reading.ts";

/** What has a section of its own in the manual: a map with keys, or a value of several kinds. */
interface Described extends Reader<unknown> {
  readonly name: string;
  readonly fields?: AnyFields;
  readonly short?: string | undefined;
  readonly variants?: Readonly<Record<string, AnyVariant>>;
}

/**
 * The reference part of the manual: for each thing that a file may hold, its keys with value and default, as Markdown.
 * It is made from the readers themselves, so that no key is missing and no default is another than the one taken.
 *
 * @param first the reader of the whole file; all others are reached from it
 */
export function manualTables(first: Reader<unknown>): string {
  const found = new Map<string, Described>();
  collect(first, found);
  return [...found.values()].map(describeReader).join("\n\n");
}

function collect(reader: Reader<unknown>, found: Map<string, Described>): void {
  if (reader.parts !== undefined) return collect(reader.parts.item, found);
  if (reader.name === undefined || found.has(reader.name)) return;
  const described = reader as Described;
  found.set(reader.name, described);
  const all = [described.fields ?? {}, ...Object.values(described.variants ?? {}).map(({ fields }) => fields)];
  for (const fields of all) for (const field of Object.values(fields)) collect(field.reader, found);
}

function describeReader({ name, fields, short, variants }: Described): string {
  const heading = `### ${capital(name)}`;
  if (variants !== undefined)
    return [heading, "", describeKinds(variants), "", describeKeys(variants)].join("\n").trimEnd();
  const rows = Object.entries(fields ?? {}).map(([key, field]) => row(keyCell(key, field), field));
  const single = short === undefined ? [] : [`One value in place of the map is its \`${short}\`.`, ""];
  return [heading, "", ...single, "| key | what | value | when left out |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function describeKinds(variants: Readonly<Record<string, AnyVariant>>): string {
  const rows = Object.entries(variants).map(
    ([kind, { says, example }]) => `| \`${kind}\` | ${escape(says)} | \`${escape(example)}\` |`,
  );
  return ["| kind | what | for instance |", "| --- | --- | --- |", ...rows].join("\n");
}

function describeKeys(variants: Readonly<Record<string, AnyVariant>>): string {
  const all = Object.values(variants);
  const common = Object.entries(all[0]?.fields ?? {}).filter(([key, field]) =>
    all.every(({ fields }) => fields[key] === field),
  );
  const isCommon = (key: string): boolean => all.length > 1 && common.some(([other]) => other === key);
  const shared = all.length > 1 ? common.map(([key, field]) => row(`all | ${keyCell(key, field)}`, field)) : [];
  const own = Object.entries(variants).flatMap(([kind, { fields }]) =>
    Object.entries(fields)
      .filter(([key]) => !isCommon(key))
      .map(([key, field]) => row(`\`${kind}\` | ${keyCell(key, field)}`, field)),
  );
  if (shared.length + own.length === 0) return "";
  return ["| kind | key | what | value | when left out |", "| --- | --- | --- | --- | --- |", ...shared, ...own].join(
    "\n",
  );
}

const keyCell = (key: string, { need }: Field<unknown>): string =>
  need === "required" ? `**\`${key}\`**` : `\`${key}\``;

const row = (cells: string, field: Field<unknown>): string =>
  `| ${cells} | ${escape(field.says)} | ${valueOf(field.reader)} | ${absentOf(field)} |`;

const absentOf = (field: Field<unknown>): string => (field.need === "required" ? "needed" : escape(field.absent));

function valueOf({ name, expects, parts }: Reader<unknown>): string {
  if (parts !== undefined) return `${parts.before} ${valueOf(parts.item)}`;
  return name === undefined ? escape(expects) : `[${name}](#${name.replaceAll(" ", "-")})`;
}

const escape = (text: string): string => text.replaceAll("|", "\\|");
