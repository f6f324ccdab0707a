import { Kysely, sql } from "kysely";
import { IdentifierMaker } from "./identifier.ts";
import { openPostgres, openSqlite } from "./dialects.ts";
import type { Handle, StoreKind } from "./dialects.ts";
import { migrate, threadMigrations } from "./migrations.ts";
import type { Migration } from "./migrations.ts";
import type { Tables } from "./schema.ts";
import { StoreError } from "./store-error.ts";

export interface StoreSettings {
  /** Folder of the SQLite file; unused when `databaseUrl` is there. */
  readonly dataFolder: string;
  /** "postgres://user:password@host:5432/name". */
  readonly databaseUrl?: string | undefined;
  /** Most connections of this process to PostgreSQL. Default: 10. */
  readonly connections?: number | undefined;
  /** Hears of every query: its statement without values, how long it took, whether it failed. */
  readonly onQuery?: ((statement: string, ms: number, failed: boolean) => void) | undefined;
}

/** What the handbook knows of people. */
export interface Store {
  readonly kind: StoreKind;
  readonly db: Kysely<Tables>;
  /** The database below Kysely, for a library that wants it. */
  readonly handle: Handle;
  /** A new id, after all that this process made before. */
  newId(): string;
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws when the database does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the store and brings its schema up to date.
 *
 * @param migrations of other parts, which are applied after those of the threads
 * @throws StoreError when it can not be opened, or was written by a newer Fieldbook
 */
export async function openStore(
  settings: StoreSettings,
  migrations: readonly Migration[] = [],
  now: () => number = Date.now,
): Promise<Store> {
  const handle =
    settings.databaseUrl === undefined
      ? openSqlite(settings.dataFolder)
      : await openPostgres(settings.databaseUrl, settings.connections);
  const { onQuery } = settings;
  const db = new Kysely<Tables>({
    dialect: handle.dialect,
    ...(onQuery === undefined
      ? {}
      : {
          log: ({ query, queryDurationMillis, level }) => onQuery(query.sql, queryDurationMillis, level === "error"),
        }),
  });
  try {
    await migrate(db, handle.kind, [...threadMigrations, ...migrations]);
  } catch (error) {
    await db.destroy();
    if (error instanceof StoreError) throw error;
    const where = settings.databaseUrl === undefined ? settings.dataFolder : withoutPassword(settings.databaseUrl);
    const why = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
    const mend = settings.databaseUrl === undefined ? "FIELDBOOK_DATA" : "DATABASE_URL";
    throw new StoreError(`The data in ${where} can not be opened (${why ?? "unknown"}): check ${mend}.`, {
      cause: error,
    });
  }
  const ids = new IdentifierMaker(now);
  return {
    kind: handle.kind,
    db,
    handle,
    newId: () => ids.next(),
    now,
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    close: () => db.destroy(),
  };
}

/** What may be shown of a database's address. */
function withoutPassword(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return "DATABASE_URL";
  }
}
