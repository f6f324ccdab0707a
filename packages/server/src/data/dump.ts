import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import * as v from "valibot";
import { readTables } from "./copy-tables.ts";
import type { TableRows } from "./copy-tables.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

/*
 * A dump is gzip over lines of JSON: a head, a line for some rows of a table, table after table, and a last line with the
 * SHA-256 of those before it. A file that was cut off or changed is recognised. It is written and read line by line.
 */

const headSchema = v.object({ fieldbook: v.literal("dump"), version: v.literal(1) });
const tableSchema = v.object({
  table: v.string(),
  rows: v.array(v.record(v.string(), v.nullable(v.union([v.string(), v.number()])))),
});
const endSchema = v.object({ sha256: v.string() });

async function* linesOf(store: Store): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const hashed = (content: unknown): string => {
    const line = `${JSON.stringify(content)}\n`;
    hash.update(line);
    return line;
  };
  yield hashed({ fieldbook: "dump", version: 1 });
  for await (const rows of readTables(store)) yield hashed(rows);
  yield `${JSON.stringify({ sha256: hash.digest("hex") })}\n`;
}

/** Writes all tables as they are at one moment into a file that only its owner reads. */
export async function writeDump(store: Store, file: string): Promise<void> {
  await pipeline(Readable.from(linesOf(store)), createGzip(), createWriteStream(file, { mode: 0o600 }));
}

/** Whether a file begins like a dump (gzip, RFC 1952, section 2.3.1). */
export const isDump = (content: Uint8Array): boolean => content[0] === 0x1f && content[1] === 0x8b;

/** Lines end with a line feed alone: what else ends a line for people may stand in a text. */
async function* linesIn(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let pieces: string[] = [];
  const unpacker = createGunzip();
  // What goes wrong on the way ends the loop below, which tells it.
  pipeline(createReadStream(file), unpacker).catch(() => {});
  for await (const chunk of unpacker as AsyncIterable<Uint8Array>) {
    const [first = "", ...more] = decoder.decode(chunk, { stream: true }).split("\n");
    pieces.push(first);
    for (const piece of more) {
      yield pieces.join("");
      pieces = [piece];
    }
  }
  if (pieces.join("") !== "") throw new Error("its last line has no end");
}

/** The lines of a dump, of which the last is known as such; memory for one at a time. */
async function* unpacked(file: string): AsyncGenerator<{ readonly line: string; readonly isLast: boolean }> {
  let line: string | undefined;
  for await (const next of linesIn(file)) {
    if (line !== undefined) yield { line, isLast: false };
    line = next;
  }
  if (line !== undefined) yield { line, isLast: true };
}

/**
 * The tables of a dump, in pieces. The whole file is checked before the first.
 *
 * @throws StoreError when the dump was cut off or changed
 */
export async function* readDump(file: string): AsyncGenerator<TableRows> {
  try {
    await checkDump(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(`The backup is damaged (${why}): take another.`, { cause: error });
  }
  let isHead = true;
  for await (const { line, isLast } of unpacked(file)) {
    if (!isHead && !isLast) yield v.parse(tableSchema, JSON.parse(line));
    isHead = false;
  }
}

async function checkDump(file: string): Promise<void> {
  const hash = createHash("sha256");
  let lines = 0;
  let sha256: string | undefined;
  for await (const { line, isLast } of unpacked(file)) {
    lines += 1;
    if (isLast) ({ sha256 } = v.parse(endSchema, JSON.parse(line)));
    else v.parse(lines === 1 ? headSchema : tableSchema, JSON.parse(line));
    if (!isLast) hash.update(`${line}\n`);
  }
  if (sha256 !== hash.digest("hex")) throw new Error("its content is not what was written");
}
