import { describe, expect, it } from "vitest";
import type { Source } from "../graph/declaration.ts";
import type { DurationDistribution } from "../graph/durations/duration-distribution.ts";
import type { GraphRun } from "../graph/graph-run.ts";
import { contains } from "../statistics/estimate.ts";
import { boundedQueue, finiteSource } from "../theory/bounded-queue.ts";
import { constantServiceWaitQuantile } from "../theory/constant-service.ts";
import { droppedWhenExpired } from "../theory/deadlines.ts";
import { erlangB } from "../theory/erlang.ts";
import { manyServers, sojournQuantile } from "../theory/many-servers.ts";
import { sharedSojourn, singleServer, waitsByPriority } from "../theory/single-server.ts";
import {
  constant,
  customersOf,
  expectAgreement,
  expectNear,
  measure,
  measureAll,
  meanService,
  meanSojourn,
  meanWait,
  queueGraph,
  queueOf,
} from "./queue.fixture.ts";

/** Two exponentials with balanced means: the squared coefficient of variation is 4. */
const wide: DurationDistribution = {
  kind: "hyperexponential",
  shares: [0.887_298_334_620_741_7, 0.112_701_665_379_258_3],
  means: [Math.round(meanService / 2 / 0.887_298_334_620_741_7), Math.round(meanService / 2 / 0.112_701_665_379_258_3)],
};

/** In services. */
const latency99 = (run: GraphRun): number => customersOf(run).totals.latency.p99 / meanService;

describe("M/M/c", () => {
  it("waits as Erlang's C formula says", () => {
    for (const [servers, utilisation] of [
      [1, 0.5],
      [1, 0.8],
      [2, 0.8],
      [10, 0.8],
    ] as const) {
      const truth = manyServers({ arrivalRate: servers * utilisation, meanService: 1, servers });
      const { wait, inside, busy } = measureAll(queueGraph({ utilisation, servers, customers: 30_000 }), {
        wait: meanWait,
        inside: (run) => queueOf(run).means.inside,
        busy: (run) => queueOf(run).means.utilisation,
      });
      expectAgreement(wait, truth.meanWait, 0.12);
      expectAgreement(inside, truth.meanInside, 0.12);
      expectAgreement(busy, utilisation, 0.01);
    }
  });

  it("has the 99th percentile of the closed form", () => {
    for (const servers of [1, 10]) {
      const truth = sojournQuantile({ arrivalRate: 0.6 * servers, meanService: 1, servers }, 0.99);
      const graph = queueGraph({ utilisation: 0.6, servers, customers: 30_000 });
      // Percentiles are read from buckets, within 1/256.
      expectNear(measure(graph, latency99), truth, 1 / 256, 0.06);
    }
  });
});

describe("M/G/1", () => {
  it("waits as Pollaczek and Khinchine say, whatever the distribution", () => {
    const cases: readonly (readonly [time: DurationDistribution, squaredVariation: number])[] = [
      [constant, 0],
      [{ kind: "erlang", mean: meanService, stages: 4 }, 1 / 4],
      [{ kind: "uniform", min: 0, max: 2 * meanService }, 1 / 3],
      [wide, 4],
    ];
    for (const [time, squaredVariation] of cases) {
      const truth = singleServer({ arrivalRate: 0.7, meanService: 1, squaredVariation }).meanWait;
      expectAgreement(measure(queueGraph({ utilisation: 0.7, time, customers: 25_000 }), meanWait), truth, 0.12);
    }
  });

  it("of constant service has the percentiles of Erlang and Franx", () => {
    const truth = 1 + constantServiceWaitQuantile(0.7, 1, 0.99);
    const graph = queueGraph({ utilisation: 0.7, time: constant, customers: 30_000 });
    expectNear(measure(graph, latency99), truth, 1 / 256, 0.06);
  });

  it("makes the wait for another distribution wrong", () => {
    const estimate = measure(queueGraph({ utilisation: 0.7, time: constant }), meanWait);
    expect(contains(estimate, singleServer({ arrivalRate: 0.7, meanService: 1, squaredVariation: 1 }).meanWait)).toBe(
      false,
    );
  });

  it("with last come first served has the same mean wait", () => {
    const graph = queueGraph({ utilisation: 0.7, customers: 25_000, service: { queue: { order: { kind: "lifo" } } } });
    expectAgreement(measure(graph, meanWait), manyServers({ arrivalRate: 0.7, meanService: 1 }).meanWait, 0.12);
  });

  it("with priorities waits as Cobham says", () => {
    const service = { queue: { order: { kind: "priority" } } } as const;
    const graph = queueGraph({ utilisation: 0.8, customers: 25_000, service });
    const source = (priority: number, rate: number): Source => ({
      arrivals: { kind: "poisson", rate },
      calls: { to: "queue" },
      priorities: [{ priority, share: 1 }],
    });
    const sources = { urgent: source(0, 20), ordinary: source(1, 60) };
    const waits = waitsByPriority([
      { arrivalRate: 0.2, meanService: 1, secondMoment: 2 },
      { arrivalRate: 0.6, meanService: 1, secondMoment: 2 },
    ]);
    const sojourn = (name: string) => (run: GraphRun) => run.sources[name]!.totals.latency.mean / meanService;
    const figures = { urgent: sojourn("urgent"), ordinary: sojourn("ordinary") };
    const { urgent, ordinary } = measureAll({ ...graph, sources }, figures);
    expectAgreement(urgent, 1 + waits[0]!, 0.12);
    expectAgreement(ordinary, 1 + waits[1]!, 0.12);
  });
});

