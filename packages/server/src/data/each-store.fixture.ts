import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { accountMigrations } from "../accounts/account-tables.ts";
import { anchorMigrations } from "../anchors/anchor-tables.ts";
import { counterexampleMigrations } from "../counterexamples/counterexample-tables.ts";
import { startPostgres } from "../testing/start-postgres.ts";
import type { TestPostgres } from "../testing/start-postgres.ts";
import type { StoreKind } from "./dialects.ts";
import { openStore } from "./store.ts";
import type { Store, StoreSettings } from "./store.ts";

const migrations = [...accountMigrations, ...anchorMigrations, ...counterexampleMigrations];

/** What a test of the store is given. */
export interface StoreTest {
  readonly kind: StoreKind;
  /** Settings of a new, empty store. */
  newSettings(): Promise<StoreSettings>;
  /** A new, empty store; closed after the test. */
  open(now?: () => number): Promise<Store>;
}

/** Every test of the store runs on SQLite and on PostgreSQL. */
export function eachStore(tests: (given: StoreTest) => void): void {
  describe.each(["sqlite", "postgres"] as const)("on %s", (kind) => {
    const opened: Store[] = [];
    const folders: string[] = [];
    let postgres: TestPostgres | undefined;
    beforeAll(async () => {
      if (kind === "postgres") postgres = await startPostgres();
    }, 60_000);
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    afterAll(async () => {
      await postgres?.stop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    }, 60_000);
    const newSettings = async (): Promise<StoreSettings> => {
      const dataFolder = mkdtempSync(join(tmpdir(), "fieldbook-data-"));
      folders.push(dataFolder);
      return postgres === undefined ? { dataFolder } : { dataFolder, databaseUrl: await postgres.newDatabase() };
    };
    tests({
      kind,
      newSettings,
      open: async (now) => {
        const store = await openStore(await newSettings(), migrations, now);
        opened.push(store);
        return store;
      },
    });
  });
}
