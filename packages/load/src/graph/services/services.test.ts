import { milliseconds, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Service, Source } from "../declaration.ts";
import type { GraphRun } from "../graph-run.ts";
import { graphOf, poisson, steadyWork, work } from "../graph.fixture.ts";
import { simulateGraph } from "../simulate-graph.ts";

const overloaded = (shop: Partial<Service>, users: Partial<Source> = {}): GraphRun =>
  simulateGraph(graphOf(shop, { users: { arrivals: poisson(150), ...users } }), 1);

/** Spans of serving, in the order of their ends. */
const served = (run: GraphRun): readonly number[] =>
  run.spans.filter(({ kind, failure }) => kind === "serve" && failure === undefined).map(({ trace }) => trace);

const threeAtOnce = (order: NonNullable<Service["queue"]>["order"], users: Partial<Source> = {}): readonly number[] => {
  const queue = order === undefined ? {} : { order };
  const arrivals = { kind: "trace", times: [0, 1, 2, 3].map(milliseconds) } as const;
  const graph = graphOf({ steps: [steadyWork(10)], queue }, { users: { arrivals, ...users } });
  return served(simulateGraph(graph, 1, { traceEvery: 1 }));
};

describe("a queue", () => {
  it("rejects what finds it full", () => {
    const { shop } = overloaded({ queue: { bound: 3 } }).services;
    // M/M/1/4 with ρ = 1.5: p4 = ρ⁴ (1 − ρ) / (1 − ρ⁵) = 0.384.
    expect(shop!.totals.failures.rejected / shop!.totals.requests).toBeCloseTo(0.384, 1);
    expect(Math.max(...shop!.use.waiting)).toBeLessThanOrEqual(3);
  });

  it("serves first come first, or last come first", () => {
    expect(threeAtOnce({ kind: "fifo" })).toEqual([1, 2, 3, 4]);
    expect(threeAtOnce({ kind: "lifo" })).toEqual([1, 4, 3, 2]);
  });

  it("serves the most important first", () => {
    const priorities = [
      { priority: 0, share: 0.5 },
      { priority: 1, share: 0.5 },
    ];
    const graph = graphOf({ queue: { order: { kind: "priority" } } }, { users: { priorities, arrivals: poisson(95) } });
    const fifo = graphOf({}, { users: { priorities, arrivals: poisson(95) } });
    // The order does not change the mean: work is conserved (Kleinrock 1965).
    const [one, other] = [simulateGraph(graph, 1), simulateGraph(fifo, 1)];
    expect(one.services["shop"]!.means.wait / other.services["shop"]!.means.wait).toBeCloseTo(1, 1);
    expect(one.services["shop"]!.totals.latency.p50).toBeLessThan(other.services["shop"]!.totals.latency.p50);
  });

  it("that is fair gives each tenant its turn, however much another sends", () => {
    const latency = (order: "fifo" | "fair"): number => {
      const graph = graphOf({ queue: { order: { kind: order } } }, { duration: seconds(20) });
      // Tenant 0 sends twice what can be served, the nine others little.
      const flood: Source = { arrivals: poisson(200), calls: { to: "shop" } };
      const others: Source = { arrivals: poisson(5), calls: { to: "shop" }, tenants: 10 };
      return simulateGraph({ ...graph, sources: { flood, others } }, 1).sources["others"]!.totals.latency.p50;
    };
    expect(latency("fair")).toBeLessThan(latency("fifo") / 20);
  });

  it("by CoDel drops until the wait is short again", () => {
    const codel = overloaded({
      queue: { order: { kind: "codel", target: milliseconds(50), interval: milliseconds(500) } },
    });
    const fifo = overloaded({});
    expect(codel.services["shop"]!.means.wait).toBeLessThan(fifo.services["shop"]!.means.wait / 5);
    expect(codel.services["shop"]!.totals.failures.shed).toBeGreaterThan(1_000);
    const calm = simulateGraph(
      graphOf({ queue: { order: { kind: "codel", target: milliseconds(500), interval: seconds(1) } } }),
      1,
    );
    expect(calm.services["shop"]!.totals.failures.shed).toBe(0);
  });
});

describe("a service that does not hold its server", () => {
  // Jackson 1957: in a tandem of M/M/1 and M/M/1 each is as if it were alone.
  const tandem = simulateGraph(
    graphOf(
      { holdsServer: false, steps: [work(10), { kind: "call", call: { to: "store" } }] },
      { duration: seconds(2_000), warmUp: seconds(20), services: { store: { steps: [work(12)] } } },
    ),
    1,
  );

  it("needs none again for the answer of its last call", () => {
    const alone = (mean: number): number => 1_000 / (1_000 / mean - 50);
    const { mean } = tandem.sources["users"]!.totals.latency;
    expect(mean / 1_000 / (alone(10) + alone(12))).toBeCloseTo(1, 1);
  });

  it("waits once more before work that follows, and all of it counts as wait", () => {
    const steps = [steadyWork(6), { kind: "call", call: { to: "store" } }, steadyWork(8)] as const;
    const { shop } = simulateGraph(
      graphOf({ holdsServer: false, steps }, { duration: seconds(500), services: { store: { concurrency: 100 } } }),
      1,
    ).services;
    // Little: those who wait = rate × wait.
    expect(shop!.means.waiting).toBeGreaterThan(0.5);
    expect(((shop!.means.wait / 1_000_000) * (shop!.totals.requests / 500)) / shop!.means.waiting).toBeCloseTo(1, 2);
  });
});

describe("shedding", () => {
  it("by the length of the queue keeps it short", () => {
    const { shop } = overloaded({ shedding: { kind: "queue-length", above: 4 } }).services;
    expect(Math.max(...shop!.use.waiting)).toBeLessThanOrEqual(5);
    expect(shop!.totals.failures.shed).toBeGreaterThan(1_000);
  });

  it("by the deadline turns away what would come too late", () => {
    const users = { deadline: milliseconds(100) };
    const shed = overloaded({ steps: [steadyWork(10)], shedding: { kind: "deadline" } }, users);
    const all = overloaded({ steps: [steadyWork(10)] }, users);
    expect(shed.sources["users"]!.totals.successes).toBeGreaterThan(all.sources["users"]!.totals.successes * 5);
    expect(shed.services["shop"]!.means.wasted).toBeLessThan(all.services["shop"]!.means.wasted / 100);
  });

  it("by priority turns the least important away first", () => {
    const priorities = [
      { priority: 0, share: 0.5 },
      { priority: 1, share: 0.5 },
    ];
    const shop = { concurrency: 10, steps: [work(60)], shedding: { kind: "priority", thresholds: [1, 0.5] } } as const;
    const run = overloaded(shop, { priorities });
    const { requests, failures } = run.services["shop"]!.totals;
    // Half of all are of priority 1; none of priority 0 is shed.
    expect(failures.shed / requests).toBeGreaterThan(0.2);
    expect(failures.shed / requests).toBeLessThan(0.5);
  });
});

describe("errors", () => {
  it("strike their share of what was served", () => {
    const { totals } = overloaded({ concurrency: 10, errorShare: 0.2 }).services["shop"]!;
    expect(totals.failures.error / totals.requests).toBeCloseTo(0.2, 1);
  });
});
