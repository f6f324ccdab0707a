export { createApp } from "./app.ts";
export { serve, ServeError } from "./serve.ts";
export type { RunningServer, ServeOptions } from "./serve.ts";
