import { accountDatabase } from "../accounts/account-tables.ts";
import type { Store } from "../data/store.ts";

/** An entry of the audit log as people read it. */
export interface AuditEntry {
  readonly sequence: number;
  readonly at: number;
  readonly actorId: string;
  /** E-mail of who did it; null for one without an account, such as somebody unknown at the door. */
  readonly actor: string | null;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/**
 * Entries of the audit log, the newest first.
 *
 * @param before only those with a lower number
 */
export async function readAuditEntries(store: Store, before: number, most: number): Promise<readonly AuditEntry[]> {
  const rows = await accountDatabase(store)
    .selectFrom("audit_entry")
    .leftJoin("user", "user.id", "audit_entry.actor_id")
    .select(["sequence", "at", "actor_id as actorId", "user.email as actor", "action", "subject", "detail"])
    .where("sequence", "<", before)
    .orderBy("sequence", "desc")
    .limit(most)
    .execute();
  return rows;
}
