// Runs one bench in a process of its own and sends what it measured to the process that started it.
import { tuneCompiler } from "@fieldbook/lab/node";
import { benches } from "./benches.ts";
import type { BenchName } from "./benches.ts";
import type { Effort, Row } from "./measure.ts";

/** What this process is asked for, in JSON as its only argument. */
export interface Order {
  readonly name: BenchName;
  readonly effort: Effort;
}

/** What it sends back. */
export interface Measured {
  readonly rows: readonly Row[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}

// As the command line does.
tuneCompiler();

const { name, effort } = JSON.parse(process.argv[2]!) as Order;
const missing: string[] = [];
let rows: readonly Row[] = [];
try {
  rows = await benches[name](effort, {
    progress: (text) => process.stderr.write(`  ${name}: ${text}\n`),
    missing: (text) => missing.push(text),
  });
} catch (error) {
  missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
}
process.send!({ rows, missing } satisfies Measured);
