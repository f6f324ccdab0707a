import { milliseconds, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Step } from "../graph/declaration.ts";
import type { GraphRun } from "../graph/graph-run.ts";
import { simulateGraph } from "../graph/simulate-graph.ts";
import { leastRecentlyUsed, timeToLive, zipfRates } from "../theory/cache-hits.ts";
import { exponentialFanOutMean, exponentialFanOutQuantile } from "../theory/fan-out.ts";
import { lastOfUniform, uniformOrderMean } from "../theory/order-statistics.ts";
import { sojournWithChoices } from "../theory/power-of-choices.ts";
import { renewalAvailability } from "../theory/renewal-availability.ts";
import { failsInTheEnd, layeredAttempts, meanAttempts, meanAttemptsWithBudget } from "../theory/retries.ts";
import { scaledThroughput } from "../theory/scalability.ts";
import { shardOverlap } from "../theory/sharding.ts";
import {
  constant,
  customersOf,
  expectAgreement,
  expectNear,
  exponential,
  measure,
  measureAll,
  meanService,
  meanSojourn,
  queueGraph,
} from "./queue.fixture.ts";

/** In mean services, end to end. */
const meanLatency = (run: GraphRun): number => customersOf(run).totals.latency.mean / meanService;
const callOf = (run: GraphRun): GraphRun["calls"][number] => run.calls[0]!;
/** So many servers that nobody waits. */
const unbounded = 10_000;

describe("two choices", () => {
  it("keep queues as short as the fixed point for very many servers says", () => {
    for (const choices of [1, 2, 3]) {
      const graph = queueGraph({
        utilisation: 0.8,
        instances: 200,
        customers: 80_000,
        calls: { balance: { kind: "choices", choices } },
      });
      // Two hundred servers are off the limit by about one part in two hundred.
      expectNear(measure(graph, meanSojourn, { runs: 6 }), sojournWithChoices(0.8, choices), 0.01, 0.12);
    }
  });
});

describe("a fan-out", () => {
  const fanOut = (count: number, needed?: number): ReturnType<typeof queueGraph> => {
    const step: Step = { kind: "fan-out", call: { to: "leaf" }, count, ...(needed === undefined ? {} : { needed }) };
    const graph = queueGraph({
      utilisation: 0.5,
      customers: 1_500,
      service: { concurrency: unbounded, steps: [step] },
    });
    const leaf = { instances: 1, concurrency: unbounded, steps: [{ kind: "work", time: exponential }] } as const;
    return { ...graph, services: { ...graph.services, leaf } };
  };

  it("takes the time of the slowest of so many, or of as many as are needed", () => {
    const { mean, median } = measureAll(fanOut(20), {
      mean: meanLatency,
      median: (run) => customersOf(run).totals.latency.p50 / meanService,
    });
    expectAgreement(mean, exponentialFanOutMean(1, 20), 0.02);
    expectNear(median, exponentialFanOutQuantile(1, 20, 0.5), 1 / 256, 0.02);
    expectAgreement(measure(fanOut(20, 15), meanLatency), exponentialFanOutMean(1, 20, 15), 0.02);
  });
});

describe("hedging", () => {
  it("takes the quicker of two, the second begun later", () => {
    // P(T > t) = e^(−t) up to a, then e^(−t) e^(−(t − a)); so the mean is 1 − e^(−a) / 2.
    const graph = queueGraph({
      utilisation: 0.5,
      service: { concurrency: unbounded },
      calls: { hedge: { after: meanService } },
    });
    const { latency, hedged } = measureAll(graph, {
      latency: meanLatency,
      hedged: (run) => callOf(run).hedges / callOf(run).calls,
    });
    expectAgreement(latency, 1 - Math.exp(-1) / 2, 0.02);
    expectAgreement(hedged, Math.exp(-1), 0.02);
  });
});

