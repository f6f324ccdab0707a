import type { ColumnDataType, Kysely } from "kysely";
import { sql } from "kysely";
import { binaryOrder } from "../data/dialects.ts";
import type { Migration } from "../data/migrations.ts";
import type { Store } from "../data/store.ts";
import type { Role, TokenScope } from "./actor.ts";

/* Of invitations and API tokens only the SHA-256 is kept: they have 256 random bits, so that needs no salt. */

/** Table of better-auth, with two columns of ours. */
export interface UserTable {
  readonly id: string;
  /** In lower case; unique. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Whether the person was shut out. */
  readonly shutOut: boolean | 0 | 1;
}

/** Table of better-auth. */
export interface SessionTable {
  readonly id: string;
  readonly userId: string;
  /** What the browser calls itself, to be known again in the list. */
  readonly userAgent: string | null;
  readonly createdAt: Date | string;
}

export interface InvitationTable {
  readonly id: string;
  readonly secret_hash: string;
  /** What its person becomes; or whose password it renews. */
  readonly role: Role | `new-password:${string}`;
  /** Null for the set-up of the first owner. */
  readonly invited_by: string | null;
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
}

export interface ApiTokenTable {
  readonly id: string;
  readonly secret_hash: string;
  /** The first characters, to be known again in the list. */
  readonly prefix: string;
  readonly user_id: string;
  readonly name: string;
  readonly scope: TokenScope;
  readonly created_at: number;
  readonly used_at: number | null;
}

export interface AuditTable {
  /** 1, 2, 3 and so on without a gap. */
  readonly sequence: number;
  readonly at: number;
  readonly actor_id: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string;
  readonly hash: string;
}

export interface AccountTables {
  readonly user: UserTable;
  readonly invitation: InvitationTable;
  readonly session: SessionTable;
  readonly api_token: ApiTokenTable;
  readonly audit_entry: AuditTable;
}

/** The same database, seen with the tables of accounts. */
export const accountDatabase = (store: Store): Kysely<AccountTables> => store.db as unknown as Kysely<AccountTables>;

/** Columns that better-auth's table of people has of ours. Nobody sets them about themselves. */
export const userFields = {
  user: {
    additionalFields: {
      role: { type: "string", input: false, required: true, defaultValue: "reader" },
      shutOut: { type: "boolean", input: false, required: true, defaultValue: false },
    },
  },
} as const;

const accounts: Migration = {
  name: "0100-accounts",
  up: async (db, kind) => {
    const text = sql.raw(binaryOrder(kind)) as unknown as ColumnDataType;
    // Tables of better-auth 1.7: user, session, account, verification. A later version that wants more is a later step.
    const { getMigrations } = await import("better-auth/db/migration");
    const { runMigrations } = await getMigrations({ ...userFields, database: { db, type: kind } });
    await runMigrations();
    await db.schema
      .createTable("invitation")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("secret_hash", text, (column) => column.notNull().unique())
      .addColumn("role", text, (column) => column.notNull())
      .addColumn("invited_by", "text", (column) => column.references("user.id"))
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .addColumn("used_at", "bigint")
      .execute();
    await addTokens(db, text);
    await db.schema
      .createTable("audit_entry")
      .addColumn("sequence", "bigint", (column) => column.primaryKey())
      .addColumn("at", "bigint", (column) => column.notNull())
      .addColumn("actor_id", "text", (column) => column.notNull())
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("subject", "text", (column) => column.notNull())
      .addColumn("detail", "text", (column) => column.notNull())
      .addColumn("previous", "text", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .execute();
  },
};

async function addTokens(db: Kysely<unknown>, text: ColumnDataType): Promise<void> {
  await db.schema
    .createTable("api_token")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("secret_hash", text, (column) => column.notNull().unique())
    .addColumn("prefix", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull().references("user.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("scope", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("used_at", "bigint")
    .execute();
}

/** Handed to `openStore`, whether accounts are switched on or not: a store is opened with one set of steps. */
export const accountMigrations: readonly Migration[] = [accounts];
