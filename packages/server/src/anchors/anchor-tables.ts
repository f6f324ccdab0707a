import type { AnchorState } from "@fieldbook/content/anchors";
import type { ColumnDataType, Kysely } from "kysely";
import { sql } from "kysely";
import { binaryOrder } from "../data/dialects.ts";
import type { Migration } from "../data/migrations.ts";
import type { Tables } from "../data/schema.ts";
import type { Store } from "../data/store.ts";

/** A text of the book that was published, kept as long as an anchor was made in it. */
interface RevisionTable {
  readonly id: string;
  readonly published_at: number;
  /** JSON of its chapters. */
  readonly chapters: string;
}

/**
 * The anchor from which a thread's place is sought: as it was made, then made anew wherever its words were found again
 * or its owner has said that an edited sentence is still the one.
 */
interface BaseTable {
  readonly thread_id: string;
  /** In which the anchor was made; null when that is not known. */
  readonly revision: string | null;
  /** JSON of a W3C target. */
  readonly anchor: string;
  /** 1 once the owner has said that no edited sentence is the one. */
  readonly refused: number;
}

/** Where a thread stands in a revision. */
interface PlaceTable {
  readonly thread_id: string;
  readonly revision: string;
  readonly state: AnchorState;
  /** Of the place, or of the anchor where it is not found. */
  readonly chapter: string;
  readonly block: string | null;
  readonly span_start: number | null;
  readonly span_end: number | null;
  readonly confirmed: number;
  /** JSON of old text, diff and what the edit did to numbers and negations; null where the words are the same. */
  readonly change: string | null;
}

export interface AnchorTables extends Tables {
  readonly anchor_revision: RevisionTable;
  readonly anchor_base: BaseTable;
  readonly anchor_place: PlaceTable;
}

/** The same database, seen with the tables of anchors. */
export const anchorDatabase = (store: Store): Kysely<AnchorTables> => store.db;

const anchors: Migration = {
  name: "0200-anchors",
  up: async (db, kind) => {
    const text = sql.raw(binaryOrder(kind)) as unknown as ColumnDataType;
    await db.schema
      .createTable("anchor_revision")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("published_at", "bigint", (column) => column.notNull())
      .addColumn("chapters", "text", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("anchor_base")
      .addColumn("thread_id", text, (column) => column.primaryKey().references("thread.id"))
      .addColumn("revision", text)
      .addColumn("anchor", "text", (column) => column.notNull())
      .addColumn("refused", "integer", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("anchor_place")
      .addColumn("thread_id", text, (column) => column.notNull().references("thread.id"))
      .addColumn("revision", text, (column) => column.notNull())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("chapter", text, (column) => column.notNull())
      .addColumn("block", "text")
      .addColumn("span_start", "integer")
      .addColumn("span_end", "integer")
      .addColumn("confirmed", "integer", (column) => column.notNull())
      .addColumn("change", "text")
      .addPrimaryKeyConstraint("anchor_place_key", ["revision", "thread_id"])
      .execute();
    await db.schema
      .createIndex("anchor_place_by_chapter")
      .on("anchor_place")
      .columns(["revision", "chapter"])
      .execute();
  },
};

/** Handed to `openStore` beside those of threads and accounts. */
export const anchorMigrations: readonly Migration[] = [anchors];
