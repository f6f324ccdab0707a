import { exportGraphRun, graphExportFormats, maxSeed } from "@fieldbook/lab";
import type { DeclarationEdit, ServiceGraph } from "@fieldbook/load";
import { readServiceGraph, replicatedChanges, replicateGraph, simulateGraph } from "@fieldbook/load";
import type { Command } from "commander";
import { basename } from "node:path";
import { readTextFile, refuseToOverwrite, writeFile } from "../files.ts";
import { readWhole } from "../numbers.ts";
import type { Terminal } from "../terminal.ts";
import { progressLine, UserError } from "../terminal.ts";
import { describeChanges, describeGraphRun } from "./graph-text.ts";

interface SimulateOptions {
  readonly seed: string;
  readonly runs?: string;
  readonly set?: readonly DeclarationEdit[];
  readonly without?: readonly DeclarationEdit[];
  readonly against?: string;
  readonly json?: true;
  readonly export?: string;
  readonly out?: string;
  readonly force?: true;
}

/** Enough for an interval; more make it narrower. */
const usualRuns = "5";

/** Of so many requests one is traced where a run is exported. */
const tracesAtMost = 500;

/** `fieldbook simulate FILE`: a service graph under load, and what changed against a control. */
export function addSimulate(program: Command, terminal: Terminal): void {
  const formats = graphExportFormats.map(({ id, says }) => `  ${id.padEnd(13)} ${says}`).join("\n");
  program
    .command("simulate")
    .argument("<file>", "a service graph in YAML; docs/service-graph.md tells how to write one")
    .description("run a service graph under load and say what operations would see")
    .option("-s, --seed <number>", "the seed; equal seeds give equal runs", "1")
    .option("-r, --runs <number>", `so many runs, with this seed and those that follow; ${usualRuns} when absent`)
    .option("--set <place=value>", "change a value, as the file would write it; may be given again", collectSet)
    .option("--without <place>", "take a key away; may be given again", collectWithout)
    .option("--against <file>", "another graph as control; the file as it is written when there are edits")
    .option("--json", "the run, and what changed, as JSON")
    .option("--export <format>", graphExportFormats.map(({ id }) => id).join(", "))
    .option("-o, --out <file>", "where an export goes; standard output when absent")
    .option("--force", "write over a file that is there already")
    .addHelpText("after", `\nFormats of --export:\n${formats}\n`)
    .action((file: string, options: SimulateOptions) => {
      const edits = [...(options.set ?? []), ...(options.without ?? [])];
      const graph = readGraph(file, edits);
      const control =
        options.against === undefined
          ? edits.length > 0
            ? readGraph(file, [])
            : undefined
          : readGraph(options.against, []);
      const seed = readWhole("--seed", options.seed, 0, maxSeed);
      if (options.export !== undefined) return writeExport(graph, seed, options, terminal);
      simulate(graph, control, seed, options, terminal);
    });
}

const readGraph = (file: string, edits: readonly DeclarationEdit[]): ServiceGraph =>
  readServiceGraph(readTextFile(file), basename(file), edits);

function collectSet(text: string, given: readonly DeclarationEdit[] = []): readonly DeclarationEdit[] {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new UserError(`--set takes place=value, such as --set services.shop.instances=5; got "${text}".`);
  }
  return [...given, { kind: "set", path: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }];
}

const collectWithout = (path: string, given: readonly DeclarationEdit[] = []): readonly DeclarationEdit[] => [
  ...given,
  { kind: "without", path },
];

/** Series as lists; what JSON can not hold as null or as a text. */
function asJson(key: string, value: unknown): unknown {
  // The heat map has a value for each slice and row; exports have it.
  if (key === "heat") return undefined;
  if (value === Infinity) return "Infinity";
  if (value instanceof Float64Array) return Array.from(value, (number) => (Number.isFinite(number) ? number : null));
  return value;
}

function simulate(
  graph: ServiceGraph,
  control: ServiceGraph | undefined,
  seed: number,
  options: SimulateOptions,
  terminal: Terminal,
): void {
  const runs = readWhole("--runs", options.runs ?? usualRuns, 1, 10_000);
  const progress = progressLine(terminal);
  progress.show(`${graph.name}: ${String(runs)} runs`);
  const replications = replicateGraph(graph, seed, runs);
  const before = control === undefined ? undefined : replicateGraph(control, seed, runs);
  progress.clear();
  const { first, figures, warnings } = replications;
  const changes = before === undefined ? undefined : replicatedChanges(figures, before.figures);
  if (options.json === true) {
    const compared = before === undefined ? {} : { control: before.figures, controlWarnings: before.warnings, changes };
    terminal.out(`${JSON.stringify({ ...first, warnings, runs, figures, ...compared }, asJson, 2)}\n`);
    return;
  }
  terminal.out(describeGraphRun(graph, replications));
  if (before === undefined || changes === undefined) return;
  const name = options.against ?? "the file as it is written";
  terminal.out(describeChanges(changes, { name, runs, warnings: before.warnings }));
}

function writeExport(graph: ServiceGraph, seed: number, options: SimulateOptions, terminal: Terminal): void {
  if (options.runs !== undefined || options.json === true) {
    const which = options.runs === undefined ? "--json" : "--runs";
    throw new UserError(`--export writes one run in a format of its own: leave ${which} out.`);
  }
  const known = graphExportFormats.find(({ id }) => id === options.export);
  if (known === undefined) {
    throw new UserError(
      `There is no format "${options.export!}"; there are: ${graphExportFormats.map(({ id }) => id).join(", ")}.`,
    );
  }
  if (options.out !== undefined) refuseToOverwrite(options.out, options.force === true);
  // How many requests there will be is known once the run was made; it is cheap to make again.
  const requests = Object.values(simulateGraph(graph, seed).sources).reduce(
    (sum, { totals }) => sum + totals.requests,
    0,
  );
  const traceEvery = Math.max(1, Math.ceil(requests / tracesAtMost));
  const text = exportGraphRun(simulateGraph(graph, seed, { traceEvery }), known.id);
  if (options.out === undefined) {
    terminal.out(text.endsWith("\n") ? text : `${text}\n`);
    return;
  }
  writeFile(options.out, text, options.force === true);
  terminal.err(`Written to ${options.out}. ${known.says}\n`);
}
