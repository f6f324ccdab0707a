import { readCounterexample, replayCounterexample, runSystem } from "@fieldbook/engine";
import type { Run, RunOptions } from "@fieldbook/engine";
import { exportFormats, exportRun, maxSeed } from "@fieldbook/lab";
import { engineIdentity, loadSystem } from "@fieldbook/lab/node";
import type { Command } from "commander";
import { readTextFile, refuseToOverwrite, writeFile } from "../files.ts";
import { readWhole } from "../numbers.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";
import type { SystemOptions } from "./system-options.ts";
import { addSystemOptions, readSettings } from "./system-options.ts";

interface ExportOptions extends SystemOptions {
  readonly format: string;
  readonly seed: string;
  readonly replay?: string;
  readonly out?: string;
  readonly force?: true;
}

const recorded: RunOptions = { record: true, causes: true };

/** `fieldbook export SYSTEM`: one run in a form that another program opens. */
export function addExport(program: Command, terminal: Terminal): void {
  const formats = exportFormats.map(({ id, name, says }) => `  ${id.padEnd(9)} ${name}. ${says}`).join("\n");
  const command = program
    .command("export")
    .argument("<system>", 'its id ("raft"), or the path of a file that exports one')
    .description("write one run in a form that another program opens")
    .requiredOption("-f, --format <id>", exportFormats.map(({ id }) => id).join(", "))
    .option("-s, --seed <number>", "the seed of the run", "1")
    .option("--replay <file>", "a saved counterexample in place of a seed")
    .option("-o, --out <file>", "where to; standard output when absent")
    .option("--force", "write over a file that is there already")
    .addHelpText("after", `\nFormats:\n${formats}\n`);
  addSystemOptions(command).action(async (name: string, options: ExportOptions) => {
    const format = exportFormats.find(({ id }) => id === options.format);
    if (format === undefined) {
      throw new UserError(
        `There is no format "${options.format}"; there are: ${exportFormats.map(({ id }) => id).join(", ")}.`,
      );
    }
    if (options.out !== undefined) refuseToOverwrite(options.out, options.force === true);
    const text = exportRun(await runOf(name, options), format.id);
    if (options.out === undefined) {
      terminal.out(text.endsWith("\n") ? text : `${text}\n`);
      return;
    }
    writeFile(options.out, text, options.force === true);
    terminal.err(`Written to ${options.out}. ${format.says}\n`);
  });
}

async function runOf(name: string, options: ExportOptions): Promise<Run> {
  const system = await loadSystem(name);
  if (options.replay !== undefined) {
    const counterexample = readCounterexample(readTextFile(options.replay));
    return replayCounterexample(system, counterexample, engineIdentity().digest, recorded).result.run;
  }
  const seed = readWhole("--seed", options.seed, 0, maxSeed);
  return runSystem(system, { ...readSettings(system, options), seed }, recorded).run;
}
