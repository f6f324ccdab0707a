import { count, describeRange, findExperiment, fitParameters, maxSeed, metricText, writeValue } from "@fieldbook/lab";
import type { AnyExperiment, AnyValues, MetricSpec, Picture, RunResult } from "@fieldbook/lab";
import type { Estimate } from "@fieldbook/load";
import { estimateMean } from "@fieldbook/load";
import type { Command } from "commander";
import { readWhole } from "../numbers.ts";
import { sparkline } from "../sparkline.ts";
import type { Terminal } from "../terminal.ts";
import { UserError, verdictText } from "../terminal.ts";

interface RunOptions {
  readonly param?: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly runs: string;
  readonly json?: true;
}

/** Enough for an interval; more make it narrower. */
const usualRuns = "5";

/** `fieldbook run EXPERIMENT`: one run, the same as in the page and in the tests. */
export function addRun(program: Command, terminal: Terminal): void {
  program
    .command("run")
    .argument("<experiment>", "its id; `fieldbook list` shows them all")
    .description("run an experiment once and say what came of it")
    .option("-p, --param <name=value>", "set a parameter; may be given again", collectParameter)
    .option("-s, --seed <number>", "the seed; equal seeds give equal runs", "1")
    .option("-r, --runs <number>", "metrics over so many runs, with this seed and those that follow", usualRuns)
    .option("--json", "verdicts, metrics, parameters, seed and trace hash as JSON")
    .action((id: string, options: RunOptions) => {
      const experiment = findExperiment(id);
      const values = fitParameters(experiment.parameters, options.param ?? {});
      const seed = readSeed(options.seed);
      const runs = readWhole("--runs", options.runs, 1, 10_000);
      const result = experiment.run(values, seed);
      const estimates = metricsOver(experiment, values, seed, result, runs);
      if (options.json === true) {
        terminal.out(
          `${JSON.stringify({ experiment: id, seed, parameters: values, ...result, metricsOverRuns: estimates }, null, 2)}\n`,
        );
      } else {
        terminal.out(describeRun(experiment, values, seed, result, estimates));
        terminal.out(drawPicture(experiment.picture(values, seed)));
      }
    });
}

function collectParameter(text: string, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new UserError(`--param takes name=value, such as --param nodes=5; got "${text}".`);
  return { ...given, [text.slice(0, at)]: text.slice(at + 1) };
}

function readSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(seed <= maxSeed))
    throw new UserError(`--seed takes a whole number from 0 to ${String(maxSeed)}; got "${text}".`);
  return seed;
}

type Estimates = Readonly<Record<string, Estimate>>;

/** Each metric over runs with seeds from `seed` on; the first run is there already. */
function metricsOver(
  experiment: AnyExperiment,
  values: AnyValues,
  seed: number,
  first: RunResult,
  runs: number,
): Estimates {
  const names = Object.keys(experiment.metrics);
  if (names.length === 0) return {};
  const metrics = [first.metrics];
  for (let next = 1; next < runs; next += 1) metrics.push(experiment.run(values, seed + next).metrics);
  return Object.fromEntries(
    names.map((name) => [name, estimateMean(metrics.map((each) => each[name] ?? NaN).filter(Number.isFinite))]),
  );
}

/** "4.48 service times in this run; 4.02 ± 0.21 over 5 runs" */
function estimateText(value: number, { mean, halfWidth, count: runs }: Estimate, spec: MetricSpec): string {
  const here = metricText(value, spec);
  if (!Number.isFinite(halfWidth)) return `${here} (one run, so no interval)`;
  return `${here} in this run; ${mean.toFixed(spec.digits)} ± ${halfWidth.toFixed(spec.digits)} over ${String(runs)} runs (95 %)`;
}

function describeRun(
  experiment: AnyExperiment,
  values: AnyValues,
  seed: number,
  result: RunResult,
  estimates: Estimates,
): string {
  const lines = [experiment.title, experiment.summary, ""];
  for (const [name, spec] of Object.entries(experiment.parameters)) {
    const unit = "unit" in spec && spec.unit !== "" ? ` ${spec.unit}` : "";
    lines.push(`  ${name} = ${writeValue(values[name] ?? spec.default)}${unit}   (${describeRange(spec)})`);
  }
  lines.push(`  seed = ${String(seed)}`, "");
  for (const [name, { verdict, says }] of Object.entries(result.verdicts)) {
    lines.push(`${verdictText(verdict)}: ${name}. ${says}`);
  }
  for (const [name, spec] of Object.entries(experiment.metrics)) {
    const value = result.metrics[name];
    if (value !== undefined) lines.push(`${spec.label}: ${estimateText(value, estimates[name]!, spec)}`);
  }
  lines.push("", `${count(result.events)} events, trace ${result.traceHash}`);
  lines.push(`What the model leaves out: ${experiment.leavesOut}`, "");
  return `${lines.join("\n")}\n`;
}

/** The words of a service's figure. */
const describeChanged = ({ graph, latency, says }: Extract<Picture, { readonly kind: "service" }>): string =>
  `${[says, graph.says, latency.says].join("\n")}\n`;

/** As much of the figure as a terminal can show. */
function drawPicture(picture: Picture): string {
  if (picture.kind === "service") return drawPicture(picture.series) + describeChanged(picture);
  if (picture.kind === "curve") {
    const lines = picture.series.flatMap(({ label, role, points }) =>
      role === "reference"
        ? []
        : points
            .slice(0, 12)
            .map(({ x, y }) => `${label}: ${String(x)} ${picture.x.label}: ${y.toFixed(2)} ${picture.y.unit}`),
    );
    return `${lines.join("\n")}\n${picture.says}\n`;
  }
  if (picture.kind === "time-series") {
    const lines = picture.panels.flatMap(({ title, unit, series }) =>
      series.map(({ label, values }) => `${sparkline(values)}  ${title}: ${label} (${unit})`),
    );
    return `${lines.join("\n")}\n`;
  }
  if (picture.kind === "outages") {
    const width = Math.max(...picture.rows.map((row) => row.label.length));
    return `${picture.rows.map((row) => `${row.label.padEnd(width)}  up ${row.up}`).join("\n")}\n`;
  }
  const milliseconds = (time: number): string => (time / 1000).toFixed(1).padStart(9);
  const lines = picture.operations.map(({ lane, calledAt, returnedAt, label, contradicts }) => {
    const until = returnedAt === undefined ? "        …" : milliseconds(returnedAt);
    return `${contradicts ? "▶" : " "} ${milliseconds(calledAt)} –${until} ms  ${picture.lanes[lane]!.label}  ${label}`;
  });
  return `${lines.join("\n")}\n`;
}
