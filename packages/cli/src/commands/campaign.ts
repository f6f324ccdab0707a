import { searchWithFeedback } from "@fieldbook/engine";
import type { System } from "@fieldbook/engine";
import { count, meanInterval } from "@fieldbook/lab";
import type { SystemTally } from "@fieldbook/lab";
import { CampaignPool, loadSystem } from "@fieldbook/lab/node";
import type { Command } from "commander";
import { readWhole } from "../numbers.ts";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { progressLine, verdictText } from "../terminal.ts";
import type { SystemOptions } from "./system-options.ts";
import { addSystemOptions, readSettings } from "./system-options.ts";

interface CampaignOptions extends SystemOptions {
  readonly runs: string;
  readonly threads?: string;
  readonly search: string;
  readonly json?: true;
}

/** How many runs at the start of a campaign check each handler for what is not deterministic. */
const checkedRuns = 20;

/** `fieldbook campaign SYSTEM`: many seeds of a system under a swarm of faults. */
export function addCampaign(program: Command, terminal: Terminal, outcome: Outcome): void {
  const command = program
    .command("campaign")
    .argument("<system>", 'its id ("raft"), or the path of a file that exports one')
    .description("run a system over many seeds and say what was violated and which situations were reached")
    .option("-r, --runs <number>", "how many seeds, from 1 on", "2000")
    .option("-t, --threads <number>", "worker threads; one per core when absent")
    .option("--search <kind>", "seeds, or feedback (schedules that met something new are changed further)", "seeds")
    .option("--json", "the tally as JSON");
  addSystemOptions(command).action(async (name: string, options: CampaignOptions) => {
    const system = await loadSystem(name);
    const settings = readSettings(system, options);
    const seeds = readWhole("--runs", options.runs, 1, 100_000_000);
    if (options.search === "feedback") {
      outcome.code = searchByFeedback(system, settings, seeds, options.json === true, terminal);
      return;
    }
    const threads = options.threads === undefined ? undefined : readWhole("--threads", options.threads, 1, 64);
    const pool = new CampaignPool(threads);
    const progress = progressLine(terminal);
    try {
      const tally = await pool.runSystem({ system: name, settings, seeds, checked: checkedRuns }, (runs) => {
        progress.show(`${system.id}: ${count(runs)} of ${count(seeds)} runs`);
      });
      progress.clear();
      const { mutant } = settings;
      terminal.out(
        options.json === true
          ? `${JSON.stringify({ system: system.id, ...(mutant === undefined ? {} : { mutant }), ...tally }, null, 2)}\n`
          : describeTally(system, name, mutant, tally),
      );
      outcome.code = tally.violated > 0 ? 1 : tally.unknown > 0 ? 2 : 0;
    } finally {
      progress.clear();
      await pool.close();
    }
  });
}

function describeTally(system: System, name: string, mutant: string | undefined, tally: SystemTally): string {
  const verdict = tally.violated > 0 ? "violated" : tally.unknown > 0 ? "unknown" : "holds";
  const unknown = tally.unknown > 0 ? `, unknown in ${count(tally.unknown)}` : "";
  const lines = [
    `${system.title}${mutant === undefined ? "" : `, mutant ${mutant}`}`,
    `${verdictText(verdict)}: violated in ${count(tally.violated)} of ${count(tally.runs)} runs${unknown}; ` +
      `${count(tally.events)} events`,
    ...tally.violations.map(({ seed, property, says }) => `  seed ${String(seed)}: ${property}. ${says}`),
    "",
    ...describeRecovery(tally),
    "Situations:",
    ...describeMarks(system, tally),
    "",
  ];
  const [first] = tally.violations;
  if (first !== undefined) {
    const which = mutant === undefined ? "" : ` --mutant ${mutant}`;
    lines.push(`The smallest such run: npx fieldbook shrink ${name}${which} --seed ${String(first.seed)}`, "");
  }
  lines.push(`What the model leaves out: ${system.leavesOut}`);
  return `${lines.join("\n")}\n`;
}

function describeRecovery({ recovery, longestRecovery }: SystemTally): string[] {
  if (recovery.count === 0) return [];
  const milliseconds = (time: number): string => `${(time / 1_000).toFixed(0)} ms`;
  const mean =
    recovery.count < 30
      ? milliseconds(recovery.mean)
      : `${milliseconds(recovery.mean)} (${milliseconds(meanInterval(recovery).low)} to ${milliseconds(meanInterval(recovery).high)}, 99 % confidence)`;
  return [`After the last fault: recovered in ${mean} on average, ${milliseconds(longestRecovery)} at most.`, ""];
}

function describeMarks(system: System, { marks, runs }: SystemTally): string[] {
  const labels = [...new Set([...system.sometimes, ...Object.keys(marks).toSorted()])];
  if (labels.length === 0) return ["  the system names none (ctx.mark)"];
  return labels.map((label) => {
    const mark = marks[label];
    if (mark === undefined) return `  ✕ ${label}: never, and no run says how near it came`;
    if (mark.runs > 0) return `  ✓ ${label}: in ${count(mark.runs)} of ${count(runs)} runs`;
    return `  ✕ ${label}: never; nearest ${String(mark.reached)} of ${String(mark.of)}`;
  });
}

function searchByFeedback(
  system: System,
  settings: Parameters<typeof searchWithFeedback>[1],
  runs: number,
  json: boolean,
  terminal: Terminal,
): 0 | 1 {
  const { found, ...rest } = searchWithFeedback(system, settings, 1, runs);
  if (json) {
    const what = found === undefined ? undefined : { seed: found.seed, property: found.property, says: found.says };
    terminal.out(`${JSON.stringify({ system: system.id, found: what, ...rest }, null, 2)}\n`);
  } else {
    const finding =
      found === undefined
        ? `${verdictText("holds")}: nothing violated in ${count(rest.runs)} runs`
        : `${verdictText("violated")} in run ${count(rest.runs)}: ${found.property}. ${found.says}`;
    const met = `${count(rest.situations)} situations met, ${count(rest.fruitful)} runs met a new one`;
    terminal.out(`${system.title}\n${finding}; ${count(rest.events)} events\n${met}\n`);
  }
  return found === undefined ? 0 : 1;
}
