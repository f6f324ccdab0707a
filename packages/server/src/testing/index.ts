/** For tests of other packages; not for what is delivered. */
export { startPostgres } from "./start-postgres.ts";
export { startThread } from "../threads/write-threads.ts";
