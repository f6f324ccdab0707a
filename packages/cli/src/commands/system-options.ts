import type { System, SystemSettings } from "@fieldbook/engine";
import type { Command } from "commander";
import { readWhole } from "../numbers.ts";
import { UserError } from "../terminal.ts";

/** Options that say which run of a system is meant; the same for all commands. */
export interface SystemOptions {
  readonly mutant?: string;
  readonly nodes?: string;
  readonly clients?: string;
  readonly operations?: string;
  readonly faults?: string;
  readonly schedule?: string;
}

export function addSystemOptions(command: Command): Command {
  return command
    .option("-m, --mutant <id>", "one of its known mistakes; the correct system when absent")
    .option("--nodes <number>", "how many nodes")
    .option("--clients <number>", "how many clients")
    .option("--operations <number>", "operations of each client")
    .option("--faults <mix>", "swarm (a mix drawn from the seed) or calm (none)", "swarm")
    .option("--schedule <kind>", "latencies or priorities; a swarm draws which when absent");
}

/** @throws UserError naming the option that does not fit */
export function readSettings(system: System, options: SystemOptions): SystemSettings {
  const { mutant, nodes, clients, operations, faults = "swarm", schedule } = options;
  if (mutant !== undefined && !system.mutants.some(({ id }) => id === mutant)) {
    const known = system.mutants.map(({ id }) => id).join(", ");
    throw new UserError(`"${system.id}" has no mutant "${mutant}"; it has ${known}.`);
  }
  if (faults !== "swarm" && faults !== "calm") throw new UserError(`--faults takes swarm or calm; got "${faults}".`);
  if (schedule !== undefined && schedule !== "latencies" && schedule !== "priorities") {
    throw new UserError(`--schedule takes latencies or priorities; got "${schedule}".`);
  }
  return {
    ...(mutant === undefined ? {} : { mutant }),
    ...(nodes === undefined ? {} : { nodes: readWhole("--nodes", nodes, system.nodes.min, system.nodes.max) }),
    ...(clients === undefined ? {} : { clients: readWhole("--clients", clients, 1, 100) }),
    ...(operations === undefined ? {} : { operations: readWhole("--operations", operations, 0, 100_000) }),
    faults,
    ...(schedule === undefined ? {} : { schedule }),
  };
}
