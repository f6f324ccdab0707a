import { seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { ServiceGraph, Step } from "../declaration.ts";
import { graphOf, work } from "../graph.fixture.ts";
import { simulateGraph } from "../simulate-graph.ts";
import { checkGraph } from "./check-graph.ts";

const told = (graph: ServiceGraph): readonly string[] =>
  checkGraph(graph).map(({ path, says, mend }) => `${path}: ${says} ${mend}`);

const callTo = (to: string): Step => ({ kind: "call", call: { to } });

/** What a graph read from elsewhere may hold although its type forbids it. */
const untyped = (kind: string): never => ({ kind }) as never;

describe("a graph that can be run", () => {
  it("has no problem, though its load is above its capacity", () => {
    expect(told(graphOf({}, { users: { arrivals: { kind: "poisson", rate: 1_000 } } }))).toEqual([]);
  });
});

describe("a graph that can not be run", () => {
  const wrong: readonly (readonly [what: string, graph: ServiceGraph, place: string, words: string])[] = [
    ["a negative time", graphOf({}, { calls: { timeout: -5 } }), "sources.users.calls.timeout", "above 0; got -5"],
    ["half a microsecond", graphOf({}, { duration: 0.5 }), "duration", "whole number of µs"],
    ["a share above one", graphOf({ errorShare: 1.2 }), "services.shop.errorShare", "from 0 to 1"],
    [
      "no rate",
      graphOf({}, { users: { arrivals: { kind: "poisson", rate: 0 } } }),
      "sources.users.arrivals.rate",
      "above 0",
    ],
    [
      "an unknown policy",
      graphOf({}, { calls: { balance: untyped("roundrobin") } }),
      "sources.users.calls.balance.kind",
      "Write round-robin.",
    ],
    [
      "an unknown service",
      graphOf({ steps: [callTo("shpo")] }),
      "services.shop.steps[0].call.to",
      'no service "shpo". Write shop.',
    ],
    ["an unknown zone", graphOf({ zones: ["a"] }, { zones: { b: {} } }), "services.shop.zones[0]", "Write b."],
    ["no instance", graphOf({ instances: 0 }), "services.shop.instances", "1 or more"],
    ["nothing to do", graphOf({ steps: [] }), "services.shop.steps", "no step"],
    [
      "shares that do not sum to one",
      graphOf({}, { users: { priorities: [{ priority: 0, share: 0.4 }] } }),
      "sources.users.priorities",
      "these to 0.4",
    ],
    [
      "waves that do not ascend",
      graphOf({}, { rollouts: [{ service: "shop", what: "version", at: 0, waves: [0.5, 0.5, 1], bake: 0 }] }),
      "rollouts[0].waves[1]",
      "ascend",
    ],
    [
      "a last wave that leaves some out",
      graphOf({}, { rollouts: [{ service: "shop", what: "version", at: 0, waves: [0.5], bake: 0 }] }),
      "rollouts[0].waves[0]",
      "Add a wave of 1",
    ],
    [
      "an incident that ends before it begins",
      graphOf({}, { incidents: [{ kind: "down", service: "shop", at: 5, until: 4 }] }),
      "incidents[0].until",
      "after `at`",
    ],
    [
      "more answers than calls",
      graphOf({ steps: [{ kind: "fan-out", call: { to: "leaf" }, count: 3, needed: 4 }] }, { services: { leaf: {} } }),
      "services.shop.steps[0].needed",
      "4 answers are needed, of 3",
    ],
    [
      "a queue where nobody waits",
      graphOf({ concurrency: "processor-sharing", queue: { bound: 3 } }),
      "services.shop.queue",
      "nobody waits",
    ],
    ["a warm-up as long as the run", graphOf({}, { warmUp: seconds(100) }), "warmUp", "Nothing of the run is left"],
    [
      "a tenant that is not there",
      graphOf({}, { users: { tenants: 3, unusualTenants: [{ tenant: 3 }] } }),
      "sources.users.unusualTenants[0].tenant",
      "numbered from 0",
    ],
    [
      "a p99 below the median",
      graphOf({ steps: [{ kind: "work", time: { kind: "log-normal", median: 20, p99: 10 } }] }),
      "services.shop.steps[0].time.p99",
      "below the median",
    ],
  ];

  it.each(wrong)("is refused for %s, with the place and the mend", (_, graph, place, words) => {
    const problems = told(graph);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${place}: `);
    expect(problems[0]).toContain(words);
  });

  it("is refused when services need each other in a circle, with the way round", () => {
    const services = { stock: { steps: [callTo("prices")] }, prices: { steps: [work(1), callTo("shop")] } };
    expect(told(graphOf({ steps: [callTo("stock")] }, { services }))).toEqual([
      "services.prices.steps[1].call.to: Calls go round in a circle: shop → stock → prices → shop. Take one of these calls away.",
    ]);
  });

  it("is told all that is wrong at once, and does not run", () => {
    const graph = graphOf({ instances: 0, errorShare: 2 });
    expect(told(graph)).toHaveLength(2);
    expect(() => simulateGraph(graph, 1)).toThrow(/instances.*\n.*errorShare/);
  });
});
