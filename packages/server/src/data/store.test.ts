import { sql } from "kysely";
import type { Kysely } from "kysely";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachStore } from "./each-store.fixture.ts";
import { IdentifierMaker } from "./identifier.ts";
import { openStore } from "./store.ts";
import { StoreError } from "./store-error.ts";

describe("the store", () => {
  eachStore(({ kind, open, newSettings }) => {
    it("answers, and has its tables", async () => {
      const store = await open();
      await store.ping();
      expect(await store.db.selectFrom("thread").select("id").execute()).toEqual([]);
    });

    it("reads times as numbers", async () => {
      const store = await open();
      const { rows } = await sql<{ n: number }>`select cast(1764000000000 as bigint) as n`.execute(store.db);
      expect(rows[0]?.n).toBe(1_764_000_000_000);
    });

    it("can be opened by several at once: each step of the schema is taken by one", async () => {
      const settings = await newSettings();
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(settings)));
      const { rows } = await sql<{ name: string }>`select name from fieldbook_migration`.execute(stores[0]!.db);
      expect(rows.map(({ name }) => name)).toEqual(["0001-threads"]);
      for (const store of stores) await store.close();
    });

    it("takes all steps or none", async () => {
      const settings = await newSettings();
      const breaks = {
        name: "0002-breaks",
        up: async (db: Kysely<unknown>) => {
          await db.schema.createTable("half").addColumn("id", "text").execute();
          throw new Error("the disk is full");
        },
      };
      await expect(openStore(settings, [breaks])).rejects.toThrow("the disk is full");
      const store = await openStore(settings);
      await expect(sql`select * from half`.execute(store.db)).rejects.toThrow(/half/);
      await store.close();
    });

    it("refuses the data of a newer Fieldbook, and leaves it as it is", async () => {
      const settings = await newSettings();
      const newer = { name: "0900-newer", up: async () => {} };
      await (await openStore(settings, [newer])).close();
      await expect(openStore(settings)).rejects.toThrow(/newer Fieldbook \(it knows 0900-newer\)/);
      await (await openStore(settings, [newer])).close();
    });

    it("refuses a row that refers to none", async () => {
      const store = await open();
      const orphan = { post_id: "none", person_id: "nobody" };
      await expect(store.db.insertInto("mention").values(orphan).execute()).rejects.toThrow(/foreign key/i);
    });

    if (kind === "sqlite")
      it("syncs every commit", async () => {
        const store = await open();
        const value = async (name: string): Promise<unknown> =>
          Object.values((await sql<object>`${sql.raw(`pragma ${name}`)}`.execute(store.db)).rows[0] ?? {})[0];
        expect(await value("journal_mode")).toBe("wal");
        expect(await value("synchronous")).toBe(2);
        expect(await value("foreign_keys")).toBe(1);
      });
  });

  it("says in one sentence that it can not be opened, without the password", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "fieldbook-data-"));
    writeFileSync(join(scratch, "file"), "");
    const inFile = openStore({ dataFolder: join(scratch, "file") });
    await expect(inFile).rejects.toThrow(StoreError);
    await expect(inFile).rejects.toThrow(/FIELDBOOK_DATA/);
    const nowhere = openStore({ dataFolder: scratch, databaseUrl: "postgres://me:secret@127.0.0.1:1/none" });
    await expect(nowhere).rejects.toThrow(/127\.0\.0\.1:1\/none can not be opened .*check DATABASE_URL/);
    await expect(nowhere).rejects.not.toThrow(/secret/);
    rmSync(scratch, { recursive: true });
  });
});

describe("ids", () => {
  it("sort in the order of making, though the clock stands still or goes back", () => {
    let now = 1_764_000_000_000;
    const maker = new IdentifierMaker(() => now);
    const ids = Array.from({ length: 10_000 }, (_, index) => {
      if (index === 5_000) now -= 60_000;
      return maker.next();
    });
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(10_000);
  });

  it("have the form of a UUID of version 7", () => {
    expect(new IdentifierMaker().next()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
