import { milliseconds, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Incident, Rollout, Service, ServiceGraph } from "../declaration.ts";
import type { GraphRun } from "../graph-run.ts";
import { graphOf, poisson, steadyWork, work } from "../graph.fixture.ts";
import { simulateGraph } from "../simulate-graph.ts";

const from10To20 = { at: seconds(10), until: seconds(20) };
/** Slices of 10 s: before, during and after an incident from 10 s to 20 s. */
const slices = (graph: ServiceGraph): GraphRun => simulateGraph(graph, 1, { slice: seconds(10) });
const withIncident = (
  incident: Incident,
  shop: Partial<Service> = {},
  more: Parameters<typeof graphOf>[1] = {},
): GraphRun => slices(graphOf({ concurrency: 20, ...shop }, { duration: seconds(30), incidents: [incident], ...more }));
const kinds = (run: GraphRun): readonly string[] => run.events.map(({ kind }) => kind);

describe("an autoscaler", () => {
  it("does not count instances that are down: their place is filled", () => {
    const autoscaling = {
      min: 10,
      max: 40,
      target: 0.7,
      every: seconds(5),
      startUp: seconds(1),
      coolDown: seconds(60),
    };
    const incident = { kind: "down", service: "shop", instances: 8, at: seconds(20), until: seconds(60) } as const;
    // 600 requests a second of 10 ms keep six busy: nine are wanted, two are left.
    const run = slices(
      graphOf(
        { instances: 10, autoscaling, queue: { bound: 100 } },
        { users: { arrivals: poisson(600) }, duration: seconds(60), incidents: [incident] },
      ),
    );
    expect(run.services["shop"]!.use.instances.at(-1)).toBeGreaterThanOrEqual(8);
    expect(run.events.filter(({ kind }) => kind === "scaling").map(({ says }) => says)[0]).toMatch(
      /^shop grows from 2 to/,
    );
    const { successes, requests } = run.sources["users"]!.series;
    expect(successes.at(-1)! / requests.at(-1)!).toBeGreaterThan(0.99);
  });
});

describe("an incident", () => {
  it("of traffic multiplies it while it lasts, and leaves other arrivals as they were", () => {
    const run = withIncident({ kind: "traffic", source: "users", factor: 3, ...from10To20 });
    const calm = slices(graphOf({ concurrency: 20 }, { duration: seconds(30) }));
    const [before, during, after] = run.sources["users"]!.series.requests;
    const [calmBefore, calmDuring, calmAfter] = calm.sources["users"]!.series.requests;
    expect([before, after]).toEqual([calmBefore, calmAfter]);
    expect(during! / calmDuring!).toBeCloseTo(3, 0);
    expect(run.events.map(({ says }) => says)).toEqual([
      "users sends 3 times as much.",
      "Over: users sends 3 times as much.",
    ]);
  });

  it("that lessens traffic thins it", () => {
    const run = withIncident({ kind: "traffic", source: "users", factor: 0.2, ...from10To20 });
    const [before, during] = run.sources["users"]!.series.requests;
    expect(during! / before!).toBeCloseTo(0.2, 0);
  });

  it("of slowness makes work longer, on as many instances as it says", () => {
    const incident = { kind: "slow", service: "shop", factor: 10, instances: 1, ...from10To20 } as const;
    const run = withIncident(incident, { instances: 2, steps: [steadyWork(10)] });
    const { mean } = run.services["shop"]!.series.latency;
    expect(mean[0]).toBe(10_000);
    expect(mean[1]! / 10_000).toBeCloseTo(5.5, 0);
    expect(mean[2]! / 10_000).toBeCloseTo(1, 0);
  });

  it("that takes instances down loses what they did, and others serve on", () => {
    const run = withIncident(
      { kind: "down", service: "shop", instances: 1, ...from10To20 },
      { instances: 2, steps: [work(200)] },
    );
    const { use, totals } = run.services["shop"]!;
    expect([...use.instances]).toEqual([2, 1, 2]);
    expect(totals.failures.unavailable).toBeGreaterThan(0);
    expect(totals.failures.unavailable).toBeLessThan(20);
  });

  it("that takes all down fails every request", () => {
    const run = withIncident({ kind: "down", service: "shop", ...from10To20 });
    const { requests, failures } = run.sources["users"]!.series;
    expect(requests[1]! - failures[1]!).toBeLessThan(5);
    expect(failures[2]).toBe(0);
  });

  it("of a zone takes down what stands there", () => {
    const graph = graphOf(
      { instances: 4, zones: ["a", "b"] },
      { zones: { a: {}, b: {} }, duration: seconds(30), incidents: [{ kind: "zone-down", zone: "a", ...from10To20 }] },
    );
    expect([...slices(graph).services["shop"]!.use.instances]).toEqual([4, 2, 4]);
  });

  it("of errors strikes its share", () => {
    const run = withIncident({ kind: "errors", service: "shop", share: 0.3, ...from10To20 });
    const { requests, failures } = run.sources["users"]!.series;
    expect(failures[0]).toBe(0);
    expect(failures[1]! / requests[1]!).toBeCloseTo(0.3, 1);
  });

  it("of a partition lets nothing through, so that callers wait until their timeout", () => {
    const calls = { timeout: milliseconds(500) };
    const run = withIncident({ kind: "partition", between: ["users", "shop"], ...from10To20 }, {}, { calls });
    const { requests, failures } = run.sources["users"]!.series;
    expect(failures[1]! / requests[1]!).toBeGreaterThan(0.9);
    expect(run.sources["users"]!.totals.failures.timeout).toBeGreaterThan(400);
    expect(run.services["shop"]!.series.requests[1]).toBe(0);
  });

  it("of latency lengthens the way there and back", () => {
    const added = { kind: "constant", value: milliseconds(40) } as const;
    const run = withIncident({ kind: "latency", service: "shop", added, ...from10To20 }, { steps: [steadyWork(10)] });
    const [before, during, after] = run.sources["users"]!.series.latency.mean;
    expect([before, during]).toEqual([10_000, expect.closeTo(90_000, -3)]);
    // Some that began before the end ended after it.
    expect(after).toBeLessThan(11_000);
  });
});

