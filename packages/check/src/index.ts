export type { History, Operation, Value } from "./history.ts";
