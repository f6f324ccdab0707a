import type { Store } from "../data/store.ts";
import { accountDatabase } from "./account-tables.ts";
import { AccountError } from "./account-error.ts";
import type { Actor, TokenScope } from "./actor.ts";
import { noteEvent } from "./audit-log.ts";
import { may } from "./permissions.ts";
import { hashSecret, newSecret } from "./secrets.ts";

export interface ApiTokenSummary {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scope: TokenScope;
  /** Milliseconds since 1970, as the next one. */
  readonly since: number;
  /** When it was last used, to the minute. */
  readonly usedAt: number | null;
}

/** What every token begins with, so that one that leaked is recognised. */
const tokenPrefix = "fieldbook_";
const shownCharacters = tokenPrefix.length + 6;
const usedEveryMs = 60_000;

/**
 * @returns the token, which is shown this once
 * @throws AccountError for one that manages accounts, of somebody who does not
 */
export async function createApiToken(
  store: Store,
  actor: Actor,
  { name, scope }: Pick<ApiTokenSummary, "name" | "scope">,
): Promise<string> {
  if (scope === "manage" && !may(actor, "manage-people")) {
    throw new AccountError("Only an owner makes a token that manages accounts.");
  }
  const token = tokenPrefix + newSecret();
  const id = store.newId();
  const prefix = token.slice(0, shownCharacters);
  const times = { created_at: store.now(), used_at: null };
  const row = { id, secret_hash: hashSecret(token), prefix, user_id: actor.id, name, scope, ...times };
  await accountDatabase(store)
    .transaction()
    .execute(async (write) => {
      await write.insertInto("api_token").values(row).execute();
      await noteEvent(store, write, { actorId: actor.id, action: "token.made", subject: id, detail: scope });
    });
  return token;
}

/** Those of the actor, in the order of making. */
export async function listApiTokens(store: Store, actor: Actor): Promise<readonly ApiTokenSummary[]> {
  const rows = await accountDatabase(store)
    .selectFrom("api_token")
    .select(["id", "name", "prefix", "scope", "created_at as since", "used_at as usedAt"])
    .where("user_id", "=", actor.id)
    .orderBy("id")
    .execute();
  return rows;
}

/** Ends one of the actor's own tokens; another person's is left alone. */
export async function revokeApiToken(store: Store, actor: Actor, tokenId: string): Promise<void> {
  await accountDatabase(store)
    .transaction()
    .execute(async (write) => {
      const own = write.deleteFrom("api_token").where("id", "=", tokenId).where("user_id", "=", actor.id);
      const { numDeletedRows } = await own.executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) return;
      await noteEvent(store, write, { actorId: actor.id, action: "token.revoked", subject: tokenId });
    });
}

/**
 * Whose token it is.
 *
 * @param writes whether the request wants to change something: with a token to read its person is a reader then
 */
export async function identifyByToken(store: Store, token: string, writes: boolean): Promise<Actor | undefined> {
  const db = accountDatabase(store);
  const found = await db
    .selectFrom("api_token")
    .innerJoin("user", "user.id", "api_token.user_id")
    .select(["api_token.id as tokenId", "scope", "used_at", "user.id", "user.name", "user.role", "user.shutOut"])
    .where("secret_hash", "=", hashSecret(token))
    .executeTakeFirst();
  if (found === undefined || Boolean(found.shutOut)) return undefined;
  const now = store.now();
  if (now - (found.used_at ?? 0) >= usedEveryMs) {
    await db.updateTable("api_token").set({ used_at: now }).where("id", "=", found.tokenId).execute();
  }
  const role = writes && found.scope === "read" ? "reader" : found.role;
  return { id: found.id, name: found.name, role, scope: found.scope };
}
