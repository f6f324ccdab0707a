import type { ServiceGraph } from "../declaration.ts";
import type { GraphRun } from "../graph-run.ts";
import { simulateGraph } from "../simulate-graph.ts";
import type { KeyFigure } from "./key-figures.ts";
import { keyFigures } from "./key-figures.ts";
import type { Estimate } from "../../statistics/estimate.ts";
import { estimateMean } from "../../statistics/estimate.ts";

/** A key figure over independent runs; `value` is their mean. */
export interface ReplicatedFigure extends KeyFigure {
  /** How many runs had it. */
  readonly runs: number;
  /** Half the width of the 95 % interval of the mean (Student's t); NaN for fewer than two runs. */
  readonly halfWidth: number;
  /** The figure of each run, by seed; NaN where a run had nothing to measure. */
  readonly values: readonly number[];
}

export interface Replications {
  /** The run of the first seed, whole. */
  readonly first: GraphRun;
  readonly figures: readonly ReplicatedFigure[];
  /** What any of the runs has to say before its figures, each once. */
  readonly warnings: readonly string[];
}

/**
 * Runs of a graph with the seeds `first`, `first` + 1 …, and their key figures, each with the 95 % interval of its mean.
 * The runs are independent, so the interval rests on nothing but their number and the near normality of figures.
 *
 * @param runs at least 1
 * @throws GraphError with all that is wrong with the declaration
 */
export function replicateGraph(graph: ServiceGraph, first: number, runs: number): Replications {
  const run = simulateGraph(graph, first);
  const warnings = new Set(run.warnings);
  const ofRuns = [keyFigures(run)];
  for (let next = 1; next < runs; next += 1) {
    const another = simulateGraph(graph, first + next);
    for (const warning of another.warnings) warnings.add(warning);
    ofRuns.push(keyFigures(another));
  }
  const figures = ofRuns[0]!.map((figure): ReplicatedFigure => {
    const values = ofRuns.map((each) => each.find((one) => isSame(one, figure))?.value ?? NaN);
    const { mean, halfWidth, count } = estimateMean(values.filter((value) => Number.isFinite(value)));
    return { ...figure, value: mean, runs: count, halfWidth, values };
  });
  return { first: run, figures, warnings: [...warnings] };
}

const isSame = (one: KeyFigure, other: KeyFigure): boolean => one.about === other.about && one.id === other.id;

/** One figure over the same seeds with a change and without it. */
export interface ReplicatedChange {
  readonly control: ReplicatedFigure;
  readonly figure: ReplicatedFigure;
  /** Of the differences seed by seed: the same requests on both sides, so that what they share falls out. */
  readonly difference: Estimate;
}

/** What a change did, in the order of the figures: those whose interval of the difference does not hold 0. */
export function replicatedChanges(
  figures: readonly ReplicatedFigure[],
  control: readonly ReplicatedFigure[],
): readonly ReplicatedChange[] {
  return figures.flatMap((figure) => {
    const was = control.find((one) => isSame(one, figure));
    if (was === undefined) return [];
    const differences = figure.values.map((value, run) => value - was.values[run]!);
    const difference = estimateMean(differences.filter((value) => Number.isFinite(value)));
    const isClear = difference.mean !== 0 && !(Math.abs(difference.mean) <= difference.halfWidth);
    return isClear ? [{ control: was, figure, difference }] : [];
  });
}
