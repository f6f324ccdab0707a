import { readCounterexample, replayCounterexample } from "@fieldbook/engine";
import { tellStory } from "@fieldbook/lab";
import { engineIdentity, loadSystem } from "@fieldbook/lab/node";
import type { Command } from "commander";
import { readTextFile } from "../files.ts";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { verdictText } from "../terminal.ts";

interface ReplayOptions {
  readonly system?: string;
  readonly json?: true;
}

/** `fieldbook replay FILE`: runs a saved counterexample again. */
export function addReplay(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("replay")
    .argument("<file>", "a counterexample, as `fieldbook shrink --save` writes it")
    .description("run a saved counterexample again: the same run, or a word on what has changed")
    .option("--system <path>", "the file of the system, when it is one of your own")
    .option("--json", "what came of it as JSON")
    .action(async (path: string, options: ReplayOptions) => {
      const counterexample = readCounterexample(readTextFile(path));
      const system = await loadSystem(options.system ?? counterexample.system);
      const code = engineIdentity().digest;
      const { result, match, says } = replayCounterexample(system, counterexample, code);
      outcome.code = result.verdict === "violated" ? 1 : result.verdict === "unknown" ? 2 : 0;
      const story = result.verdict === "violated" ? tellStory(system, result) : undefined;
      if (options.json === true) {
        const { verdict, property, run } = result;
        const told = { system: system.id, match, verdict, property, says, traceHash: run.traceHash, ...story };
        terminal.out(`${JSON.stringify(told, null, 2)}\n`);
        return;
      }
      const lines = story?.lines.map(
        ({ time, where, says: what }) => `${(time / 1_000).toFixed(1).padStart(9)} ms  ${where.padEnd(4)}${what}`,
      );
      terminal.out(`${verdictText(result.verdict)}. ${says}\n${lines === undefined ? "" : `\n${lines.join("\n")}\n`}`);
    });
}