describe("failure and repair", () => {
  it("take each instance down for its share of the time", () => {
    const failure = {
      timeToFailure: { kind: "exponential", mean: seconds(9) },
      timeToRepair: { kind: "exponential", mean: seconds(1) },
    } as const;
    const graph = graphOf({ instances: 20, failure }, { duration: seconds(1_000), users: { arrivals: poisson(1) } });
    const run = simulateGraph(graph, 1);
    const up = [...run.services["shop"]!.use.instances];
    const mean = up.reduce((sum, value) => sum + value, 0) / up.length;
    expect(mean / 20).toBeCloseTo(0.9, 1.5);
    expect(kinds(run).filter((kind) => kind === "failure").length).toBeGreaterThan(1_500);
  });
});

describe("autoscaling", () => {
  const autoscaling = {
    min: 1,
    max: 10,
    target: 0.5,
    every: seconds(5),
    startUp: seconds(10),
    coolDown: seconds(10),
  };

  it("follows the load to its target, after the delay of start-up", () => {
    // 400/s of 10 ms: 4 servers' worth, 8 at half load.
    const graph = graphOf({ autoscaling }, { users: { arrivals: poisson(400) }, duration: seconds(200) });
    const { use, means } = simulateGraph(graph, 1, { slice: seconds(10) }).services["shop"]!;
    // Looks at 5 s, adds; the new ones serve from 15 s on.
    expect(use.instances[0]).toBe(1);
    expect(use.instances.at(-1)).toBeGreaterThanOrEqual(8);
    expect(use.instances.at(-1)).toBeLessThanOrEqual(10);
    expect(means.cost).toBe(0);
  });

  it("goes back when the load has gone, and costs less than the most would", () => {
    const incidents = [{ kind: "traffic", source: "users", factor: 8, at: seconds(20), until: seconds(60) }] as const;
    const graph = graphOf({ autoscaling, costPerHour: 3_600 }, { incidents, duration: seconds(200) });
    const run = simulateGraph(graph, 1, { slice: seconds(10) });
    const { use, means } = run.services["shop"]!;
    expect(Math.max(...use.instances)).toBeGreaterThan(4);
    expect(use.instances.at(-1)).toBeLessThanOrEqual(2);
    // One unit of money an instance and second.
    expect(means.cost).toBeCloseTo(
      [...use.instances].reduce((sum, value) => sum + value * 10, 0),
      3,
    );
    expect(kinds(run)).toContain("scaling");
  });
});

