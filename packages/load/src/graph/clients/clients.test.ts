import { milliseconds, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Call, Service, Source } from "../declaration.ts";
import type { CallRecord, GraphRun } from "../graph-run.ts";
import { graphOf, poisson, steadyWork, work } from "../graph.fixture.ts";
import { simulateGraph } from "../simulate-graph.ts";
import { backoffDelay } from "./backoff.ts";
import { Breaker } from "./breaker.ts";
import { Throttle } from "./throttle.ts";

const due = (...at: readonly number[]): Source["arrivals"] => ({ kind: "trace", times: at.map(milliseconds) });
const users = (run: GraphRun): GraphRun["sources"][string] => run.sources["users"]!;
const theCall = (run: GraphRun): CallRecord => run.calls.find(({ from }) => from === "users")!;
const always = (delay: number): { readonly kind: "fixed"; readonly delay: number } => ({
  kind: "fixed",
  delay: milliseconds(delay),
});

const oneRequest = (shop: Partial<Service>, calls: Partial<Call>, more: Partial<Source> = {}): GraphRun =>
  simulateGraph(graphOf(shop, { calls, users: { arrivals: due(0), ...more } }), 1);

describe("timeouts and deadlines", () => {
  it("end the wait, not the work: what nobody waits for is wasted", () => {
    const run = oneRequest({ steps: [steadyWork(100)] }, { timeout: milliseconds(30) });
    expect(users(run).totals.failures.timeout).toBe(1);
    expect(run.services["shop"]!.means.wasted).toBe(1);
  });

  it("of the request travel with it: a call beyond is not made", () => {
    const services = { database: {} };
    const steps = [steadyWork(50), { kind: "call", call: { to: "database" } }] as const;
    const graph = graphOf({ steps }, { services, users: { arrivals: due(0), deadline: milliseconds(40) } });
    const run = simulateGraph(graph, 1);
    expect(users(run).totals.failures.deadline).toBe(1);
    expect(run.services["database"]!.totals.requests).toBe(0);
  });

  it("that passed in the queue let the service drop the request unserved", () => {
    const deadline = milliseconds(15);
    const graph = graphOf(
      { steps: [steadyWork(20)], dropsExpired: true },
      { users: { arrivals: due(0, 1), deadline } },
    );
    const { shop } = simulateGraph(graph, 1).services;
    expect(shop!.totals.failures.expired).toBe(1);
  });
});

describe("retries", () => {
  it("go out after each failure, up to the attempts in all", () => {
    const run = oneRequest({ errorShare: 1 }, { retry: { attempts: 4, backoff: always(10) } });
    expect(theCall(run)).toMatchObject({ calls: 1, attempts: 4, retries: 3 });
    expect(users(run).totals.failures.error).toBe(1);
  });

  it("multiply from layer to layer", () => {
    const retry = { attempts: 3, backoff: always(1) };
    const services = {
      middle: { concurrency: 100, steps: [{ kind: "call", call: { to: "deep", retry } }] },
      deep: { concurrency: 100, errorShare: 1 },
    } as const;
    const graph = graphOf(
      { concurrency: 100, steps: [{ kind: "call", call: { to: "middle", retry } }] },
      { services, calls: { retry }, users: { arrivals: due(0) } },
    );
    expect(simulateGraph(graph, 1).services["deep"]!.totals.requests).toBe(27);
  });

  it("are limited by their budget to a share of the requests", () => {
    const retry = { attempts: 4, backoff: always(1), budget: { share: 0.1, burst: 5 } };
    const run = simulateGraph(graphOf({ errorShare: 1, concurrency: 100 }, { calls: { retry } }), 1);
    const { calls, retries, withoutBudget } = theCall(run);
    // The bucket is full at first, so that what the first requests earn is lost.
    expect(Math.abs(retries - 5 - calls * 0.1)).toBeLessThanOrEqual(2);
    // All but those still under way at the end.
    expect(calls - withoutBudget).toBeLessThan(10);
  });

  it.each([
    ["fixed", { kind: "fixed", delay: 7 }, [7, 7, 7, 7]],
    ["exponential", { kind: "exponential", base: 10, cap: 50 }, [10, 20, 40, 50]],
    ["full-jitter", { kind: "full-jitter", base: 10, cap: 50 }, [5, 10, 20, 25]],
    ["decorrelated-jitter", { kind: "decorrelated-jitter", base: 10, cap: 50 }, [20, 35, 50, 50]],
  ] as const)("wait by the %s backoff, here with draws in the middle", (_, backoff, delays) => {
    let last = 0;
    const seen = delays.map((_delay, index) => (last = backoffDelay(backoff, index + 1, last, 0.5)));
    expect(seen).toEqual(delays);
  });
});

