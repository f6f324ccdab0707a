import { accountMigrations } from "./accounts/account-tables.ts";
import { anchorMigrations } from "./anchors/anchor-tables.ts";
import { counterexampleMigrations } from "./counterexamples/counterexample-tables.ts";
import { openStore } from "./data/store.ts";
import type { Store, StoreSettings } from "./data/store.ts";

/**
 * Opens the store with the tables of every part.
 *
 * @throws StoreError as `openStore` does
 */
export const openFieldbookStore = (settings: StoreSettings): Promise<Store> =>
  openStore(settings, [...accountMigrations, ...anchorMigrations, ...counterexampleMigrations]);
