import type { ServiceGraph } from "../declaration.ts";
import { simulateGraph } from "../simulate-graph.ts";
import type { KeyFigure } from "./key-figures.ts";
import { keyFigures } from "./key-figures.ts";
import { studentTQuantile } from "../../statistics/student-t.ts";

/** A key figure over independent runs; `value` is their mean. */
export interface ReplicatedFigure extends KeyFigure {
  /** How many runs had it. */
  readonly runs: number;
  /** Half the width of the 95 % interval of the mean (Student's t); NaN for fewer than two runs. */
  readonly halfWidth: number;
}

/**
 * The key figures of a graph over runs with the seeds `first`, `first` + 1 …, each with the 95 % interval of its mean.
 * The runs are independent, so the interval rests on nothing but their number and the near normality of figures.
 *
 * @param runs at least 1
 * @throws GraphError with all that is wrong with the declaration
 */
export function replicateGraph(graph: ServiceGraph, first: number, runs: number): readonly ReplicatedFigure[] {
  const samples = new Map<string, { readonly figure: KeyFigure; readonly values: number[] }>();
  for (let run = 0; run < runs; run += 1) {
    for (const figure of keyFigures(simulateGraph(graph, first + run))) {
      const key = `${figure.about} ${figure.id}`;
      const sample = samples.get(key) ?? { figure, values: [] };
      samples.set(key, sample);
      if (Number.isFinite(figure.value)) sample.values.push(figure.value);
    }
  }
  return [...samples.values()].map(({ figure, values }) => ({
    ...figure,
    value: mean(values),
    runs: values.length,
    halfWidth: halfWidth(values),
  }));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function halfWidth(values: readonly number[]): number {
  const { length } = values;
  if (length < 2) return NaN;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return studentTQuantile(0.975, length - 1) * Math.sqrt(squares / (length - 1) / length);
}