describe("a rollout", () => {
  const rollout: Rollout = {
    service: "shop",
    what: "version",
    at: seconds(10),
    waves: [0.1, 0.5, 1],
    bake: seconds(10),
    restart: seconds(2),
  };
  const rolled = (more: Partial<Rollout>): GraphRun =>
    simulateGraph(
      graphOf(
        { instances: 10, concurrency: 4 },
        { users: { arrivals: poisson(500) }, rollouts: [{ ...rollout, ...more }] },
      ),
      1,
      { slice: milliseconds(200) },
    );

  it("reaches all in its waves, with no error of its own", () => {
    const run = rolled({});
    expect(run.events.filter(({ kind }) => kind === "rollout").map(({ at, says }) => [at / 1e6, says])).toEqual([
      [10, "Wave 1: the new version reaches 1 of 10 instances of shop."],
      [20, "Wave 2: the new version reaches 5 of 10 instances of shop."],
      [30, "Wave 3: the new version reaches 10 of 10 instances of shop."],
    ]);
    const { totals, pending } = run.sources["users"]!;
    expect(totals.successes + pending).toBe(totals.requests);
  });

  it("of a defect harms by as many as have it", () => {
    const { requests, failures } = rolled({ defect: { errorShare: 1 }, restart: 0 }).sources["users"]!.series;
    const share = (from: number, to: number): number => {
      const sum = (series: Readonly<Float64Array>): number =>
        series.slice(from * 5, to * 5).reduce((total, value) => total + value, 0);
      return sum(failures) / sum(requests);
    };
    // Slices of 0.2 s.
    expect(share(11, 20)).toBeCloseTo(0.1, 1);
    expect(share(21, 30)).toBeCloseTo(0.5, 1);
    expect(share(31, 50)).toBeCloseTo(1, 1);
  });

  it("is halted by its gate, and taken back", () => {
    const run = rolled({ defect: { errorShare: 0.5 }, gate: { errorShare: 0.05, minimum: 50, rollBack: true } });
    const told = run.events.filter(({ kind }) => kind === "rollout");
    expect(told).toHaveLength(2);
    expect(told[1]!.says).toContain("halted and taken back");
    expect(told[1]!.at).toBeLessThan(seconds(20));
    const { failures } = run.sources["users"]!.series;
    expect(failures.slice(25 * 5).every((value) => value === 0)).toBe(true);
  });

  it("of a configuration needs no restart", () => {
    const { use } = rolled({ what: "configuration" }).services["shop"]!;
    expect([...use.instances].every((value) => value === 10)).toBe(true);
  });
});

describe("a credential", () => {
  const token = { lifetime: seconds(20), renewAt: 0.5, retryAfter: seconds(1), issued: "together" } as const;
  const graph = (more: Partial<ServiceGraph>, issuer?: string): ServiceGraph =>
    graphOf(
      { concurrency: 20 },
      {
        calls: { credential: "token" },
        credentials: { token: issuer === undefined ? token : { ...token, issuer } },
        ...more,
      },
    );
  const expired = (run: GraphRun): readonly number[] =>
    [...run.sources["users"]!.series.failures].flatMap((count, slice) =>
      count > 0 ? [(slice * run.slice) / 1e6] : [],
    );

  it("is renewed in time, so that nobody notices", () => {
    expect(expired(simulateGraph(graph({}), 1))).toEqual([]);
  });

  it("outlives an outage of its issuer that is shorter than what is left of it, and no longer one", () => {
    const down = (until: number): GraphRun =>
      simulateGraph(graph({ incidents: [{ kind: "issuer-down", credential: "token", at: seconds(5), until }] }), 1);
    // Issued at 0, renewal due at 10 s, expired at 20 s.
    expect(expired(down(seconds(19)))).toEqual([]);
    const failing = expired(down(seconds(30)));
    expect(failing[0]).toBeCloseTo(20, 0);
    expect(failing.at(-1)).toBeLessThan(31.5);
    expect(failing.at(-1)).toBeGreaterThan(29);
  });

  it("is asked for at its issuer, a service like others", () => {
    const services = { issuer: {} };
    const run = simulateGraph(graph({ services: { ...graphOf({}, { services }).services } }, "issuer"), 1);
    // Every 10 s: at 10, 20 … 90.
    expect(run.services["issuer"]!.totals.requests).toBe(9);
    const incidents = [{ kind: "down", service: "issuer", at: seconds(5), until: seconds(40) }] as const;
    const without = simulateGraph(
      graph({ services: { ...graphOf({}, { services }).services }, incidents }, "issuer"),
      1,
    );
    expect(without.sources["users"]!.totals.failures["credential-expired"]).toBeGreaterThan(800);
  });
});

describe("zones", () => {
  const zones = { near: {}, far: {} };
  const links = [{ from: "near", to: "far", latency: { kind: "constant", value: milliseconds(30) } }] as const;

  it("that are far apart make calls between them longer", () => {
    const services = { database: { zones: ["far"], concurrency: 50, steps: [steadyWork(1)] } };
    const steps = [{ kind: "call", call: { to: "database" } }] as const;
    const run = simulateGraph(graphOf({ zones: ["near"], concurrency: 50, steps }, { services, zones, links }), 1);
    expect(run.services["shop"]!.totals.latency.max).toBe(61_000);
  });

  it("are kept to by clients of one, until nobody is up there", () => {
    const graph = graphOf(
      { instances: 2, concurrency: 50, steps: [steadyWork(1)] },
      {
        zones,
        links,
        users: { zone: "near" },
        duration: seconds(30),
        incidents: [{ kind: "zone-down", zone: "near", ...from10To20 }],
      },
    );
    const means = slices(graph).sources["users"]!.series.latency.mean;
    expect([...means].map((mean) => Math.round(mean / 1_000))).toEqual([1, 61, 1]);
  });
});
