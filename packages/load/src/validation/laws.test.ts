import { keyedRandom, milliseconds, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { simulateGraph } from "../graph/simulate-graph.ts";
import { batchMeans } from "../statistics/batch-means.ts";
import { coverage } from "../statistics/coverage.ts";
import { contains, estimateMean } from "../statistics/estimate.ts";
import { estimateRatio } from "../statistics/regenerative.ts";
import { batchArrivals } from "../theory/batch-arrivals.ts";
import { manyServers } from "../theory/many-servers.ts";
import {
  customersOf,
  measure,
  meanService,
  meanSojourn,
  meanWait,
  queueGraph,
  queueOf,
  runOf,
} from "./queue.fixture.ts";

const half = manyServers({ arrivalRate: 0.5, meanService: 1 });

describe("intervals of 95 % contain the truth in 90 to 99 of 100 experiments", () => {
  it("by batch means of one run each", () => {
    const graph = queueGraph({ utilisation: 0.5, customers: 8_000 });
    const slice = Math.ceil(graph.duration / 200);
    const { share, halfWidth } = coverage(half.meanWaiting, 200, (run) => {
      const { waiting } = queueOf(simulateGraph(graph, 1_000 + run, { slice })).use;
      return batchMeans([...waiting].slice(20));
    });
    expect(share).toBeGreaterThanOrEqual(0.9);
    expect(share).toBeLessThanOrEqual(0.99);
    expect(halfWidth / half.meanWaiting).toBeLessThan(0.2);
  });

  it("by replications", () => {
    const graph = queueGraph({ utilisation: 0.5, customers: 1_000 });
    const { share, halfWidth } = coverage(half.meanWait, 200, (experiment) =>
      estimateMean(Array.from({ length: 8 }, (_, run) => meanWait(runOf(graph, 10 * experiment + run)))),
    );
    expect(share).toBeGreaterThanOrEqual(0.9);
    expect(share).toBeLessThanOrEqual(0.99);
    expect(halfWidth / half.meanWait).toBeLessThan(0.25);
  });

  it("by ratios, of a loss that is rare", () => {
    // M/M/1/4 at 50 %: 1/31 is lost.
    const graph = queueGraph({ utilisation: 0.5, customers: 1_000, service: { queue: { bound: 3 } } });
    const { share } = coverage(1 / 31, 200, (experiment) =>
      estimateRatio(
        Array.from({ length: 8 }, (_, run) => {
          const { totals } = queueOf(runOf(graph, 50_000 + 10 * experiment + run));
          return { sum: totals.failures.rejected, length: totals.requests };
        }),
      ),
    );
    expect(share).toBeGreaterThanOrEqual(0.9);
    expect(share).toBeLessThanOrEqual(0.99);
  });

  it("and not where the truth is another", () => {
    const graph = queueGraph({ utilisation: 0.5, customers: 1_000 });
    const { share } = coverage(1.3 * half.meanWait, 40, (experiment) =>
      estimateMean(Array.from({ length: 8 }, (_, run) => meanWait(runOf(graph, 10 * experiment + run)))),
    );
    expect(share).toBeLessThan(0.3);
  });
});

describe("a warm-up found by MSER-5", () => {
  it("takes out the bias of a start that floods the queue", () => {
    const graph = queueGraph({ utilisation: 0.5, customers: 20_000 });
    const flood = { kind: "traffic", source: "customers", factor: 4, at: 0, until: graph.duration / 50 } as const;
    const biased = measure({ ...graph, warmUp: 0, incidents: [flood] }, meanWait, { runs: 10 });
    const mended = measure({ ...graph, warmUp: "mser-5", incidents: [flood] }, meanWait, {
      runs: 10,
      run: simulateGraph,
    });
    expect(biased.mean).toBeGreaterThan(3 * half.meanWait);
    expect(contains(mended, half.meanWait)).toBe(true);
    expect(mended.halfWidth / half.meanWait).toBeLessThan(0.15);
  });
});

describe("Little's law", () => {
  it("is an identity on a run that ends empty, under any policy", () => {
    const random = keyedRandom(5);
    let due = 0;
    const times = Array.from({ length: 3_000 }, (_, k) => (due += Math.floor(15_000 * random.unit(1, k))));
    for (const service of [
      {},
      { queue: { order: { kind: "lifo" } } },
      { queue: { bound: 3 } },
      { concurrency: "processor-sharing" },
      { errorShare: 0.2 },
    ] as const) {
      const graph = queueGraph({
        utilisation: 0.5,
        service,
        source: { arrivals: { kind: "trace", times } },
        calls: {
          timeout: milliseconds(80),
          retry: { attempts: 3, backoff: { kind: "full-jitter", base: milliseconds(50), cap: seconds(1) } },
        },
      });
      const duration = due + seconds(1_000);
      const { means, totals } = queueOf(simulateGraph({ ...graph, duration, warmUp: 0 }, 3));
      const left = totals.requests - totals.failures.rejected;
      expect((means.inside * duration) / (means.sojourn * left)).toBeCloseTo(1, 9);
    }
  });

  it("holds for long runs, end to end", () => {
    const run = simulateGraph(queueGraph({ utilisation: 0.8, customers: 100_000 }), 4);
    const { means, totals } = queueOf(run);
    const rate = totals.requests / (run.duration - run.warmUp);
    expect(Math.abs((rate * means.sojourn) / means.inside - 1)).toBeLessThan(0.002);
  });
});

describe("requests", () => {
  it("are conserved: each succeeded, failed or is under way", () => {
    for (const timeout of [milliseconds(5), milliseconds(50), Infinity]) {
      const graph = queueGraph({
        utilisation: 1.3,
        customers: 5_000,
        service: { queue: { bound: 20 }, errorShare: 0.1 },
        calls: {
          ...(timeout === Infinity ? {} : { timeout }),
          retry: { attempts: 2, backoff: { kind: "fixed", delay: milliseconds(20) } },
        },
      });
      const { totals, pending } = customersOf(simulateGraph({ ...graph, warmUp: 0 }, 2));
      const failed = Object.values(totals.failures).reduce((sum, count) => sum + count, 0);
      expect(totals.successes + failed + pending).toBe(totals.requests);
      expect(failed).toBeGreaterThan(0);
    }
  });
});

describe("relations between runs", () => {
  it("a slower clock changes no figure but its unit", () => {
    const fast = queueGraph({ utilisation: 0.8 });
    const slow = queueGraph({ utilisation: 0.8, time: { kind: "exponential", mean: 10 * meanService } });
    const wait = meanWait(simulateGraph(fast, 6));
    const slowed = {
      ...slow,
      duration: 10 * slow.duration,
      warmUp: slow.duration,
      sources: { customers: { ...slow.sources["customers"]!, arrivals: { kind: "poisson", rate: 8 } } },
    } as const;
    expect(meanWait(simulateGraph(slowed, 6)) / 10 / wait).toBeCloseTo(1, 3);
  });

  it("two sources of half the rate are one of the whole", () => {
    const graph = queueGraph({ utilisation: 0.8, customers: 30_000 });
    const source = { ...graph.sources["customers"]!, arrivals: { kind: "poisson", rate: 40 } } as const;
    const split = { ...graph, sources: { customers: source, others: source } };
    const truth = manyServers({ arrivalRate: 0.8, meanService: 1 }).meanWait;
    const estimate = measure(split, meanWait);
    expect(contains(estimate, truth)).toBe(true);
    expect(estimate.halfWidth / truth).toBeLessThan(0.12);
  });

  it("customers in batches wait as M^[X]/M/1 says", () => {
    // Batches of one to four, each as likely: mean 2.5, second moment 7.5.
    const values = Array.from({ length: 20 }, (_, run) => {
      const random = keyedRandom(run);
      const times: number[] = [];
      let due = 0;
      for (let batch = 0; batch < 10_000; batch += 1) {
        due += Math.round((-Math.log(1 - random.unit(1, batch)) * meanService) / 0.24);
        for (let member = 0; member <= Math.floor(4 * random.unit(2, batch)); member += 1) times.push(due);
      }
      const graph = queueGraph({ utilisation: 0.6, source: { arrivals: { kind: "trace", times } } });
      return meanSojourn(runOf({ ...graph, duration: due, warmUp: Math.round(due / 10) }, run));
    });
    const estimate = estimateMean(values, 0.999);
    const queue = { batchRate: 0.24, meanSize: 2.5, secondMomentOfSize: 7.5, meanService: 1 };
    const truth = batchArrivals(queue).meanSojourn;
    expect(contains(estimate, truth), `${estimate.mean} ± ${estimate.halfWidth} contains ${truth}`).toBe(true);
    expect(estimate.halfWidth / truth).toBeLessThan(0.06);
  });
});