describe("a bounded queue", () => {
  const lost = (run: GraphRun): number => queueOf(run).totals.failures.rejected / queueOf(run).totals.requests;

  it("loses the share of M/M/c/K, under any load", () => {
    for (const [servers, bound, utilisation] of [
      [1, 4, 0.8],
      [1, 9, 1.5],
      [3, 2, 1],
    ] as const) {
      const arrivalRate = servers * utilisation;
      const truth = boundedQueue({ arrivalRate, meanService: 1, servers, places: servers + bound });
      const graph = queueGraph({ utilisation, servers, service: { queue: { bound } } });
      const figures = measureAll(graph, { lost, wait: meanWait });
      expectAgreement(figures.lost, truth.lostShare, 0.06);
      expectAgreement(figures.wait, truth.meanWait, 0.05);
    }
  });

  it("without a place to wait loses Erlang's B, whatever the distribution", () => {
    for (const time of [constant, wide]) {
      const graph = queueGraph({ utilisation: 0.9, servers: 5, time, service: { queue: { bound: 0 } } });
      expectAgreement(measure(graph, lost), erlangB(5, 4.5), 0.04);
    }
  });
});

describe("processor sharing", () => {
  it("keeps a job for its length / (1 − ρ), whatever the distribution of lengths", () => {
    for (const time of [constant, wide] as const) {
      const graph = queueGraph({
        utilisation: 0.7,
        time,
        customers: 30_000,
        service: { concurrency: "processor-sharing" },
      });
      expectAgreement(measure(graph, meanSojourn), sharedSojourn(0.7, 1), 0.1);
    }
  });
});

describe("a closed system", () => {
  it("is the repairman's problem", () => {
    for (const [users, servers] of [
      [8, 1],
      [12, 3],
    ] as const) {
      const truth = finiteSource({ users, meanThink: 5, meanService: 1, servers });
      const graph = queueGraph({
        utilisation: 0.5,
        servers,
        source: { arrivals: { kind: "closed", users, think: { kind: "exponential", mean: 5 * meanService } } },
      });
      const services = (0.9 * graph.duration) / meanService;
      const { sojourn, throughput } = measureAll(graph, {
        sojourn: meanSojourn,
        throughput: (run) => queueOf(run).totals.requests / services,
      });
      expectAgreement(sojourn, truth.meanSojourn, 0.05);
      expectAgreement(throughput, truth.throughput, 0.02);
    }
  });
});

describe("a deadline that travels", () => {
  it("divides requests into those in time, wasted and dropped as M/M/1+D does", () => {
    for (const utilisation of [0.8, 1.5]) {
      const truth = droppedWhenExpired({ arrivalRate: utilisation, meanService: 1, deadline: 5 });
      const graph = queueGraph({
        utilisation,
        service: { dropsExpired: true },
        source: { deadline: 5 * meanService },
      });
      const { inTime, wasted, dropped } = measureAll(graph, {
        inTime: (run) => customersOf(run).totals.successes / customersOf(run).totals.requests,
        wasted: (run) => queueOf(run).means.wasted / queueOf(run).totals.requests,
        dropped: (run) => queueOf(run).totals.failures.expired / queueOf(run).totals.requests,
      });
      expectAgreement(inTime, truth.inTime, 0.02);
      expectAgreement(wasted, truth.wasted, 0.08);
      expectAgreement(dropped, truth.dropped, 0.12);
    }
  });
});
