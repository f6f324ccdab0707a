import type { ColumnDataType, Kysely } from "kysely";
import { sql } from "kysely";
import { binaryOrder, lockMigrations } from "./dialects.ts";
import type { StoreKind } from "./dialects.ts";
import { StoreError } from "./store-error.ts";

/** A step forward of the schema. Once released it is never changed: a mistake is mended by the next one. */
export interface Migration {
  /** Sorts by its number: "0001-threads". */
  readonly name: string;
  up(db: Kysely<unknown>, kind: StoreKind): Promise<void>;
}

type MigrationTable = {
  readonly fieldbook_migration: { readonly name: string; readonly applied_at: number };
};

/**
 * Brings the schema up to date in one transaction: all steps or none. Processes that start together wait for each other.
 *
 * @returns names of the steps that were taken
 * @throws StoreError when the data was written by a newer Fieldbook
 */
export async function migrate<Schema>(
  db: Kysely<Schema>,
  kind: StoreKind,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  return (db as unknown as Kysely<MigrationTable>).transaction().execute(async (transaction) => {
    await lockMigrations(transaction, kind);
    await transaction.schema
      .createTable("fieldbook_migration")
      .ifNotExists()
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("applied_at", "bigint", (column) => column.notNull())
      .execute();
    const rows = await transaction.selectFrom("fieldbook_migration").select("name").execute();
    const applied = new Set(rows.map(({ name }) => name));
    const unknown = [...applied].filter((name) => !migrations.some((migration) => migration.name === name));
    if (unknown.length > 0) {
      throw new StoreError(
        `The data was written by a newer Fieldbook (it knows ${unknown.sort().join(", ")}): start that one, or restore an older backup.`,
      );
    }
    const taken: string[] = [];
    for (const migration of migrations) {
      if (applied.has(migration.name)) continue;
      await migration.up(transaction as unknown as Kysely<unknown>, kind);
      const row = { name: migration.name, applied_at: Date.now() };
      await transaction.insertInto("fieldbook_migration").values(row).execute();
      taken.push(migration.name);
    }
    return taken;
  });
}

const threads: Migration = {
  name: "0001-threads",
  up: async (db, kind) => {
    const text = sql.raw(binaryOrder(kind)) as unknown as ColumnDataType;
    const table = (name: string) => db.schema.createTable(name);
    await table("person")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("handle", text, (column) => column.notNull().unique())
      .execute();
    await table("thread")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("chapter", text, (column) => column.notNull())
      .addColumn("lens", text)
      .addColumn("title", "text")
      .addColumn("anchor", "text")
      .addColumn("run", "text")
      .addColumn("author_id", text, (column) => column.notNull().references("person.id"))
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("active_at", "bigint", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("post_count", "integer", (column) => column.notNull())
      .addColumn("search_text", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("thread_by_activity").on("thread").columns(["active_at", "id"]).execute();
    await db.schema.createIndex("thread_by_chapter").on("thread").columns(["chapter", "active_at", "id"]).execute();
    await table("post")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("thread_id", text, (column) => column.notNull().references("thread.id"))
      .addColumn("author_id", text, (column) => column.notNull().references("person.id"))
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("edited_at", "bigint")
      .addColumn("deleted_at", "bigint")
      .addColumn("deleted_by", text)
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("search_text", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("post_by_thread").on("post").columns(["thread_id", "id"]).execute();
    await aroundThreads(db, text);
  },
};

async function aroundThreads(db: Kysely<unknown>, text: ColumnDataType): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  await table("post_version")
    .addColumn("post_id", text, (column) => column.notNull().references("post.id"))
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("replaced_at", "bigint", (column) => column.notNull())
    .addColumn("replaced_by", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("post_version_key", ["post_id", "version"])
    .execute();
  await table("thread_event")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("thread_id", text, (column) => column.notNull().references("thread.id"))
    .addColumn("person_id", text, (column) => column.notNull().references("person.id"))
    .addColumn("state", text, (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("thread_event_by_thread").on("thread_event").columns(["thread_id", "id"]).execute();
  await table("mention")
    .addColumn("post_id", text, (column) => column.notNull().references("post.id"))
    .addColumn("person_id", text, (column) => column.notNull().references("person.id"))
    .addPrimaryKeyConstraint("mention_key", ["post_id", "person_id"])
    .execute();
  await table("subscription")
    .addColumn("thread_id", text, (column) => column.notNull().references("thread.id"))
    .addColumn("person_id", text, (column) => column.notNull().references("person.id"))
    .addColumn("active", "integer", (column) => column.notNull())
    .addColumn("token", text, (column) => column.notNull().unique())
    .addPrimaryKeyConstraint("subscription_key", ["thread_id", "person_id"])
    .execute();
  await table("notification")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("person_id", text, (column) => column.notNull().references("person.id"))
    .addColumn("thread_id", text, (column) => column.notNull().references("thread.id"))
    .addColumn("post_id", text)
    .addColumn("reason", text, (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("read_at", "bigint")
    .addColumn("mail_state", text, (column) => column.notNull())
    .addColumn("mail_attempts", "integer", (column) => column.notNull())
    .addColumn("mail_after", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("notification_by_person").on("notification").columns(["person_id", "id"]).execute();
  await db.schema
    .createIndex("notification_to_mail")
    .on("notification")
    .columns(["mail_state", "mail_after"])
    .execute();
}

/** In the order in which they are applied. Steps of accounts are handed to `openStore` beside these. */
export const threadMigrations: readonly Migration[] = [threads];
