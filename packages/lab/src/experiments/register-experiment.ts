import { describeOperation } from "@fieldbook/check";
import { simulate, trueClock } from "@fieldbook/engine";
import type { Body, Run, Scenario } from "@fieldbook/engine";
import type { Against, AnyExperiment, MetricSpec, RunResult } from "../experiment.ts";
import { defineExperiment, ExperimentError } from "../experiment.ts";
import { count } from "../judge.ts";
import type { ParameterSpecs, ValuesOf } from "../parameters.ts";
import type { SpaceTimePicture } from "../picture.ts";
import type { RegisterFinding, RegisterProperty } from "./register-properties.ts";
import { decide, registerProperties } from "./register-properties.ts";
import { spaceTimePicture } from "./space-time.ts";

export interface RegisterExperiment<
  Specs extends ParameterSpecs,
  State extends object,
  Requests extends Body,
  Replies extends Body,
  Config,
> {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly leavesOut: string;
  readonly parameters: Specs;
  /** Unless one is asked for, a figure marks the first of these that is violated. */
  readonly properties: readonly RegisterProperty[];
  validate?(values: ValuesOf<Specs>): string | undefined;
  scenario(values: ValuesOf<Specs>, seed: number): Scenario<State, Requests, Replies, Config>;
  /** When the final reads begin, in virtual µs; Infinity when there are none. */
  finalReadsAt(values: ValuesOf<Specs>): number;
}

const metrics = {
  answered: { label: "share of operations answered", unit: "%", digits: 1 },
  readLatency: { label: "read latency", unit: "ms", digits: 1 },
  writeLatency: { label: "write latency", unit: "ms", digits: 1 },
} as const satisfies Record<string, MetricSpec>;

/** An experiment on one replicated register: a scenario of the engine, its history checked, its run drawn. */
export function registerExperiment<
  const Specs extends ParameterSpecs,
  State extends object,
  Requests extends Body,
  Replies extends Body,
  Config,
>(definition: RegisterExperiment<Specs, State, Requests, Replies, Config>): AnyExperiment {
  const { id, title, summary, leavesOut, parameters, properties } = definition;
  const finalReadsFrom = (run: Run, values: ValuesOf<Specs>): number => {
    const at = definition.finalReadsAt(values);
    return run.history.find((operation) => operation.calledAt >= at)?.called ?? Infinity;
  };
  const run = (values: ValuesOf<Specs>, seed: number, wanted?: readonly string[]): RunResult => {
    const result = simulate(definition.scenario(values, seed), seed);
    const options = { finalReadsFrom: finalReadsFrom(result, values), reduce: wanted === undefined };
    const verdicts: Record<string, RegisterFinding> = {};
    for (const property of properties) {
      if (wanted?.includes(property) ?? true) verdicts[property] = decide(result, property, options);
    }
    return { verdicts, metrics: measure(result), traceHash: result.traceHash, events: result.events };
  };
  const picture = (
    values: ValuesOf<Specs>,
    seed: number,
    _against?: Against<ValuesOf<Specs>>,
    asked?: string,
  ): SpaceTimePicture => {
    const scenario = definition.scenario(values, seed);
    const result = simulate(scenario, seed, { record: true });
    const options = { finalReadsFrom: finalReadsFrom(result, values), reduce: true };
    const drawn = properties.filter((property) => asked === undefined || property === asked);
    const findings = drawn.map((property) => decide(result, property, options));
    const shown = findings.find(({ verdict }) => verdict === "violated") ?? findings[0];
    if (shown === undefined) throw new ExperimentError(`Experiment "${id}" has no property "${String(asked)}".`);
    return spaceTimePicture({
      run: result,
      nodes: scenario.nodes,
      clocks: scenario.clocks ?? Array.from({ length: scenario.nodes }, () => trueClock),
      describe: describeOperation,
      contradicting: shown.contradicting,
      ...(shown.verdict === "violated" ? { contradiction: shown.says } : {}),
      says: describeRun(scenario.nodes, scenario.workload.clients, result, shown),
    });
  };
  const specs = Object.fromEntries(properties.map((property) => [property, registerProperties[property]]));
  return defineExperiment<Specs>({
    id,
    title,
    summary,
    leavesOut,
    parameters,
    properties: specs,
    metrics,
    ...(definition.validate === undefined ? {} : { validate: (values) => definition.validate?.(values) }),
    run,
    picture,
  });
}

function measure(run: Run): Record<string, number> {
  const answered = run.history.filter(({ outcome }) => outcome !== "open");
  const latency = (f: string): Record<string, number> => {
    const times = answered
      .filter((operation) => operation.f === f)
      .map(({ calledAt, returnedAt }) => returnedAt - calledAt);
    if (times.length === 0) return {};
    return { [`${f}Latency`]: times.reduce((sum, time) => sum + time, 0) / times.length / 1_000 };
  };
  return {
    answered: (100 * answered.length) / Math.max(1, run.history.length),
    ...latency("read"),
    ...latency("write"),
  };
}

function describeRun(nodes: number, clients: number, run: Run, shown: RegisterFinding): string {
  const partitions = run.faults.filter((fault) => fault.kind !== "crash" && fault.at < run.endedAt).length;
  const crashes = run.faults.filter((fault) => fault.kind === "crash" && fault.at < run.endedAt).length;
  const faults = [
    ...(partitions > 0 ? [`${String(partitions)} ${partitions === 1 ? "partition" : "partitions"}`] : []),
    ...(crashes > 0 ? [`${String(crashes)} ${crashes === 1 ? "crash" : "crashes"}`] : []),
  ];
  const weather = faults.length === 0 ? "no partition and no crash" : faults.join(" and ");
  const size = `${String(clients)} clients, ${String(nodes)} nodes, ${count(run.history.length)} operations`;
  return `${size} in ${(run.endedAt / 1_000).toFixed(0)} ms, with ${weather}. ${shown.says}`;
}
