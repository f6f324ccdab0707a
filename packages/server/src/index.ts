export { createApp } from "./app.ts";
export { backUp, move, restore } from "./data/backup.ts";
export { exportThreads, threadAsMarkdown } from "./data/export-threads.ts";
export { openFieldbookStore } from "./open-fieldbook-store.ts";
export { readSettings } from "./settings.ts";
export { serve, ServeError } from "./serve.ts";
export type { Store, StoreSettings } from "./data/store.ts";
export type { RunningServer, ServeOptions } from "./serve.ts";
export type { Settings } from "./settings.ts";
