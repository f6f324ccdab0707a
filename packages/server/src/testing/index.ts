/** For tests of other packages; not for what is delivered. */
export { disputeWithRun } from "./dispute-with-run.ts";
export { startPostgres } from "./start-postgres.ts";
export { startThread } from "../threads/write-threads.ts";
