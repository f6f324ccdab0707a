import { expect, vi } from "vitest";
import type { Call, Service, ServiceGraph, Source } from "../graph/declaration.ts";
import type { DurationDistribution } from "../graph/durations/duration-distribution.ts";
import type { GraphRun } from "../graph/graph-run.ts";
import { simulateGraph } from "../graph/simulate-graph.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { contains, estimateMean } from "../statistics/estimate.ts";

// Half a second of work is ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Mean time of service in all models below, µs: so long that rounding to whole µs does not show. */
export const meanService = 10_000;

export const exponential: DurationDistribution = { kind: "exponential", mean: meanService };
export const constant: DurationDistribution = { kind: "constant", value: meanService };

export interface Queue {
  /** Work offered, as a share of what the servers can do. */
  readonly utilisation: number;
  readonly servers?: number;
  readonly instances?: number;
  readonly time?: DurationDistribution;
  readonly service?: Partial<Service>;
  readonly calls?: Partial<Call>;
  readonly source?: Partial<Source>;
  /** Customers of a run, of which the first tenth is the warm-up. */
  readonly customers?: number;
}

/** Customers at random, and one service. */
export function queueGraph(queue: Queue): ServiceGraph {
  const { utilisation, servers = 1, instances = 1, time = exponential, customers = 20_000 } = queue;
  const perSecond = (utilisation * servers * instances * 1_000_000) / meanService;
  const duration = Math.round((customers / perSecond) * 1_000_000);
  return {
    name: "Queue",
    duration,
    warmUp: Math.round(duration / 10),
    sources: {
      customers: {
        arrivals: { kind: "poisson", rate: perSecond },
        calls: { to: "queue", ...queue.calls },
        ...queue.source,
      },
    },
    services: { queue: { instances, concurrency: servers, steps: [{ kind: "work", time }], ...queue.service } },
  };
}

export const queueOf = (run: GraphRun): GraphRun["services"][string] => run.services["queue"]!;
export const customersOf = (run: GraphRun): GraphRun["sources"][string] => run.sources["customers"]!;

/** In services. */
export const meanWait = (run: GraphRun): number => queueOf(run).means.wait / meanService;
export const meanSojourn = (run: GraphRun): number => queueOf(run).means.sojourn / meanService;

/** One run in ten slices, the first of which is the warm-up: short series keep short runs cheap. */
export const runOf = (graph: ServiceGraph, seed: number): GraphRun =>
  simulateGraph(graph, seed, { slice: Math.ceil(graph.duration / 10) });

/** How runs are made. */
interface Terms {
  readonly runs?: number;
  readonly run?: typeof runOf;
}

/**
 * Figures over independent runs, each with its 99.9 % interval: at fixed seeds all of the few dozen intervals in these
 * tests are to contain the truth.
 */
export function measureAll<Figure extends string>(
  graph: ServiceGraph,
  figures: Readonly<Record<Figure, (run: GraphRun) => number>>,
  { runs = 20, run = runOf }: Terms = {},
): Readonly<Record<Figure, Estimate>> {
  const results = Array.from({ length: runs }, (_, k) => run(graph, k + 1));
  const names = Object.keys(figures) as Figure[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      estimateMean(
        results.map((result) => figures[name](result)),
        0.999,
      ),
    ]),
  ) as Record<Figure, Estimate>;
}

/** One figure over independent runs. */
export const measure = (graph: ServiceGraph, figure: (run: GraphRun) => number, terms: Terms = {}): Estimate =>
  measureAll(graph, { figure }, terms).figure;

/** The interval contains the truth, and is narrow enough to tell it from anything near. */
export function expectAgreement(estimate: Estimate, truth: number, precision = 0.05): void {
  expect(contains(estimate, truth), `${estimate.mean} ± ${estimate.halfWidth} contains ${truth}`).toBe(true);
  expect(estimate.halfWidth / Math.abs(truth)).toBeLessThan(precision);
}

/** The same for a figure that is off by no more than `bias` of itself, for a reason that is named. */
export function expectNear({ mean, halfWidth }: Estimate, truth: number, bias: number, precision: number): void {
  expect(Math.abs(mean - truth), `${mean} ± ${halfWidth} is near ${truth}`).toBeLessThan(halfWidth + bias * truth);
  expect(halfWidth / truth).toBeLessThan(precision);
}
