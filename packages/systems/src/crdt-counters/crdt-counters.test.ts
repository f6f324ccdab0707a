import { runSystem, searchSeeds } from "@fieldbook/engine";
import type { Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, outputs, play, watched, withOutput } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  allIsCounted,
  correct,
  crdtCountersSystem,
  neverShrinks,
  onlyTheOwnerCounts,
  readsAreWithinBounds,
} from "./crdt-counters-system.ts";
import { growOnlyCounter, positiveNegativeCounter, sum } from "./crdt-counters.ts";
import type { CountersConfig, CountersRequest, CountersState } from "./crdt-counters.ts";

const increment = (at: number, node: number, amount: number): Step<CountersRequest> => [
  at,
  node,
  { type: "increment", amount },
];
const decrement = (at: number, node: number, amount: number): Step<CountersRequest> => [
  at,
  node,
  { type: "decrement", amount },
];
const read = (at: number, node: number): Step<CountersRequest> => [at, node, { type: "read" }];

const run = (script: Play<CountersRequest>, config: Partial<CountersConfig> = {}): Played<CountersState> =>
  play(positiveNegativeCounter, { ...correct, ...config }, script);

const values = ({ nodes }: Played<CountersState>): number[] =>
  nodes.map(({ state }) => sum(state, "increments") - sum(state, "decrements"));

const apart: Fault = { kind: "partition", sides: [["n1"], ["n2", "n3"]], at: 0, until: milliseconds(300) };

describe("counters without coordination (Shapiro et al. 2011, section 3.1)", () => {
  it("take updates on both sides of a partition and converge when it heals", () => {
    const clients = [[increment(10, 1, 2)], [increment(10, 2, 3), decrement(20, 3, 1)]];
    expect(values(run({ clients, faults: [apart], until: 290 }))).toEqual([2, 2, 2]);
    expect(values(run({ clients, faults: [apart] }))).toEqual([4, 4, 4]);
    const halfway = run({ clients, faults: [apart], until: 250 }).nodes.map(({ state }) => sum(state, "increments"));
    expect(halfway).toEqual([2, 3, 3]);
  });

  it("merge by the maximum, so that what is heard twice counts once", () => {
    const twice = { kind: "duplication", rate: 1_000_000, at: 0, until: milliseconds(500) } as const;
    const script: Play<CountersRequest> = { clients: [[increment(10, 1, 2)]], faults: [twice] };
    expect(values(run(script))).toEqual([2, 2, 2]);
    expect(values(run(script, { merge: "sum" }))[1]).toBeGreaterThan(2);
  });

  it("count a request once, however often the network delivers it", () => {
    const twice = { kind: "duplication", from: ["c1"], rate: 1_000_000, at: 0, until: milliseconds(500) } as const;
    const script: Play<CountersRequest> = { clients: [[increment(10, 1, 2)]], faults: [twice] };
    expect(values(run(script))[0]).toBe(2);
    expect(values(run(script, { countsOnce: false }))[0]).toBe(4);
  });

  it("keep what was acknowledged through a crash before anyone was told", () => {
    const crash = { kind: "crash", node: "n1", at: milliseconds(16), until: milliseconds(60) } as const;
    const script: Play<CountersRequest> = { clients: [[increment(10, 1, 2)]], faults: [crash] };
    expect(values(run(script))).toEqual([2, 2, 2]);
    expect(values(play({ ...positiveNegativeCounter, durable: [] }, correct, script))).toEqual([0, 0, 0]);
  });

  it("refuse to decrement in version 1, which keeps decrements nevertheless", () => {
    const refused = play(growOnlyCounter, correct, { clients: [[decrement(10, 1, 2)]] });
    expect(refused.history[0]!.outcome).toBe("fail");
    const upgrade: Fault = { kind: "upgrade", nodes: ["n1"], downtime: 1_000, at: 0, until: milliseconds(10) };
    const { run: mixed } = runSystem(crdtCountersSystem, { seed: 3, faults: [upgrade] });
    const [n1, ...others] = mixed.nodes as readonly Observed<CountersState>[];
    const decrements = sum(n1!.state, "decrements");
    expect(decrements).toBeGreaterThan(0);
    expect(others.map(({ state }) => sum(state, "decrements"))).toEqual([decrements, decrements]);
  });
});

describe("what is asked of the counters can be violated:", () => {
  const played = run({ clients: [[increment(10, 1, 2), read(200, 1)]] });
  // The fixture leaves the amount out of the history.
  const history = played.history.map((one) => ({ ...one, input: one.f === "increment" ? 2 : null }));
  const outcome = { ...played, history };
  const holding = (name: string, increments: Readonly<Record<string, number>>): Observed<CountersState> => {
    const vectors = new Map([["increments", new Map(Object.entries(increments))]]);
    const { state } = outcome.nodes[0]!;
    return { name, up: true, state: { ...state, record: { ...state.record, vectors } } };
  };

  it("an entry that its owner has not counted", () => {
    expect(watched(onlyTheOwnerCounts, outcome.nodes)).toBe("");
    expect(watched(onlyTheOwnerCounts, [holding("n1", { n2: 3 }), holding("n2", { n2: 1 })])).toBe(
      "n1 holds 3 increments of n2, who has counted 1.",
    );
  });

  it("an entry that shrinks or goes", () => {
    expect(watched(neverShrinks, [holding("n1", { n1: 1 })], [holding("n1", { n1: 2 })])).toBe("");
    expect(watched(neverShrinks, [holding("n1", { n1: 2 })], [holding("n1", { n1: 1 })])).toContain("now holds 1");
    expect(watched(neverShrinks, [holding("n1", { n1: 2 })], [holding("n1", {})])).toContain("now holds none");
  });

  it("a count that is too high or too low, at the end or in a read", () => {
    expect(judged(allIsCounted, outcome)).toBe("");
    expect(judged(allIsCounted, { ...outcome, nodes: [holding("n1", { n1: 9 })] })).toContain("increments of 9");
    expect(judged(allIsCounted, { ...outcome, nodes: [holding("n1", { n1: 1 })] })).toContain("acknowledged are 2");
  });

  it("a read outside its bounds", () => {
    expect(outputs(outcome)[1]).toEqual([2, 2]);
    expect(judged(readsAreWithinBounds, outcome)).toBe("");
    expect(judged(readsAreWithinBounds, withOutput(outcome, 1, [1, 2]))).toBe(
      "A read returned 1; possible was 2 to 2.",
    );
  });
});

describe("the default campaign over the counters", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(crdtCountersSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(crdtCountersSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(crdtCountersSystem, { mutant }, 1, 1_500).found?.verdict).toBe("violated");
  });
});
