import { readCounterexample, replayCounterexample } from "@fieldbook/engine";
import { tellStory } from "@fieldbook/lab";
import { engineIdentity, loadSystem } from "@fieldbook/lab/node";
import type { Command } from "commander";
import { readTextFile } from "../files.ts";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { verdictText } from "../terminal.ts";
import type { ReplayEdits } from "./edit-replay.ts";
import { editedPlan, listFaults, planBeside, tellOther } from "./edit-replay.ts";

interface ReplayOptions extends ReplayEdits {
  readonly system?: string;
  readonly json?: true;
}

const collect = (text: string, given: readonly string[] = []): readonly string[] => [...given, text];

/** `fieldbook replay FILE`: runs a saved counterexample again, as it was or with its faults changed. */
export function addReplay(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("replay")
    .argument("<file>", "a counterexample, as `fieldbook shrink --save` writes it")
    .description("run a saved counterexample again: the same run, or a word on what has changed")
    .option("--system <path>", "the file of the system, when it is one of your own")
    .option("--without <number>", "leave a fault out, all else as it was; may be given again", collect)
    .option("--move <number=from-to>", "move a fault to other times, in ms; may be given again", collect)
    .option("--beside <version>", "the same faults and requests on correct, or on a mutant: where do they part?")
    .option("--json", "what came of it as JSON")
    .action(async (path: string, options: ReplayOptions) => {
      const counterexample = readCounterexample(readTextFile(path));
      const system = await loadSystem(options.system ?? counterexample.system);
      const code = engineIdentity().digest;
      const { result: saved, match, says } = replayCounterexample(system, counterexample, code, { record: true });
      const plan = editedPlan(saved.plan, options);
      const result = plan === saved.plan ? saved : system.run(plan, saved.seed, { record: true });
      const other =
        options.beside === undefined
          ? undefined
          : system.run(planBeside(system, plan, options.beside), saved.seed, { record: true });
      outcome.code = result.verdict === "violated" ? 1 : result.verdict === "unknown" ? 2 : 0;
      const story = result.verdict === "violated" ? tellStory(system, result) : undefined;
      if (options.json === true) {
        const { verdict, property, run } = result;
        const beside = other === undefined ? {} : { beside: { version: options.beside, verdict: other.verdict } };
        const told = {
          system: system.id,
          match,
          verdict,
          property,
          says,
          traceHash: run.traceHash,
          ...story,
          ...beside,
        };
        terminal.out(`${JSON.stringify(told, null, 2)}\n`);
        return;
      }
      const lines = story?.lines.map(
        ({ time, where, says: what }) => `${(time / 1_000).toFixed(1).padStart(9)} ms  ${where.padEnd(4)}${what}`,
      );
      const faults = listFaults(plan);
      const parts = [
        `${verdictText(saved.verdict)}. ${says}`,
        ...(result === saved ? [] : [tellOther("With the faults changed", saved, result)]),
        ...(other === undefined ? [] : [tellOther(`On ${options.beside!}`, result, other)]),
        ...(lines === undefined ? [] : [lines.join("\n")]),
        ...(faults.length === 0 ? [] : [`Faults\n${faults.map((fault) => `  ${fault}`).join("\n")}`]),
      ];
      terminal.out(`${parts.join("\n\n")}\n`);
    });
}
