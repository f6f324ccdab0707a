import type { System } from "@fieldbook/engine";
import { huntMutant, shrinkHunted } from "@fieldbook/lab";
import { loadSystem } from "@fieldbook/lab/node";
import { systems } from "@fieldbook/systems";
import type { Command } from "commander";
import { readWhole } from "../numbers.ts";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { progressLine } from "../terminal.ts";

interface MutantsOptions {
  readonly seconds: string;
  readonly json?: true;
}

/** A line of the table. */
interface Row {
  readonly system: string;
  readonly mutant: string;
  readonly found: boolean;
  /** Runs until it was found, or in all. */
  readonly runs: number;
  /** Time until it was found, or in all, on one core. */
  readonly seconds: number;
  /** Events of the shrunk trace; null when it was not found. */
  readonly events: number | null;
  /** Time to shrink it. */
  readonly shrinkSeconds: number | null;
}

/** `fieldbook mutants`: every known mistake, and whether the default campaign finds it. */
export function addMutants(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("mutants")
    .argument("[systems...]", "ids or paths of systems; all when absent")
    .description("put every mutant to the default campaign: found or not, after how many runs, in how many events")
    .option("--seconds <number>", "how long to look for each, on one core", "10")
    .option("--json", "an array of { system, mutant, found, runs, seconds, events, shrinkSeconds }")
    .action(async (names: readonly string[], options: MutantsOptions) => {
      const seconds = readWhole("--seconds", options.seconds, 1, 86_400);
      const chosen = names.length === 0 ? systems : await Promise.all(names.map((name) => loadSystem(name)));
      const progress = progressLine(terminal);
      const rows: Row[] = [];
      for (const system of chosen) {
        for (const mutant of system.mutants) {
          progress.show(`${system.id}: ${mutant.id}`);
          rows.push(hunt(system, mutant.id, seconds));
        }
      }
      progress.clear();
      terminal.out(options.json === true ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
      outcome.code = rows.every(({ found }) => found) ? 0 : 1;
    });
}

function hunt(system: System, mutant: string, seconds: number): Row {
  const started = performance.now();
  const hunted = huntMutant(system, mutant, () => performance.now() - started < seconds * 1_000);
  const found = performance.now();
  const small = shrinkHunted(system, hunted);
  const rounded = (span: number): number => Math.round(span) / 1_000;
  return {
    system: system.id,
    mutant,
    found: hunted.found !== undefined,
    runs: hunted.runs,
    seconds: rounded(found - started),
    events: small?.events ?? null,
    shrinkSeconds: small === undefined ? null : rounded(performance.now() - found),
  };
}

function table(rows: readonly Row[]): string {
  const width = (pick: (row: Row) => string): number => Math.max(8, ...rows.map((row) => pick(row).length));
  const system = width((row) => row.system);
  const mutant = width((row) => row.mutant);
  const lines = rows.map(
    (row) =>
      `${row.found ? "✓" : "✕"} ${row.system.padEnd(system)}  ${row.mutant.padEnd(mutant)}  ` +
      `${String(row.runs).padStart(7)}  ${row.seconds.toFixed(2).padStart(7)}  ` +
      `${String(row.events ?? "–").padStart(6)}  ${(row.shrinkSeconds ?? 0).toFixed(2).padStart(6)}`,
  );
  const head = `  ${"system".padEnd(system)}  ${"mutant".padEnd(mutant)}     runs  seconds  events  shrink`;
  const found = rows.filter((row) => row.found);
  const events = found.map((row) => row.events!).toSorted((one, other) => one - other);
  const median = events[Math.floor((events.length - 1) / 2)];
  const sum =
    `${String(found.length)} of ${String(rows.length)} found` +
    (median === undefined ? "" : `; ${String(median)} events in the median shrunk trace`);
  return `${[head, ...lines, "", sum].join("\n")}\n`;
}
