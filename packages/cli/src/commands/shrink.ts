import { runSystem, searchSeeds, shrink, shrinkSmallest, writeCounterexample } from "@fieldbook/engine";
import type { Shrunk, System, SystemRun, SystemSettings } from "@fieldbook/engine";
import { count, maxSeed, tellStory } from "@fieldbook/lab";
import type { Story } from "@fieldbook/lab";
import { engineIdentity, loadSystem } from "@fieldbook/lab/node";
import type { Command } from "commander";
import { refuseToOverwrite, writeFile } from "../files.ts";
import { readWhole } from "../numbers.ts";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { verdictText } from "../terminal.ts";
import type { SystemOptions } from "./system-options.ts";
import { addSystemOptions, readSettings } from "./system-options.ts";

interface ShrinkCommandOptions extends SystemOptions {
  readonly seed?: string;
  readonly runs: string;
  readonly budget: string;
  readonly save?: string;
  readonly force?: true;
  readonly json?: true;
}

/** `fieldbook shrink SYSTEM`: the smallest run that fails as a given one does, and why. */
export function addShrink(program: Command, terminal: Terminal, outcome: Outcome): void {
  const command = program
    .command("shrink")
    .argument("<system>", 'its id ("raft"), or the path of a file that exports one')
    .description("cut a failing run down to the fewest faults, operations and events, and say why each is needed")
    .option("-s, --seed <number>", "the failing run; when absent the first that a campaign finds")
    .option("-r, --runs <number>", "how many seeds to look through when no seed is given", "10000")
    .option("-b, --budget <number>", "how many replays the search may take", "2000")
    .option("--save <file>", "write the counterexample to a file that `fieldbook replay` reads")
    .option("--force", "write over a file that is there already")
    .option("--json", "the counterexample and its story as JSON");
  addSystemOptions(command).action(async (name: string, options: ShrinkCommandOptions) => {
    const system = await loadSystem(name);
    const settings = readSettings(system, options);
    const budget = readWhole("--budget", options.budget, 1, 10_000_000);
    if (options.save !== undefined) refuseToOverwrite(options.save, options.force === true);
    const small = smallest(system, settings, options, budget);
    if (small === undefined) {
      terminal.out(`${verdictText("holds")}: nothing to shrink; no run violates a property.\n`);
      return;
    }
    outcome.code = 1;
    const story = tellStory(system, small.result);
    const counterexample = writeCounterexample(system, small.result, engineIdentity().digest);
    if (options.save !== undefined) {
      writeFile(options.save, `${JSON.stringify(counterexample, null, 2)}\n`, options.force === true);
    }
    const told = { counterexample, events: small.events, replays: small.replays, complete: small.complete, ...story };
    terminal.out(options.json === true ? `${JSON.stringify(told, null, 2)}\n` : describe(small, story));
    if (options.save !== undefined) terminal.err(`Written to ${options.save}; npx fieldbook replay ${options.save}\n`);
  });
}

function smallest(
  system: System,
  settings: SystemSettings,
  options: ShrinkCommandOptions,
  budget: number,
): Shrunk | undefined {
  if (options.seed !== undefined) {
    const result = runSystem(system, { ...settings, seed: readWhole("--seed", options.seed, 0, maxSeed) });
    return result.verdict === "violated" ? shrink(system, result, { budget }) : undefined;
  }
  const runs = readWhole("--runs", options.runs, 1, 100_000_000);
  const { found } = searchSeeds(system, settings, 1, runs);
  return found === undefined ? undefined : shrinkSmallest(system, settings, found, { budget });
}

function describe(small: Shrunk, story: Story): string {
  const { result } = small;
  const ended = small.complete ? "" : " (the budget was used up: a larger one may find less)";
  const lines = [
    `${verdictText("violated")}: ${result.property}. ${result.says}`,
    "",
    `Seed ${String(result.seed)}, ${sizeOf(result)}: ${String(small.events)} events after ${count(small.replays)} replays${ended}`,
    "",
    ...story.lines.map(
      ({ time, where, says }) => `${(time / 1_000).toFixed(1).padStart(9)} ms  ${where.padEnd(4)}${says}`,
    ),
    "",
  ];
  if (story.needed.length > 0) lines.push("Why:", ...story.needed.map((text) => `  ${text}`));
  else lines.push("No fault is needed: it fails in calm weather.");
  if (story.control !== undefined) {
    lines.push("", `The correct system on the same plan: ${verdictText(story.control.verdict)}. ${story.control.says}`);
  }
  return `${lines.join("\n")}\n`;
}

function sizeOf({ plan, run }: SystemRun): string {
  const many = (number: number, what: string): string => `${String(number)} ${what}${number === 1 ? "" : "s"}`;
  const absent = plan.absent ?? [];
  const part = absent.length === 0 ? "" : ` (${absent.join(", ")} take no part)`;
  return `${many(plan.nodes, "node")}${part}, ${many(run.history.length, "operation")}, ${many(plan.faults.length, "fault")}`;
}
