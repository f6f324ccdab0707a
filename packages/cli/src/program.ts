import { Command, CommanderError } from "commander";
import { addCampaign } from "./commands/campaign.ts";
import { addCheck } from "./commands/check.ts";
import { addData } from "./commands/data.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEdition } from "./commands/edition.ts";
import { addExport } from "./commands/export.ts";
import { addList } from "./commands/list.ts";
import { addMutants } from "./commands/mutants.ts";
import { addNew } from "./commands/new.ts";
import { addPropose } from "./commands/propose.ts";
import { addPublish } from "./commands/publish.ts";
import { addReplay } from "./commands/replay.ts";
import { addRun } from "./commands/run.ts";
import { addShrink } from "./commands/shrink.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addVerify } from "./commands/verify.ts";
import type { Terminal } from "./terminal.ts";
import { isForPeople } from "./terminal.ts";

/** Exit codes: 0 all well, 1 the answer is no (a claim is false, a history violates its model), 2 no answer. */
export type ExitCode = 0 | 1 | 2;

/** What a command hands back through its action. */
export interface Outcome {
  code: ExitCode;
}

const epilogue = `
Try:
  fieldbook list                                         what there is to run and to prove
  fieldbook run quorum-register --param readRepair=off   one run, with its verdict
  fieldbook simulate docs/examples/shop.yaml             a service graph of your own under load
  fieldbook verify                                       prove every claim of the book
  fieldbook check history.edn --model cas-register       is this recorded history linearizable?
  fieldbook campaign raft                                many runs of a system under drawn faults
  fieldbook shrink raft --mutant vote-not-durable        the smallest run that shows a mistake, and why
  fieldbook publish pdf -o book.pdf                      the handbook as PDF; also epub, html, zip, figures, summary
  fieldbook mutants                                      is every known mistake found?
  fieldbook edition new our-handbook                     your own edition: pages, passages, rings and numbers of yours
  fieldbook new chapter operate/caching --title Caches --owner You   a chapter that passes the checks, to write from
  fieldbook doctor                                       what falls short in the handbook?
`;

/** Runs the command line and returns its exit code; never throws for a user's mistake. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const outcome: Outcome = { code: 0 };
  const program = new Command("fieldbook")
    .description("Run the handbook's experiments, prove its claims, check recorded histories.")
    .version("0.1.0")
    .addHelpText("after", epilogue)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError("(--help shows what there is)");
  for (const add of [
    addRun,
    addSimulate,
    addVerify,
    addCheck,
    addCampaign,
    addShrink,
    addReplay,
    addMutants,
    addExport,
    addData,
    addDoctor,
    addEdition,
    addNew,
    addPropose,
    addPublish,
    addList,
  ])
    add(program, terminal, outcome);
  try {
    // Who asks for nothing is told what there is.
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!isForPeople(error)) throw error;
    terminal.err(`fieldbook: ${error.message}\n`);
    return 2;
  }
}