describe("retries", () => {
  const retry = { attempts: 3, backoff: { kind: "fixed", delay: milliseconds(1) } } as const;

  it("are a geometric series", () => {
    const graph = queueGraph({
      utilisation: 0.3,
      service: { errorShare: 0.4, concurrency: unbounded },
      calls: { retry },
    });
    const { attempts, failed } = measureAll(graph, {
      attempts: (run) => callOf(run).attempts / callOf(run).calls,
      failed: (run) => 1 - callOf(run).successes / callOf(run).calls,
    });
    expectAgreement(attempts, meanAttempts(0.4, 3), 0.01);
    expectAgreement(failed, failsInTheEnd(0.4, 3), 0.05);
  });

  it("multiply over layers to attempts^layers, exactly", () => {
    const call = { kind: "call", call: { to: "middle", retry } } as const;
    const graph = queueGraph({
      utilisation: 0.01,
      customers: 50,
      service: { steps: [call], concurrency: unbounded },
      calls: { retry },
    });
    const services = {
      ...graph.services,
      middle: {
        instances: 1,
        concurrency: unbounded,
        steps: [{ kind: "call", call: { to: "lowest", retry } }] as const,
      },
      lowest: {
        instances: 1,
        concurrency: unbounded,
        steps: [{ kind: "work", time: constant }] as const,
        errorShare: 1,
      },
    };
    const due = [0, seconds(10), seconds(20)];
    const sources = { customers: { arrivals: { kind: "trace", times: due } as const, calls: { to: "queue", retry } } };
    const run = simulateGraph({ ...graph, services, sources, duration: seconds(100), warmUp: 0 }, 1);
    expect(run.services["lowest"]!.totals.requests).toBe(due.length * layeredAttempts(3, 3));
  });

  it("are held by a budget to its share", () => {
    const graph = queueGraph({
      utilisation: 0.3,
      service: { errorShare: 1, concurrency: unbounded },
      calls: { retry: { ...retry, budget: { share: 0.1, burst: 10 } } },
    });
    // A bucket that is full at the start adds its ten tokens.
    expectNear(
      measure(graph, (run) => callOf(run).attempts / callOf(run).calls, { runs: 5 }),
      meanAttemptsWithBudget(1, 3, 0.1),
      0.001,
      0.001,
    );
  });
});

describe("full jitter", () => {
  it("spreads clients as order statistics of even draws say", () => {
    // All come at once while the service is down for a moment, and come again within ten seconds.
    const [clients, width] = [200, seconds(10)];
    const backoff = { kind: "full-jitter", base: width, cap: width } as const;
    const graph = queueGraph({
      utilisation: 0.1,
      service: { concurrency: unbounded, steps: [{ kind: "work", time: { kind: "constant", value: 0 } }] },
      source: { arrivals: { kind: "trace", times: Array.from({ length: clients }, () => 0) } },
      calls: { retry: { attempts: 2, backoff } },
    });
    const down = { kind: "down", service: "queue", at: 0, until: 1 } as const;
    const whole = { ...graph, duration: seconds(20), warmUp: 0, incidents: [down] };
    const late = lastOfUniform(width, clients, 0.5);
    const { last, mean, isLate } = measureAll(
      whole,
      {
        last: (run) => customersOf(run).totals.latency.max / width,
        mean: (run) => customersOf(run).totals.latency.mean / width,
        isLate: (run) => (customersOf(run).totals.latency.max > late ? 1 : 0),
      },
      { runs: 100 },
    );
    expectAgreement(last, uniformOrderMean(1, clients, clients), 0.01);
    expectAgreement(mean, 1 / 2, 0.03);
    expectAgreement(isLate, 0.5, 0.4);
  });
});

