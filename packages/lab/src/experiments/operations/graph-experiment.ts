import type { GraphRun, ServiceGraph } from "@fieldbook/load";
import { simulateGraph } from "@fieldbook/load";
import type { AnyExperiment, Experiment, MetricSpec, PropertyVerdict } from "../../experiment.ts";
import { defineExperiment } from "../../experiment.ts";
import type { ParameterSpecs, ValuesOf } from "../../parameters.ts";
import { servicePicture } from "./service-figure.ts";

/** What an experiment with a service graph says of a run. */
export interface GraphFindings {
  readonly verdicts?: Readonly<Record<string, PropertyVerdict>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** The run in one or two sentences, with its numbers. */
  readonly says: string;
}

/** An experiment whose model is a service graph: the graph for each setting of the knobs, and what is read off a run. */
export interface GraphExperiment<Specs extends ParameterSpecs> extends Pick<
  Experiment<Specs>,
  "id" | "title" | "summary" | "leavesOut" | "parameters" | "properties"
> {
  readonly metrics: Readonly<Record<string, MetricSpec>>;
  validate?(values: ValuesOf<Specs>): string | undefined;
  graph(values: ValuesOf<Specs>): ServiceGraph;
  findings(values: ValuesOf<Specs>, run: GraphRun): GraphFindings;
}

/** Declares an experiment with a service graph. Its figure is the graph, the series, the heat map and what changed. */
export function defineGraphExperiment<const Specs extends ParameterSpecs>(
  definition: GraphExperiment<Specs>,
): AnyExperiment {
  const simulate = (values: ValuesOf<Specs>, seed: number): GraphRun => simulateGraph(definition.graph(values), seed);
  return defineExperiment<Specs>({
    ...definition,
    run(values, seed) {
      const run = simulate(values, seed);
      const { verdicts = {}, metrics } = definition.findings(values, run);
      return { verdicts, metrics, traceHash: run.traceHash, events: run.handledEvents };
    },
    picture(values, seed, against) {
      const run = simulate(values, seed);
      const { says } = definition.findings(values, run);
      if (against === undefined) return servicePicture({ graph: definition.graph(values), run, says });
      const control = simulate(against.values, seed);
      const told = definition.findings(against.values, control).says;
      return servicePicture(
        { graph: definition.graph(values), run, says },
        { run: control, name: against.name, says: told },
      );
    },
  });
}
