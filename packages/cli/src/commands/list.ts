import { describeRange, experiments, writeValue } from "@fieldbook/lab";
import type { AnyExperiment } from "@fieldbook/lab";
import { systems } from "@fieldbook/systems";
import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";

/** `fieldbook list`: experiments with their parameters, systems, and claims. */
export function addList(program: Command, terminal: Terminal): void {
  program
    .command("list")
    .description("list the experiments with their parameters, the systems, and the claims of the book")
    .option("--json", "as JSON")
    .action(async (options: { json?: true }) => {
      const { claims } = await import("@fieldbook/book");
      if (options.json === true) {
        const data = {
          experiments: experiments.map(({ id, title, summary, parameters, properties, metrics }) => ({
            id,
            title,
            summary,
            parameters,
            properties,
            metrics,
          })),
          systems: systems.map(({ id, title, says, source, survives, properties, mutants }) => ({
            id,
            title,
            says,
            source,
            survives,
            properties,
            mutants,
          })),
          claims: claims.map(({ id, says, experiment }) => ({ id, says, experiment: experiment.id })),
        };
        terminal.out(`${JSON.stringify(data, null, 2)}\n`);
        return;
      }
      terminal.out(`Experiments (fieldbook run ID):\n${experiments.map(describeExperiment).join("\n")}\n`);
      const described = systems.map(
        ({ id, title, mutants }) => `  ${id} – ${title}; ${String(mutants.length)} mutants`,
      );
      terminal.out(`Systems (fieldbook campaign ID):\n${described.join("\n")}\n\n`);
      terminal.out("Claims (fieldbook verify ID):\n");
      for (const { id, says } of claims) terminal.out(`  ${id}\n      ${says}\n`);
    });
}

/** Title, parameters with range and default, and the properties that are checked. */
function describeExperiment(experiment: AnyExperiment): string {
  const lines = [`  ${experiment.id} – ${experiment.title}`];
  for (const [name, spec] of Object.entries(experiment.parameters)) {
    lines.push(`      ${name}=${writeValue(spec.default)}  ${spec.label}; ${describeRange(spec)}`);
  }
  return `${lines.join("\n")}\n`;
}
