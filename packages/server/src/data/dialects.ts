import { CompiledQuery, PostgresDialect, SqliteDialect, SqliteDriver, sql } from "kysely";
import type {
  DatabaseConnection,
  Dialect,
  Driver,
  Kysely,
  PostgresPool,
  PostgresPoolClient,
  QueryExecutorProvider,
  SqliteDatabase,
} from "kysely";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue } from "node:sqlite";
import type pg from "pg";
import { StoreError } from "./store-error.ts";

/* Everything in which SQLite and PostgreSQL differ. */

export type StoreKind = "sqlite" | "postgres";

/** A database that is open, below Kysely. */
export type Handle =
  | { readonly kind: "sqlite"; readonly dialect: Dialect; readonly database: DatabaseSync }
  | { readonly kind: "postgres"; readonly dialect: Dialect; readonly pool: pg.Pool };

/** Name of the SQLite file in the data folder. */
export const databaseFile = "fieldbook.sqlite";

/** How long a transaction waits for another that writes. */
const busyTimeoutMs = 5_000;
/** SQLite's own waiting holds up the whole process, so that it is kept short. */
const blockingTimeoutMs = 100;
const mostStatementsKept = 200;

/**
 * SQLite as it does not lose what it acknowledged: the log is synced at every commit.
 *
 * @throws StoreError when the folder or the file can not be opened
 */
export function openSqlite(folder: string): Handle {
  const file = join(folder, databaseFile);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, { timeout: blockingTimeoutMs, enableForeignKeyConstraints: true });
    chmodSync(file, 0o600);
    database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;");
    return { kind: "sqlite", database, dialect: new ImmediateSqliteDialect(adapt(database)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `The data in ${file} can not be opened (${why}): let FIELDBOOK_DATA name a folder that this user may write.`,
      { cause: error },
    );
  }
}

/** Kysely asks for statements of better-sqlite3's shape. Prepared ones are kept: preparing costs more than running. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, ReturnType<SqliteDatabase["prepare"]>>();
  return {
    close: () => {
      kept.clear();
      database.close();
    },
    prepare: (text) => {
      const known = kept.get(text);
      if (known !== undefined) return known;
      const statement = database.prepare(text);
      const input = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      const adapted = {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...input(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...input(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...input(parameters)),
      };
      if (kept.size >= mostStatementsKept) kept.clear();
      kept.set(text, adapted);
      return adapted;
    },
  };
}

/**
 * Transactions take the write lock at once. One that begins as a reader and then writes fails without waiting when
 * another process has written in between (SQLite, "Isolation": SQLITE_BUSY_SNAPSHOT).
 */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver({ database: this.#database });
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  /** Between attempts the process goes on with its other work, which may be the writer that is waited for. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const until = Date.now() + busyTimeoutMs;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw("begin immediate"));
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() > until) throw error;
        await setTimeout(2 + Math.random() * 8);
      }
    }
  }
}

/** SQLITE_BUSY, whatever its extended code. */
const isBusy = (error: unknown): boolean => ((error as { readonly errcode?: number }).errcode ?? 0) % 256 === 5;

const mostConnections = 10;
const connectWithinMs = 5_000;
/** Type ids of PostgreSQL's int8 and numeric, which arrive as text; ours are far below 2^53. */
const numbersAsText: readonly number[] = [20, 1_700];

/** The pool connects at the first query. The driver is loaded here, so that SQLite alone pays nothing for it. */
export async function openPostgres(url: string, connections: number = mostConnections): Promise<Handle> {
  const { default: driver } = await import("pg");
  const parserOf = (type: Parameters<typeof driver.types.getTypeParser>[0], format?: "text" | "binary"): unknown =>
    numbersAsText.includes(type) && format !== "binary" ? Number : driver.types.getTypeParser(type, format ?? "text");
  const pool = new driver.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectWithinMs,
    types: { getTypeParser: parserOf as typeof driver.types.getTypeParser },
  });
  // A connection that breaks while idle is replaced at the next query; unheard it would end the process.
  pool.on("error", () => {});
  return { kind: "postgres", pool, dialect: new PostgresDialect({ pool: preparing(pool) }) };
}

const mostNamesKept = 300;
/** PostgreSQL: the columns behind a prepared statement are others now. */
const cachedPlanIsOld = "0A000";

/**
 * Each statement is prepared once a connection: PostgreSQL plans it again otherwise, which costs more than most of them run.
 * When another process has changed the schema beneath, the next queries are prepared anew.
 */
function preparing(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>();
  let generation = 0;
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= mostNamesKept) return known;
    const name = `fieldbook-${String(generation)}-${String(names.size)}`;
    names.set(text, name);
    return name;
  };
  const query = async (client: pg.PoolClient, text: string, values: readonly unknown[]) => {
    const name = nameOf(text);
    try {
      return await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
    } catch (error) {
      if ((error as { readonly code?: string }).code === cachedPlanIsOld) {
        names.clear();
        generation += 1;
      }
      throw error;
    }
  };
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      return {
        // Kysely's other way of asking, with a cursor, is not used here.
        query: (text: string, values: readonly unknown[]) => query(client, text, values),
        release: () => client.release(),
      } as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
  };
}

/** A number of our own for `pg_advisory_xact_lock`. */
const migrationLock = 7_305_117_062;

/** Within a transaction: waits until no other process migrates. On SQLite the transaction has the lock already. */
export async function lockMigrations(db: QueryExecutorProvider, kind: StoreKind): Promise<void> {
  if (kind === "postgres") await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(db);
}

/** The database's own order of text is by language on PostgreSQL; ids and names are compared by their bytes. */
export const binaryOrder = (kind: StoreKind): string => (kind === "postgres" ? 'text collate "C"' : "text");

export interface TableColumn {
  readonly name: string;
  /** As the database calls it: "text", "int8", "timestamptz". */
  readonly type: string;
}

/** Every table with its columns; a table comes after those that it refers to. */
export async function listTables<Schema>(
  db: Kysely<Schema>,
  kind: StoreKind,
): Promise<ReadonlyMap<string, readonly TableColumn[]>> {
  const tables = await db.introspection.getTables();
  const columns = new Map(
    tables
      .filter(({ isView }) => !isView)
      .map(({ name, columns: all }) => [name, all.map((column) => ({ name: column.name, type: column.dataType }))]),
  );
  const references = await foreignKeys(db, kind);
  const ordered = new Map<string, readonly TableColumn[]>();
  const visiting = new Set<string>();
  const visit = (table: string): void => {
    if (visiting.has(table)) return;
    visiting.add(table);
    for (const [from, to] of references) if (from === table) visit(to);
    const known = columns.get(table);
    if (known !== undefined) ordered.set(table, known);
  };
  for (const table of [...columns.keys()].sort()) visit(table);
  return ordered;
}

async function foreignKeys<Schema>(
  db: Kysely<Schema>,
  kind: StoreKind,
): Promise<readonly (readonly [string, string])[]> {
  const query =
    kind === "sqlite"
      ? sql<{ from: string; to: string }>`select m.name as "from", f."table" as "to"
          from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table'`
      : sql<{ from: string; to: string }>`select c.relname as "from", r.relname as "to" from pg_constraint k
          join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid where k.contype = 'f'`;
  return (await query.execute(db)).rows.map(({ from, to }) => [from, to] as const);
}
