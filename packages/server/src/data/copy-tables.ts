import { sql } from "kysely";
import type { Kysely } from "kysely";
import { listTables } from "./dialects.ts";
import type { TableColumn } from "./dialects.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

/** A row as it lies in a table: texts, numbers and null. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Some rows of a table; a table comes in one piece or in several, one after the other. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly Row[];
}

type AnyTables = Record<string, Record<string, unknown>>;
const anyTables = (db: unknown): Kysely<AnyTables> => db as Kysely<AnyTables>;

/** Kept by the migrations themselves. */
const isOfMigrations = (table: string): boolean => table === "fieldbook_migration";

/** So many rows are in memory at a time. */
const rowsAtOnce = 500;

/**
 * All tables at one moment, those that are referred to first. A table without rows comes as an empty piece.
 *
 * The moment lasts until the reader is done: on SQLite nobody else writes meanwhile.
 */
export async function* readTables(store: Store): AsyncGenerator<TableRows> {
  const tables = await listTables(store.db, store.kind);
  const transaction = anyTables(store.db).startTransaction();
  // On SQLite the transaction has the write lock; PostgreSQL shows one moment to a repeatable read.
  const moment = store.kind === "postgres" ? transaction.setIsolationLevel("repeatable read") : transaction;
  const read = await moment.execute();
  try {
    for (const table of tables.keys()) {
      if (isOfMigrations(table)) continue;
      for await (const rows of store.kind === "postgres" ? fetched(read, table) : streamed(read, table)) {
        yield { table, rows: rows.map(plainRow) };
      }
    }
  } finally {
    await read.rollback().execute();
  }
}

type Rows = readonly Readonly<Record<string, unknown>>[];

async function* fetched(read: Kysely<AnyTables>, table: string): AsyncGenerator<Rows> {
  await sql`declare copied_rows no scroll cursor for select * from ${sql.table(table)}`.execute(read);
  const fetch = sql<Record<string, unknown>>`fetch ${sql.lit(rowsAtOnce)} from copied_rows`;
  for (let first = true; ; first = false) {
    const { rows } = await fetch.execute(read);
    if (rows.length > 0 || first) yield rows;
    if (rows.length < rowsAtOnce) break;
  }
  await sql`close copied_rows`.execute(read);
}

async function* streamed(read: Kysely<AnyTables>, table: string): AsyncGenerator<Rows> {
  let rows: Record<string, unknown>[] = [];
  let first = true;
  for await (const row of read.selectFrom(table).selectAll().stream()) {
    rows.push(row);
    if (rows.length < rowsAtOnce) continue;
    yield rows;
    first = false;
    rows = [];
  }
  if (rows.length > 0 || first) yield rows;
}

/** PostgreSQL's own dates and truth values, in tables of libraries, as SQLite has them: text in ISO 8601, and 0 or 1. */
const plainRow = (row: Readonly<Record<string, unknown>>): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value instanceof Date) return [name, value.toISOString()];
      return [name, typeof value === "boolean" ? Number(value) : (value as string | number | null)];
    }),
  );

/** A value as the column takes it; dates are understood as text. */
function valueFor(type: string | undefined, value: string | number | null): unknown {
  if (value === null) return null;
  // SQLite keeps a NUL in a text, PostgreSQL can not; nothing that people write has had one since it is refused.
  if (typeof value === "string" && value.includes("\0")) return value.replaceAll("\0", "\uFFFD");
  if (/^bool/i.test(type ?? "")) return value === 1 || value === "1" || value === "true";
  return /^timestamp/i.test(type ?? "") && typeof value === "number" ? new Date(value) : value;
}

/** @throws StoreError when somebody has written or signed up there already */
export async function refuseUnlessEmpty(store: Store): Promise<void> {
  const tables = await listTables(store.db, store.kind);
  for (const table of ["person", "thread", "account"]) {
    if (!tables.has(table)) continue;
    const row = await anyTables(store.db).selectFrom(table).selectAll().limit(1).executeTakeFirst();
    if (row === undefined) continue;
    throw new StoreError(
      "There are threads or accounts in it already: nothing is written over them. Name an empty folder or database.",
    );
  }
}

/** PostgreSQL takes at most 65,535 parameters in a statement, SQLite 32,766. */
const mostParameters = 10_000;

/**
 * Fills an empty store, all or nothing, and counts what is there afterwards.
 *
 * @param tables those that are referred to first
 * @returns rows by table
 * @throws StoreError when a table or column is unknown, or a count differs
 */
export async function writeTables(
  store: Store,
  tables: AsyncIterable<TableRows>,
): Promise<ReadonlyMap<string, number>> {
  const known = await listTables(store.db, store.kind);
  const counts = new Map<string, number>();
  await anyTables(store.db)
    .transaction()
    .execute(async (write) => {
      for await (const { table, rows } of tables) {
        // What the migrations put in at the start is in the copy as well.
        if (!counts.has(table) && known.has(table)) await write.deleteFrom(table).execute();
        await insertRows(write, known.get(table), { table, rows });
        counts.set(table, (counts.get(table) ?? 0) + rows.length);
      }
      for (const [table, count] of counts) {
        const { found } = await write
          .selectFrom(table)
          .select((builder) => builder.fn.countAll<number>().as("found"))
          .executeTakeFirstOrThrow();
        if (found !== count) throw new StoreError(`Of ${count} rows of "${table}" ${found} arrived: nothing is kept.`);
      }
    });
  return counts;
}

async function insertRows(
  write: Kysely<AnyTables>,
  columns: readonly TableColumn[] | undefined,
  { table, rows }: TableRows,
): Promise<void> {
  const names = new Set(columns?.map(({ name }) => name));
  const unknown = Object.keys(rows[0] ?? {}).find((name) => !names.has(name));
  if (columns === undefined || unknown !== undefined) {
    const what = unknown === undefined ? `table "${table}"` : `column "${table}.${unknown}"`;
    throw new StoreError(`The ${what} is unknown here: use the Fieldbook that wrote it, or a newer one.`);
  }
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const typed = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueFor(types.get(name), value)])),
  );
  const size = Math.max(1, Math.floor(mostParameters / Math.max(1, columns.length)));
  for (let at = 0; at < typed.length; at += size) {
    await write
      .insertInto(table)
      .values(typed.slice(at, at + size))
      .execute();
  }
}
