// node bench/run.ts [--json] [--quick] [name…]: measures and prints a table. See README.md.
import { fork } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { BenchName } from "./benches.ts";
import { benchNames } from "./benches.ts";
import type { Effort } from "./measure.ts";
import { meets } from "./measure.ts";
import type { Measured, Order } from "./run-one.ts";
import { writeTable } from "./table.ts";

const full: Effort = { repetitions: 7, warmUp: 3, divisor: 1 };
/** Shows that all works; its figures say little. */
const quick: Effort = { repetitions: 3, warmUp: 1, divisor: 10 };

const usage = `node bench/run.ts [--json] [--quick] [name…], with names from ${benchNames.join(", ")}; all when absent.`;

/** Each bench has a process of its own: none meets code that another has made fast or slow, or its memory. */
function runBench(order: Order): Promise<Measured> {
  const child = fork(fileURLToPath(new URL("run-one.ts", import.meta.url)), [JSON.stringify(order)], {
    // Results go through the channel; what the child prints is for the person who waits.
    stdio: ["ignore", 2, 2, "ipc"],
  });
  return new Promise((resolve, reject) => {
    let measured: Measured | undefined;
    child.on("message", (message) => {
      measured = message as Measured;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (measured !== undefined && code === 0) resolve(measured);
      else resolve({ rows: [], missing: [`${order.name} ended with code ${code} before it had measured.`] });
    });
  });
}

/** What the figures were measured on. */
function describeMachine(): { readonly processor: string; readonly cores: number; node: string; load: number } {
  const cores = cpus();
  return {
    processor: cores[0]?.model ?? "unknown processor",
    cores: cores.length,
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

const words = process.argv.slice(2);
const options = words.filter((word) => word.startsWith("-"));
const names = words.filter((word) => !word.startsWith("-"));
const unknown = [
  ...options.filter((option) => option !== "--json" && option !== "--quick"),
  ...names.filter((name) => !benchNames.includes(name as BenchName)),
];
if (unknown.length > 0) {
  process.stderr.write(`"${unknown.join(" ")}" is not known. ${usage}\n`);
  process.exit(2);
}

const machine = describeMachine();
const effort = options.includes("--quick") ? quick : full;
const parts: Measured[] = [];
for (const name of benchNames.filter((bench) => names.length === 0 || names.includes(bench))) {
  parts.push(await runBench({ name, effort }));
}
const rows = parts.flatMap((part) => part.rows);
const missing = parts.flatMap((part) => part.missing);
if (options.includes("--json")) {
  const judged = rows.map((row) => ({ ...row, met: meets(row) ?? null }));
  process.stdout.write(`${JSON.stringify({ machine, effort, rows: judged, missing }, null, 2)}\n`);
} else {
  const { processor, cores, node, load } = machine;
  process.stdout.write(`${processor}, ${cores} cores, Node ${node}, load ${load.toFixed(2)} before the start\n\n`);
  process.stdout.write(`${writeTable(rows)}${missing.map((text) => `\nNot measured: ${text}\n`).join("")}`);
}
process.exitCode = missing.length > 0 ? 2 : rows.some((row) => meets(row) === false) ? 1 : 0;
