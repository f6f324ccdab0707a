import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readTables, refuseUnlessEmpty, writeTables } from "./copy-tables.ts";
import type { TableRows } from "./copy-tables.ts";
import { databaseFile } from "./dialects.ts";
import { isDump, readDump, writeDump } from "./dump.ts";
import type { Store, StoreSettings } from "./store.ts";
import { StoreError } from "./store-error.ts";

/** Opens a store with the tables of every part. */
export type Open = (settings: StoreSettings) => Promise<Store>;

/**
 * Writes all data of one moment into a file, while servers go on: from SQLite a SQLite file (`VACUUM INTO`), from
 * PostgreSQL a dump. The file is on disk when this returns, under its name only when whole.
 */
export async function backUp(store: Store, file: string): Promise<void> {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  if (store.handle.kind === "sqlite") {
    // The file is made by SQLite, readable to its owner only.
    writeFileSync(unfinished, "", { mode: 0o600 });
    store.handle.database.prepare("vacuum into ?").run(unfinished);
    checkSqlite(unfinished);
  } else {
    await writeDump(store, unfinished);
  }
  sync(unfinished);
  renameSync(unfinished, file);
  sync(dirname(file));
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const sqliteMagic = "SQLite format 3\0";

/** @throws StoreError when the file is damaged */
function checkSqlite(file: string): void {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const row = database.prepare("pragma integrity_check").get() as { integrity_check?: unknown } | undefined;
      if (row?.integrity_check !== "ok") throw new Error(String(row?.integrity_check));
      const { bytes } = database
        .prepare("select page_count * page_size as bytes from pragma_page_count, pragma_page_size")
        .get() as { bytes: number };
      // A page that is cut off reads as zeros, which can pass for an empty one.
      if (bytes !== statSync(file).size) throw new Error("it was cut off");
    } finally {
      database.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(`The backup is damaged (${why}): take another.`, { cause: error });
  }
}

/** The bytes by which the kind of a backup is known; fewer when the file has fewer. */
function beginOf(file: string): Buffer {
  const begin = Buffer.alloc(sqliteMagic.length);
  const descriptor = openSync(file, "r");
  try {
    return begin.subarray(0, readSync(descriptor, begin));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Fills an empty store from a backup of either kind.
 *
 * @returns rows by table
 * @throws StoreError when the backup is damaged or the store is not empty
 */
export async function restore(file: string, settings: StoreSettings, open: Open): Promise<ReadonlyMap<string, number>> {
  if (!existsSync(file)) throw new StoreError(`There is no backup ${file}.`);
  const begin = beginOf(file);
  if (isDump(begin)) return fill(settings, open, () => readDump(file));
  if (begin.toString("latin1") !== sqliteMagic) {
    throw new StoreError(`${file} is no backup of Fieldbook's: a SQLite file or a dump is expected.`);
  }
  checkSqlite(file);
  const scratch = mkdtempSync(join(tmpdir(), "fieldbook-restore-"));
  try {
    copyFileSync(file, join(scratch, databaseFile));
    return await move({ dataFolder: scratch }, settings, open);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * Copies all data from one store into an empty one. The one that is read stays as it is.
 *
 * @returns rows by table, as counted in both
 * @throws StoreError when the other is not empty, or the counts differ
 */
export async function move(from: StoreSettings, to: StoreSettings, open: Open): Promise<ReadonlyMap<string, number>> {
  refuseWithoutData(from);
  const source = await open(from);
  try {
    return await fill(to, open, () => readTables(source));
  } finally {
    await source.close();
  }
}

/** @throws StoreError when the folder that is named has no data: opening it would make it anew */
export function refuseWithoutData({ databaseUrl, dataFolder }: StoreSettings): void {
  if (databaseUrl !== undefined || existsSync(join(dataFolder, databaseFile))) return;
  throw new StoreError(`There is no data in ${dataFolder}: let FIELDBOOK_DATA name the folder that has it.`);
}

async function fill(
  settings: StoreSettings,
  open: Open,
  tables: () => AsyncIterable<TableRows>,
): Promise<ReadonlyMap<string, number>> {
  if (settings.databaseUrl === undefined) mkdirSync(settings.dataFolder, { recursive: true, mode: 0o700 });
  const target = await open(settings);
  try {
    await refuseUnlessEmpty(target);
    return await writeTables(target, tables());
  } finally {
    await target.close();
  }
}
