import { milliseconds, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Step } from "./declaration.ts";
import { graphOf, poisson, steadyWork, work } from "./graph.fixture.ts";
import { simulateGraph } from "./simulate-graph.ts";

const callTo = (to: string, more: object = {}): Step => ({ kind: "call", call: { to, ...more } });
const due = (...at: readonly number[]): { readonly kind: "trace"; readonly times: readonly number[] } => ({
  kind: "trace",
  times: at.map(milliseconds),
});

describe("a run", () => {
  const graph = graphOf({ queue: { bound: 5 } }, { calls: { timeout: milliseconds(50) } });

  it("is the same for the same seed, and another for another", () => {
    expect(simulateGraph(graph, 3)).toEqual(simulateGraph(graph, 3));
    expect(simulateGraph(graph, 3).traceHash).not.toBe(simulateGraph(graph, 4).traceHash);
  });

  it("does not depend on what is observed", () => {
    const run = simulateGraph(graph, 3);
    const observed = simulateGraph(graph, 3, { traceEvery: 1 });
    expect(observed.sources).toEqual(run.sources);
    expect(observed.spans.length).toBeGreaterThan(run.sources["users"]!.totals.requests);
  });

  it("has the same arrivals and demands without a policy", () => {
    const retrying = graphOf(
      { queue: { bound: 5 } },
      { calls: { timeout: milliseconds(50), retry: { attempts: 3, backoff: { kind: "fixed", delay: 1_000 } } } },
    );
    const [one, other] = [simulateGraph(graph, 3), simulateGraph(retrying, 3)];
    expect(other.sources["users"]!.series.requests).toEqual(one.sources["users"]!.series.requests);
    expect(other.services["shop"]!.totals.requests).toBeGreaterThan(one.services["shop"]!.totals.requests);
  });

  it("counts the latency from the moment a request was due, though it waited", () => {
    // Three at once, 10 ms each: 10, 20 and 30 ms.
    const run = simulateGraph(graphOf({ steps: [steadyWork(10)] }, { users: { arrivals: due(0, 0, 0) } }), 1);
    expect(run.sources["users"]!.totals.latency).toMatchObject({ count: 3, mean: 20_000, max: 30_000 });
    expect(run.services["shop"]!.means).toMatchObject({ wait: 10_000, sojourn: 20_000 });
  });

  it("leaves the warm-up out of totals, not of series", () => {
    const arrivals = due(100, 1_500, 1_600);
    const warmUp = seconds(1);
    const run = simulateGraph(graphOf({}, { users: { arrivals }, warmUp }), 1, { slice: milliseconds(500) });
    expect(run.warmUp).toBe(warmUp);
    expect(run.sources["users"]!.totals.requests).toBe(2);
    expect(run.sources["users"]!.series.requests[0]).toBe(1);
  });

  it("finds the end of the warm-up by MSER-5 where it is asked to", () => {
    // The first 20 s bring five times the traffic.
    const incidents = [{ kind: "traffic", source: "users", factor: 1.6, at: 0, until: seconds(20) }] as const;
    const run = simulateGraph(graphOf({}, { warmUp: "mser-5", incidents, duration: seconds(200) }), 1);
    expect(run.warmUp).toBeGreaterThan(seconds(10));
    expect(run.warmUp).toBeLessThan(seconds(100));
  });

  it("says that there is no steady state where the load is above an unbounded capacity", () => {
    const run = simulateGraph(graphOf({}, { users: { arrivals: poisson(125) }, duration: seconds(10) }), 1);
    expect(run.warnings).toEqual([
      "shop: the work offered to it is 125 % of what its 1 server can do, and its queue has no bound: there is no steady state, and means depend on how long the run is.",
    ]);
    expect(simulateGraph(graphOf({}, { duration: seconds(10) }), 1).warnings).toEqual([]);
  });

  it("sees from the run that there is none where retries or held servers are the load", () => {
    const slowly = { services: { store: { concurrency: 1_000, steps: [steadyWork(20)] } } };
    const steps = [steadyWork(5), { kind: "call", call: { to: "store" } } as const];
    const held = simulateGraph(graphOf({ steps }, slowly), 1);
    const grows =
      "shop: ever more requests wait, all through the run: there is no steady state, and means depend on how long the run is.";
    expect(held.warnings).toEqual([grows]);
    expect(simulateGraph(graphOf({ steps, holdsServer: false }, slowly), 1).warnings).toEqual([]);
    const retry = { attempts: 4, backoff: { kind: "fixed", delay: 0 } } as const;
    const users = { arrivals: poisson(90) };
    const retried = simulateGraph(graphOf({}, { calls: { timeout: milliseconds(100), retry }, users }), 1);
    expect(retried.warnings).toEqual([grows]);
  });

  it("says what is declared and never comes to anything", () => {
    const late = { kind: "cache-flush", service: "shop", at: seconds(200), until: seconds(200) } as const;
    const arrivals = { kind: "trace", times: [0, seconds(99), seconds(100), seconds(101)] } as const;
    const idle = graphOf({}, { users: { arrivals }, services: { ghost: {} }, incidents: [late] });
    expect(simulateGraph(idle, 1).warnings).toEqual([
      "incidents[0] (cache-flush) begins when the run is over: lengthen `duration`, or let it begin sooner.",
      "ghost: nobody calls it.",
      "users: 2 of its times lie after the end of the run.",
    ]);
  });

  it("ends with where requests wait when more are under way than a run may have", () => {
    const flood = graphOf({}, { users: { arrivals: poisson(100_000) } });
    expect(() => simulateGraph(flood, 1)).toThrow(
      /^services\.shop\.queue\.bound: After 1\d\.\d s of the run 1000000 requests are under way, \d{6} of them waiting at shop\. Bound/,
    );
  });

  it("refuses a run that would not end in a day", () => {
    expect(() => simulateGraph(graphOf({}, { users: { arrivals: poisson(1e9) } }), 1)).toThrow(/1\.0e\+11 requests/);
  });

  it("opens with requests of closed users: as many under way as there are", () => {
    const arrivals = { kind: "closed", users: 4, think: { kind: "constant", value: milliseconds(30) } } as const;
    const run = simulateGraph(graphOf({ steps: [steadyWork(10)], concurrency: 4 }, { users: { arrivals } }), 1);
    // Each user sends every 40 ms.
    expect(run.sources["users"]!.totals.requests).toBe(4 * (100_000 / 40));
    expect(run.services["shop"]!.means.inside).toBeCloseTo(1, 2);
  });
});

