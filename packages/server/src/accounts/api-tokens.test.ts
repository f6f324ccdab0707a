import { describe, expect, it } from "vitest";
import { eachStore } from "../data/each-store.fixture.ts";
import { openStore } from "../data/store.ts";
import type { Store } from "../data/store.ts";
import { accountDatabase, accountMigrations } from "./account-tables.ts";
import { Accounts } from "./accounts.ts";
import type { Actor } from "./actor.ts";
import { createApiToken, identifyByToken, listApiTokens, revokeApiToken } from "./api-tokens.ts";

const settings = { publicUrl: "http://localhost:4321", secret: "only for tests, 0123456789abcdefghij" };
const ada = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
const stranger: Actor = { id: "somebody-else", name: "Eve", role: "owner" };

describe("a token of the API", () => {
  eachStore(({ newSettings }) => {
    const withOwner = async (use: (store: Store, owner: Actor) => Promise<void>): Promise<void> => {
      const store = await openStore(await newSettings(), accountMigrations);
      try {
        const accounts = new Accounts(store, settings);
        const set = await accounts.accept((await accounts.setUp()) ?? "", ada, new Headers());
        const owner = await accounts.identify(new Headers({ Cookie: set.getSetCookie()[0]?.split(";")[0] ?? "" }));
        await use(store, owner!);
      } finally {
        await store.close();
      }
    };

    it("stands for its person, and is kept as a hash", () =>
      withOwner(async (store, owner) => {
        const token = await createApiToken(store, owner, { name: "script", scope: "write" });
        expect(token).toMatch(/^fieldbook_[\w-]{43}$/);
        expect((await listApiTokens(store, owner))[0]).toMatchObject({ usedAt: null, prefix: token.slice(0, 16) });
        expect(await identifyByToken(store, token, true)).toEqual({ ...owner, scope: "write" });
        expect((await listApiTokens(store, owner))[0]?.usedAt).toBeGreaterThan(0);
        const kept = await accountDatabase(store).selectFrom("api_token").selectAll().execute();
        expect(JSON.stringify(kept)).not.toContain(token);
      }));

    it("to read makes its person a reader when they write", () =>
      withOwner(async (store, owner) => {
        const token = await createApiToken(store, owner, { name: "feed", scope: "read" });
        expect(await identifyByToken(store, token, false)).toEqual({ ...owner, scope: "read" });
        expect(await identifyByToken(store, token, true)).toEqual({ ...owner, role: "reader", scope: "read" });
      }));

    it("ends when its own person revokes it", () =>
      withOwner(async (store, owner) => {
        const token = await createApiToken(store, owner, { name: "script", scope: "write" });
        const [{ id } = { id: "" }] = await listApiTokens(store, owner);
        await revokeApiToken(store, stranger, id);
        expect(await identifyByToken(store, token, false)).toEqual({ ...owner, scope: "write" });
        await revokeApiToken(store, owner, id);
        expect(await identifyByToken(store, token, false)).toBeUndefined();
      }));

    it("that was guessed is nobody's", () =>
      withOwner(async (store, owner) => {
        const token = await createApiToken(store, owner, { name: "script", scope: "write" });
        for (const guess of ["", "fieldbook_", `${token}x`, token.slice(0, -1), token.toUpperCase()]) {
          expect(await identifyByToken(store, guess, false), guess).toBeUndefined();
        }
      }));
  });
});
