import type { ColumnDataType, Kysely } from "kysely";
import { sql } from "kysely";
import { binaryOrder } from "../data/dialects.ts";
import type { Migration } from "../data/migrations.ts";
import type { Tables } from "../data/schema.ts";
import type { Store } from "../data/store.ts";

/** What came of the run of a thread when it was last made again. */
interface CounterexampleTable {
  readonly thread_id: string;
  /** The claim that it contradicts; null when it is about a system of the lab. */
  readonly claim: string | null;
  readonly system: string | null;
  /** 1 when the last replay contradicts what the handbook says, as the first one did. */
  readonly reproduced: number;
  readonly says: string;
  readonly trace_hash: string;
  readonly engine_version: string;
  /** Digest of the engine of the last replay. */
  readonly engine: string;
  readonly replayed_at: number;
}

export interface CounterexampleTables extends Tables {
  readonly counterexample: CounterexampleTable;
}

/** The same database, seen with the table of counterexamples. */
export const counterexampleDatabase = (store: Store): Kysely<CounterexampleTables> => store.db;

const counterexamples: Migration = {
  name: "0300-counterexamples",
  up: async (db, kind) => {
    const text = sql.raw(binaryOrder(kind)) as unknown as ColumnDataType;
    await db.schema
      .createTable("counterexample")
      .addColumn("thread_id", text, (column) => column.primaryKey().references("thread.id"))
      .addColumn("claim", text)
      .addColumn("system", text)
      .addColumn("reproduced", "integer", (column) => column.notNull())
      .addColumn("says", "text", (column) => column.notNull())
      .addColumn("trace_hash", "text", (column) => column.notNull())
      .addColumn("engine_version", "text", (column) => column.notNull())
      .addColumn("engine", text, (column) => column.notNull())
      .addColumn("replayed_at", "bigint", (column) => column.notNull())
      .execute();
  },
};

/** Handed to `openStore` beside those of the other parts. */
export const counterexampleMigrations: readonly Migration[] = [counterexamples];