describe("a hedge", () => {
  it("goes out when the first attempt is slow, and the faster answer counts", () => {
    // One of two instances is slow.
    const graph = graphOf(
      { instances: 2, steps: [steadyWork(10)] },
      {
        calls: { hedge: { after: milliseconds(20) } },
        users: { arrivals: due(0, 200, 400, 600) },
        incidents: [{ kind: "slow", service: "shop", instances: 1, factor: 9, at: 0, until: seconds(99) }],
      },
    );
    const run = simulateGraph(graph, 1);
    // In turn, so that each request meets the slow one first, and its hedge the other.
    expect(theCall(run).hedges).toBe(4);
    expect(users(run).totals.latency.max).toBe(30_000);
  });

  it("is kept to its share of the requests", () => {
    const hedge = { after: 0, limit: 0.05 };
    const run = simulateGraph(graphOf({ instances: 10 }, { calls: { hedge } }), 1);
    const { calls, hedges } = theCall(run);
    expect(hedges).toBe(Math.floor(calls * 0.05));
  });

  it("takes the slower attempt out of its queue where it cancels", () => {
    const wasted = (cancels: boolean): number => {
      const hedge = { after: milliseconds(5), cancels };
      const run = simulateGraph(graphOf({ instances: 2, steps: [work(30)] }, { calls: { hedge } }), 1);
      return run.services["shop"]!.means.wasted;
    };
    expect(wasted(true)).toBeLessThan(wasted(false) * 0.9);
  });
});

describe("a circuit breaker", () => {
  const terms = { failureShare: 0.5, minimum: 4, window: seconds(10), openFor: seconds(5) };

  it("opens at its share of failures, tries one call, and does as that does", () => {
    const breaker = new Breaker(terms);
    for (let failure = 0; failure < 3; failure += 1) expect(breaker.record(failure, false)).toBe(false);
    expect(breaker.record(4, false)).toBe(true);
    expect(breaker.allows(seconds(4))).toBe(false);
    expect(breaker.allows(seconds(6))).toBe(true);
    breaker.sent();
    expect(breaker.allows(seconds(6))).toBe(false);
    breaker.record(seconds(7), false);
    expect([breaker.state, breaker.allows(seconds(8))]).toEqual(["open", false]);
    expect(breaker.allows(seconds(12))).toBe(true);
    breaker.sent();
    breaker.record(seconds(12), true);
    expect([breaker.state, breaker.allows(seconds(12))]).toEqual(["closed", true]);
  });

  it("forgets what lies before its window", () => {
    const breaker = new Breaker(terms);
    for (let failure = 0; failure < 3; failure += 1) breaker.record(0, false);
    expect(breaker.record(seconds(11), false)).toBe(false);
  });

  it("keeps load from a service that is down, and lets it back", () => {
    const incidents = [{ kind: "errors", service: "shop", share: 1, at: seconds(20), until: seconds(40) }] as const;
    const attempts = (breaker?: Call["breaker"]): readonly number[] => {
      const calls = breaker === undefined ? {} : { breaker };
      const graph = graphOf({ concurrency: 50 }, { calls, incidents });
      return [...simulateGraph(graph, 1, { slice: seconds(20) }).services["shop"]!.series.requests];
    };
    const [before, during, after] = attempts({ ...terms, window: seconds(1) });
    const [, unprotected] = attempts();
    expect(during!).toBeLessThan(unprotected! / 10);
    expect(after!).toBeGreaterThan(before! * 0.7);
  });
});

describe("a client throttle", () => {
  it("turns away as many as the book's formula says", () => {
    const throttle = new Throttle({ k: 2, window: seconds(100) });
    // 100 requests, 20 accepted: (100 − 2 × 20) / 101.
    for (let request = 0; request < 100; request += 1) throttle.turnsAway(0, 1);
    for (let accepted = 0; accepted < 20; accepted += 1) throttle.accepted(0);
    expect(throttle.turnsAway(0, 60 / 101 - 0.001)).toBe(true);
    expect(new Throttle({ k: 2, window: 10 }).turnsAway(0, 0)).toBe(false);
  });

  it("halves the work of an overloaded service for requests that it rejects", () => {
    const throttle = { k: 1.1, window: seconds(10) };
    const rejected = (calls: Partial<Call>): number => {
      const graph = graphOf({ queue: { bound: 2 } }, { calls, users: { arrivals: poisson(300) } });
      return simulateGraph(graph, 1).services["shop"]!.totals.failures.rejected;
    };
    expect(rejected({ throttle })).toBeLessThan(rejected({}) / 4);
  });
});

describe("a pool of connections", () => {
  it("lets no more calls out than it has connections", () => {
    const run = simulateGraph(
      graphOf(
        { concurrency: 10, steps: [steadyWork(10)] },
        { calls: { pool: { size: 2 } }, users: { arrivals: due(0, 0, 0, 0) } },
      ),
      1,
    );
    expect(users(run).totals.latency).toMatchObject({ count: 4, max: 20_000 });
    expect(run.services["shop"]!.totals.latency.max).toBe(10_000);
  });

  it("is waited for no longer than it says", () => {
    const pool = { size: 1, wait: milliseconds(5) };
    const calls = { pool };
    const run = simulateGraph(graphOf({ steps: [steadyWork(10)] }, { calls, users: { arrivals: due(0, 1, 8) } }), 1);
    expect(users(run).totals).toMatchObject({ successes: 2, failures: { "pool-timeout": 1 } });
  });
});

