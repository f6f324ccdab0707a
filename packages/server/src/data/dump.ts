import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as v from "valibot";
import { readTables } from "./copy-tables.ts";
import type { TableRows } from "./copy-tables.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

/*
 * A dump is gzip over lines of JSON: a head, a line for each table, and a last line with the SHA-256 of those before it.
 * A file that was cut off or changed is recognised.
 */

const headSchema = v.object({ fieldbook: v.literal("dump"), version: v.literal(1) });
const tableSchema = v.object({
  table: v.string(),
  rows: v.array(v.record(v.string(), v.nullable(v.union([v.string(), v.number()])))),
});
const endSchema = v.object({ sha256: v.string() });

const hashOf = (lines: readonly string[]): string => createHash("sha256").update(lines.join("\n")).digest("hex");

/** All tables as they are at one moment. */
export async function writeDump(store: Store): Promise<Uint8Array> {
  const lines = [JSON.stringify({ fieldbook: "dump", version: 1 })];
  await readTables(store, (table) => void lines.push(JSON.stringify(table)));
  return gzipSync(`${[...lines, JSON.stringify({ sha256: hashOf(lines) })].join("\n")}\n`);
}

/** Whether a file begins like a dump (gzip, RFC 1952, section 2.3.1). */
export const isDump = (content: Uint8Array): boolean => content[0] === 0x1f && content[1] === 0x8b;

/** @throws StoreError when the dump was cut off or changed */
export function readDump(content: Uint8Array): readonly TableRows[] {
  try {
    const lines = gunzipSync(content).toString("utf8").trimEnd().split("\n");
    const end = v.parse(endSchema, JSON.parse(lines.pop() ?? ""));
    if (end.sha256 !== hashOf(lines)) throw new Error("its content is not what was written");
    const [head = "", ...tables] = lines;
    v.parse(headSchema, JSON.parse(head));
    return tables.map((line) => v.parse(tableSchema, JSON.parse(line)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(`The backup is damaged (${why}): take another.`, { cause: error });
  }
}
