import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { eachStore } from "../data/each-store.fixture.ts";
import { openStore } from "../data/store.ts";
import type { Store } from "../data/store.ts";
import { accountDatabase, accountMigrations } from "./account-tables.ts";
import { noteEvent, verifyAudit } from "./audit-log.ts";

const note = (store: Store, subject: string): Promise<void> =>
  accountDatabase(store)
    .transaction()
    .execute((write) => noteEvent(store, write, { actorId: "ada", action: "role.changed", subject }));

describe("the audit log", () => {
  eachStore(({ newSettings }) => {
    const withFive = async (use: (store: Store) => Promise<void>): Promise<void> => {
      const store = await openStore(await newSettings(), accountMigrations);
      for (const subject of ["a", "b", "c", "d", "e"]) await note(store, subject);
      try {
        await use(store);
      } finally {
        await store.close();
      }
    };

    it("is whole as it was written, empty or not", () =>
      withFive(async (store) => {
        expect(await verifyAudit(store)).toMatchObject({ whole: true, head: { sequence: 5 } });
        await accountDatabase(store).deleteFrom("audit_entry").execute();
        expect(await verifyAudit(store)).toMatchObject({ whole: true, head: { sequence: 0 } });
      }));

    it("keeps one chain though many write at once", () =>
      withFive(async (store) => {
        await Promise.all(Array.from({ length: 20 }, (_, index) => note(store, `s${index}`)));
        expect(await verifyAudit(store)).toMatchObject({ whole: true, head: { sequence: 25 } });
      }));

    it.each(["at", "actor_id", "action", "subject", "detail"] as const)("shows that %s was changed", (field) =>
      withFive(async (store) => {
        const change = { [field]: field === "at" ? 1 : "forged" };
        await accountDatabase(store).updateTable("audit_entry").set(change).where("sequence", "=", 3).execute();
        expect(await verifyAudit(store)).toEqual({ whole: false, sequence: 3, why: "The entry was changed." });
      }),
    );

    it("shows that an entry was taken out", () =>
      withFive(async (store) => {
        await accountDatabase(store).deleteFrom("audit_entry").where("sequence", "=", 2).execute();
        expect(await verifyAudit(store)).toMatchObject({ whole: false, sequence: 2, why: "The entry is gone." });
      }));

    it("shows that two entries changed places", () =>
      withFive(async (store) => {
        const move = (from: number, to: number) =>
          accountDatabase(store)
            .updateTable("audit_entry")
            .set({ sequence: to })
            .where("sequence", "=", from)
            .execute();
        await move(2, 99);
        await move(3, 2);
        await move(99, 3);
        expect(await verifyAudit(store)).toMatchObject({ whole: false, sequence: 2 });
      }));

    it("shows a lost tail and a chain computed anew only against a head that was kept elsewhere", () =>
      withFive(async (store) => {
        const verdict = await verifyAudit(store);
        const head = verdict.whole ? verdict.head : { sequence: -1, hash: "" };
        const db = accountDatabase(store);
        await db.deleteFrom("audit_entry").where("sequence", "=", 5).execute();
        expect(await verifyAudit(store)).toMatchObject({ whole: true });
        expect(await verifyAudit(store, head)).toMatchObject({ whole: false, sequence: 5 });
        const { hash: previous } = await db
          .selectFrom("audit_entry")
          .select("hash")
          .where("sequence", "=", 4)
          .executeTakeFirstOrThrow();
        const fields = [5, 1, "ada", "nothing.happened", "e", "", previous] as const;
        const hash = createHash("sha256").update(JSON.stringify(fields)).digest("hex");
        const [sequence, at, actor_id, action, subject, detail] = fields;
        await db
          .insertInto("audit_entry")
          .values({ sequence, at, actor_id, action, subject, detail, previous, hash })
          .execute();
        expect(await verifyAudit(store)).toMatchObject({ whole: true });
        expect(await verifyAudit(store, head)).toMatchObject({ whole: false, sequence: 5 });
      }));
  });
});