describe("failure and repair", () => {
  it("leaves a service up for MTTF / (MTTF + MTTR), whatever the distributions", () => {
    const part = { meanTimeToFailure: 90, meanTimeToRepair: 10 };
    for (const timeToRepair of [
      { kind: "exponential", mean: seconds(10) },
      { kind: "constant", value: seconds(10) },
    ] as const) {
      const graph = queueGraph({
        utilisation: 0.01,
        customers: 20_000,
        service: {
          concurrency: unbounded,
          failure: { timeToFailure: { kind: "exponential", mean: seconds(90) }, timeToRepair },
        },
      });
      const up = measure(graph, (run) => {
        const { requests, failures } = customersOf(run).totals;
        return 1 - failures.unavailable / requests;
      });
      // A request that is under way when the instance fails is lost as well: one service in 90 s.
      expectNear(up, renewalAvailability(part), 1 / 9_000, 0.02);
    }
  });
});

describe("a cache", () => {
  const keys = 100;
  const cached = (capacity: number, lifetime: number): ReturnType<typeof queueGraph> =>
    queueGraph({
      utilisation: 0.5,
      customers: 10_000,
      time: { kind: "constant", value: 1 },
      service: { concurrency: unbounded },
      source: { keys: { count: keys, skew: 0.8 } },
      calls: { cache: { capacity, timeToLive: lifetime } },
    });
  const hits = (run: GraphRun): number => callOf(run).cacheHits / callOf(run).calls;

  it("that drops the least recently used hits as Che's approximation says", () => {
    const truth = leastRecentlyUsed(zipfRates(keys, 0.8), 10).hitShare;
    // It is an approximation.
    expectNear(measure(cached(10, seconds(1e6)), hits), truth, 0.01, 0.03);
  });

  it("whose entries expire hits λT / (1 + λT)", () => {
    const perSecond = 50;
    const rates = zipfRates(keys, 0.8).map((rate) => rate * perSecond);
    expectAgreement(measure(cached(keys, seconds(2)), hits), timeToLive(rates, 2).hitShare, 0.03);
  });
});

describe("shuffle sharding", () => {
  it("takes down the tenants whose whole shard is down, and no others", () => {
    const [instances, shard] = [8, 2];
    const graph = queueGraph({
      utilisation: 0.1,
      instances,
      source: { tenants: 3_000 },
      calls: { balance: { kind: "shuffle-sharding", shard } },
    });
    const incidents = [{ kind: "down", service: "queue", instances: shard, at: 0, until: graph.duration }] as const;
    const down = measure({ ...graph, incidents }, (run) => {
      const { requests, failures } = customersOf(run).totals;
      return failures.unavailable / requests;
    });
    expectAgreement(down, shardOverlap(instances, shard, shard), 0.12);
  });
});

describe("the Universal Scalability Law", () => {
  it("is the time of a round that every node ends behind one lock, exactly", () => {
    // Of 10 ms of work each node does 9.8 ms by itself; in the lock it does 0.2 ms, and 5 µs for each of the others.
    const law = { contention: 0.02, coherency: 0.0005 };
    const rounds = 20;
    for (const nodes of [1, 8, 44, 100]) {
      const locked = Math.round(meanService * (law.contention + law.coherency * (nodes - 1)));
      const work = (value: number): Step => ({ kind: "work", time: { kind: "constant", value } });
      const own = work(meanService * (1 - law.contention));
      const graph = queueGraph({
        utilisation: 0.5,
        service: { steps: [{ kind: "fan-out", call: { to: "node" }, count: nodes }] },
        source: { arrivals: { kind: "closed", users: 1, think: { kind: "constant", value: 0 } } },
      });
      const services = {
        ...graph.services,
        node: { instances: 1, concurrency: nodes, steps: [own, { kind: "call", call: { to: "lock" } } as const] },
        lock: { instances: 1, concurrency: 1, steps: [work(locked)] },
      };
      const round = (meanService * nodes) / scaledThroughput(law, nodes);
      const duration = Math.round(rounds * round) + 1;
      const { totals } = customersOf(simulateGraph({ ...graph, services, duration, warmUp: 0 }, 1));
      expect(totals.successes).toBe(rounds);
      expect(totals.latency.mean).toBeCloseTo(round, 6);
    }
  });
});