describe("steps", () => {
  it("hold a server during a call, unless the service does not hold servers", () => {
    const services = { database: { steps: [steadyWork(90)], concurrency: 100 } };
    const steps = [steadyWork(10), callTo("database")];
    const users = { arrivals: due(0, 0) };
    const holding = simulateGraph(graphOf({ steps }, { services, users }), 1);
    const free = simulateGraph(graphOf({ steps, holdsServer: false }, { services, users }), 1);
    expect(holding.sources["users"]!.totals.latency.max).toBe(200_000);
    expect(free.sources["users"]!.totals.latency.max).toBe(110_000);
  });

  it("that fan out end with the slowest, or with as many as are needed", () => {
    const services = { leaf: { concurrency: 1, steps: [steadyWork(10)] } };
    const fanOut = (needed?: number): Step => ({
      kind: "fan-out",
      call: { to: "leaf" },
      count: 5,
      ...(needed === undefined ? {} : { needed }),
    });
    const users = { arrivals: due(0) };
    const latency = (step: Step): number =>
      simulateGraph(graphOf({ steps: [step] }, { services, users }), 1).sources["users"]!.totals.latency.max;
    expect(latency(fanOut())).toBe(50_000);
    expect(latency(fanOut(2))).toBe(20_000);
  });

  it("fail with a dependency, or go on degraded without a soft one", () => {
    const services = { extras: { steps: [steadyWork(1)], errorShare: 1 } };
    const hard = simulateGraph(graphOf({ steps: [callTo("extras")] }, { services }), 1);
    const soft = simulateGraph(graphOf({ steps: [callTo("extras", { optional: true })] }, { services }), 1);
    const { totals } = hard.sources["users"]!;
    expect(totals.failures.dependency).toBe(totals.requests);
    expect(soft.sources["users"]!.totals).toMatchObject({ successes: totals.requests, degraded: totals.requests });
  });

  it("travel the network twice", () => {
    const calls = { network: { kind: "constant", value: milliseconds(7) } } as const;
    const run = simulateGraph(graphOf({ steps: [steadyWork(10)] }, { calls, users: { arrivals: due(0) } }), 1);
    expect(run.sources["users"]!.totals.latency.max).toBe(24_000);
  });

  it("share a processor: two that come together take twice as long", () => {
    const users = { arrivals: due(0, 0, 40) };
    const run = simulateGraph(graphOf({ concurrency: "processor-sharing", steps: [steadyWork(20)] }, { users }), 1);
    expect(run.sources["users"]!.totals.latency).toMatchObject({
      p50: expect.closeTo(40_000, -3) as number,
      max: 40_000,
    });
    expect(run.services["shop"]!.means.utilisation).toBeCloseTo(0.06 / 100, 6);
  });
});

describe("spans", () => {
  it("tell a request from its source through calls to instances, each within its parent", () => {
    const services = { database: {} };
    const graph = graphOf({ steps: [work(5), callTo("database")] }, { services, users: { arrivals: due(0) } });
    const { spans } = simulateGraph(graph, 1, { traceEvery: 1 });
    expect(spans.map(({ kind, place }) => `${kind} ${place}`).toSorted()).toEqual([
      "call shop",
      "request users",
      "serve database-1",
      "serve shop-1",
    ]);
    for (const { parent, start, end } of spans) {
      const above = spans.find(({ span }) => span === parent);
      if (above === undefined) continue;
      expect(start).toBeGreaterThanOrEqual(above.start);
      expect(end).toBeLessThanOrEqual(above.end);
    }
    expect(spans.filter(({ parent }) => parent === undefined)).toHaveLength(1);
  });
});
