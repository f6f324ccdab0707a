import { createHash } from "node:crypto";
import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Store } from "../data/store.ts";
import { accountDatabase } from "./account-tables.ts";
import type { AccountTables, AuditTable } from "./account-tables.ts";

/** What is noted. Never a secret. */
export interface AuditEvent {
  /** Id of who did it; "nobody" when that is not known. */
  readonly actorId: string;
  /** "session.began", "role.changed". */
  readonly action: string;
  /** Id of what it was done to. */
  readonly subject: string;
  readonly detail?: string;
}

/** The last entry, to be kept where whoever writes the database can not write. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

export type AuditVerdict =
  | { readonly whole: true; readonly head: AuditHead }
  | { readonly whole: false; readonly sequence: number; readonly why: string };

const beforeTheFirst = "0".repeat(64);
/** A number of our own for `pg_advisory_xact_lock`. */
const auditLock = 7_305_117_063;
const entriesAtOnce = 1_000;

/** SHA-256 over all fields and the hash before; JSON keeps the fields apart. */
function hashOf(entry: Omit<AuditTable, "hash">): string {
  const { sequence, at, actor_id, action, subject, detail, previous } = entry;
  const fields = JSON.stringify([sequence, at, actor_id, action, subject, detail, previous]);
  return createHash("sha256").update(fields).digest("hex");
}

/** Adds an entry within the transaction of what it tells of: both are kept or neither. */
export async function noteEvent(store: Store, write: Transaction<AccountTables>, event: AuditEvent): Promise<void> {
  // On SQLite the transaction has the write lock already.
  if (store.kind === "postgres") await sql`select pg_advisory_xact_lock(${sql.lit(auditLock)})`.execute(write);
  const last = await write
    .selectFrom("audit_entry")
    .select(["sequence", "hash"])
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  const entry = {
    sequence: (last?.sequence ?? 0) + 1,
    at: store.now(),
    actor_id: event.actorId,
    action: event.action,
    subject: event.subject,
    detail: event.detail ?? "",
    previous: last?.hash ?? beforeTheFirst,
  };
  await write
    .insertInto("audit_entry")
    .values({ ...entry, hash: hashOf(entry) })
    .execute();
}

/**
 * Goes through the log and names the first entry that is not as it was written.
 *
 * Without a head that was kept elsewhere two things can not be seen: that the last entries were taken away, and that the
 * whole chain was computed anew. With one, both are seen for all that is before it.
 *
 * @param kept a head from an earlier call
 */
export async function verifyAudit(store: Store, kept?: AuditHead): Promise<AuditVerdict> {
  let head: AuditHead = { sequence: 0, hash: beforeTheFirst };
  for (;;) {
    const entries = await accountDatabase(store)
      .selectFrom("audit_entry")
      .selectAll()
      .where("sequence", ">", head.sequence)
      .orderBy("sequence")
      .limit(entriesAtOnce)
      .execute();
    for (const entry of entries) {
      const sequence = head.sequence + 1;
      const why = faultOf(entry, sequence, head.hash, kept);
      if (why !== undefined) return { whole: false, sequence, why };
      head = { sequence, hash: entry.hash };
    }
    if (entries.length < entriesAtOnce) break;
  }
  if (kept !== undefined && head.sequence < kept.sequence) {
    return { whole: false, sequence: head.sequence + 1, why: "The entries from here to the kept head are gone." };
  }
  return { whole: true, head };
}

function faultOf(entry: AuditTable, sequence: number, previous: string, kept?: AuditHead): string | undefined {
  if (entry.sequence !== sequence) return "The entry is gone.";
  if (entry.previous !== previous) return "The entry does not follow the one before it.";
  if (hashOf(entry) !== entry.hash) return "The entry was changed.";
  if (kept?.sequence === sequence && kept.hash !== entry.hash) return "The chain was computed anew.";
  return undefined;
}