describe("balancing", () => {
  const spread = (balance: Call["balance"], more: Partial<Source> = {}): readonly number[] => {
    const calls = balance === undefined ? {} : { balance };
    const graph = graphOf({ instances: 8, concurrency: 1 }, { calls, users: { arrivals: poisson(400), ...more } });
    const { spans } = simulateGraph(graph, 1, { traceEvery: 1 });
    const counts = new Map<string, number>();
    for (const { kind, place } of spans) if (kind === "serve") counts.set(place, (counts.get(place) ?? 0) + 1);
    return [...counts.values()];
  };

  it("in turn deals out evenly", () => {
    const counts = spread({ kind: "round-robin" });
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it.each([[{ kind: "random" }], [{ kind: "choices", choices: 2 }], [{ kind: "least-requests" }]] as const)(
    "by %o reaches all about evenly",
    (balance) => {
      const counts = spread(balance);
      expect(counts).toHaveLength(8);
      expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.2);
    },
  );

  it("by the better of two shortens the wait", () => {
    const wait = (balance: NonNullable<Call["balance"]>): number => {
      const graph = graphOf({ instances: 20 }, { calls: { balance }, users: { arrivals: poisson(1_800) } });
      return simulateGraph(graph, 1).services["shop"]!.means.wait;
    };
    expect(wait({ kind: "choices", choices: 2 })).toBeLessThan(wait({ kind: "random" }) / 3);
  });

  it("by consistent hashing sends a key to one instance, and moves few when one goes", () => {
    const graph = graphOf(
      { instances: 10, concurrency: 50 },
      {
        calls: { balance: { kind: "consistent-hash", virtualNodes: 100 } },
        users: { keys: { count: 1, skew: 0 } },
      },
    );
    const places = simulateGraph(graph, 1, { traceEvery: 1 }).spans.filter(({ kind }) => kind === "serve");
    expect(new Set(places.map(({ place }) => place)).size).toBe(1);
  });

  it("by shuffle shards keeps the harm of a poisonous tenant to its shard", () => {
    const graph = graphOf(
      { instances: 8, concurrency: 100 },
      {
        calls: { balance: { kind: "shuffle-sharding", shard: 2 } },
        users: { tenants: 50, unusualTenants: [{ tenant: 0, poison: true }] },
      },
    );
    const failing = simulateGraph(graph, 1).events.filter(({ kind }) => kind === "failure");
    expect(new Set(failing.map(({ says }) => says)).size).toBe(2);
  });
});

describe("a cache", () => {
  const cached = (cache: Partial<NonNullable<Call["cache"]>>, more: Parameters<typeof graphOf>[1] = {}): GraphRun =>
    simulateGraph(
      graphOf(
        { concurrency: 1_000, steps: [steadyWork(100)] },
        {
          calls: { cache: { capacity: 100, timeToLive: seconds(10), ...cache } },
          users: { arrivals: poisson(50), keys: { count: 1, skew: 0 } },
          ...more,
        },
      ),
      1,
    );

  it("answers until the entry expires", () => {
    // One key, 100 s, ten seconds fresh after 0.1 s of work.
    const run = cached({ singleFlight: true });
    expect(run.services["shop"]!.totals.requests).toBe(10);
    const { calls, cacheHits, cacheMisses, joined } = theCall(run);
    expect(cacheHits + cacheMisses + joined).toBe(calls);
  });

  it("lets all that miss at once through, but for single flight", () => {
    expect(theCall(cached({})).cacheMisses).toBeGreaterThan(theCall(cached({ singleFlight: true })).cacheMisses * 3);
  });

  it("serves what is stale while one call renews it", () => {
    const run = cached({ staleWhileRevalidate: seconds(1) });
    expect(theCall(run).staleHits).toBeGreaterThan(10);
    // The first requests alone wait for the service.
    expect(run.sources["users"]!.totals.latency.p99).toBe(0);
  });

  it("serves what is stale when the service fails", () => {
    const incidents = [{ kind: "errors", service: "shop", share: 1, at: seconds(15), until: seconds(90) }] as const;
    expect(cached({}, { incidents }).sources["users"]!.totals.failures.error).toBeGreaterThan(1_000);
    expect(cached({ staleIfError: seconds(100) }, { incidents }).sources["users"]!.totals.failures.error).toBe(0);
  });

  it("that is warm, and is emptied by an incident", () => {
    const keys = { count: 50, skew: 1 };
    const requests = (more: Parameters<typeof graphOf>[1]): number =>
      cached({ timeToLive: seconds(500), warm: 1 }, { users: { arrivals: poisson(50), keys }, ...more }).services[
        "shop"
      ]!.totals.requests;
    const flush = [{ kind: "cache-flush", service: "shop", at: seconds(5), until: seconds(5) }] as const;
    expect(requests({})).toBeLessThan(10);
    expect(requests({ incidents: flush })).toBeGreaterThan(50);
  });

  it("renews early by chance, so that fewer requests meet an expired entry", () => {
    const early = theCall(cached({ earlyExpiry: 3 }));
    expect(early.cacheMisses).toBeLessThan(theCall(cached({})).cacheMisses / 3);
  });
});
