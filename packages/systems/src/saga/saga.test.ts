import { searchSeeds } from "@fieldbook/engine";
import type { Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, madeUp, outputs, play, watched, withOutput } from "../single-decree-paxos/played.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import {
  allOrNothing,
  correct,
  inOrder,
  nothingForgotten,
  sagaSystem,
  seatsAddUp,
  toldAsItWas,
} from "./saga-system.ts";
import { saga } from "./saga.ts";
import type { BookRequest, Effect, Saga, SagaConfig, SagaState } from "./saga.ts";

const book = (at: number, seats = 1): Step<BookRequest> => [at, 1, { type: "book", seats }];

const run = (script: Script<BookRequest>, config: Partial<SagaConfig> = {}): Played<SagaState> =>
  play(saga, { ...correct, ...config }, { nodes: 4, ...script });

const effects = ({ nodes }: Played<SagaState>, id: string): readonly unknown[] =>
  nodes.slice(1).map(({ state }) => state.service.effects.get(id)?.outcome);

const down = (node: string, from: number, until: number): Fault => ({
  kind: "crash",
  node,
  at: milliseconds(from),
  until: milliseconds(until),
});

describe("sagas (Garcia-Molina and Salem 1987)", () => {
  it("executes T1 … Tn", () => {
    const played = run({ clients: [[book(0)]] });
    expect(outputs(played)).toEqual(["completed"]);
    expect(effects(played, "c1/0")).toEqual(["done", "done", "done"]);
    // The client's round trip and one for each step.
    expect(played.history[0]!.returnedAt).toBe(milliseconds(40));
  });

  it("or else T1 … Tj, Cj … C1: what was done before a refusal is compensated", () => {
    const played = run({ clients: [[book(0, 3), book(100, 2)]] }, { seats: 4 });
    expect(outputs(played)).toEqual(["completed", "compensated"]);
    expect(effects(played, "c1/1")).toEqual(["undone", "undone", "refused"]);
    expect(played.nodes.slice(1).map(({ state }) => state.service.left)).toEqual([3, 2, 1]);
  });

  it("turns back from a step that does not answer, and compensates that one too", () => {
    const played = run({ clients: [[book(0)]], faults: [down("n3", 12, 400)] });
    expect(outputs(played)).toEqual(["compensated"]);
    expect(effects(played, "c1/0")).toEqual(["undone", "undone", undefined]);
  });

  it("goes on after a crash of the execution component from where its log ends", () => {
    const script = { clients: [[book(0)]], faults: [down("n1", 22, 100)] };
    const played = run(script);
    expect(effects(played, "c1/0")).toEqual(["done", "done", "done"]);
    const forgetful = play({ ...saga, durable: ["service"] }, correct, { nodes: 4, ...script });
    expect(effects(forgetful, "c1/0")).toEqual(["done", "done", undefined]);
  });

  it("does a step once, though it is sent again", () => {
    const faults: readonly Fault[] = [
      { kind: "duplication", at: 0, until: milliseconds(1_000), from: ["n1"], rate: 1_000_000 },
    ];
    const left = (config: Partial<SagaConfig>): readonly number[] =>
      run({ clients: [[book(0)]], faults }, config)
        .nodes.slice(1)
        .map(({ state }) => state.service.left);
    expect(left({})).toEqual([9, 8, 7]);
    expect(left({ stepsOnce: false })).toEqual([8, 7, 6]);
  });

  it("does not do a step that arrives after its compensation", () => {
    // The first steps for n3 take a quarter of a second; compensations are sent when the links are fast again.
    const faults: readonly Fault[] = [
      {
        kind: "delay",
        at: 0,
        until: milliseconds(60),
        from: ["n1"],
        to: ["n3"],
        by: { kind: "constant", value: milliseconds(250) },
      },
    ];
    const clients = [[book(0)]];
    expect(effects(run({ clients, faults }), "c1/0")).toEqual(["undone", "undone", undefined]);
    expect(effects(run({ clients, faults }, { voidsLateSteps: false }), "c1/0")).toEqual(["undone", "done", undefined]);
  });
});

describe("what is asked of sagas can be violated:", () => {
  const outcome = run({ clients: [[book(0)]] });
  const base = run({ clients: [] }).nodes[0]!.state;
  const at = (effect: Effect["outcome"] | undefined, left = 0): Partial<SagaState> => ({
    service: { left, effects: new Map(effect === undefined ? [] : [["s", { outcome: effect, seats: 1 }]]) },
  });
  const under = (result: Saga["result"]): Partial<SagaState> => ({
    sagas: new Map([["s", { ...outcome.nodes[0]!.state.sagas.get("c1/0")!, result }]]),
  });

  it("steps out of order, half a saga", () => {
    expect(watched(inOrder, madeUp(base, under(null), at("done"), at("done"), at(undefined)))).toBe("");
    expect(watched(inOrder, madeUp(base, under(null), at("undone"), at("done")))).toBe(
      "Saga s: undone at n2, done at n3.",
    );
    expect(watched(allOrNothing, madeUp(base, under("completed"), at("done"), at("done")))).toBe("");
    expect(watched(allOrNothing, madeUp(base, under(null), at("done"), at(undefined)))).toBe("");
    expect(watched(allOrNothing, madeUp(base, under("compensated"), at("done"), at(undefined)))).toBe(
      "Saga s is compensated: done at n2, nothing at n3.",
    );
  });

  it("seats that come or go", () => {
    expect(watched(seatsAddUp, outcome.nodes)).toBe("");
    expect(watched(seatsAddUp, madeUp(base, base, at("done", 7)))).toBe("");
    expect(watched(seatsAddUp, madeUp(base, base, at("done", 8)))).toBe("n2 has 8 seats; 8 are left and 1 are booked.");
  });

  it("a saga, a result or a compensation that is forgotten", () => {
    const first = madeUp(base, { ...under("completed"), ...at("undone") });
    const says = (change: Partial<SagaState>): string =>
      watched(nothingForgotten, first, madeUp(first[0]!.state, change));
    expect(says({})).toBe("");
    expect(says({ sagas: new Map() })).toBe("n1 had begun 1 sagas and now knows of 0.");
    expect(says(under("compensated"))).toBe("Saga s was completed and is now compensated.");
    expect(says(at("done"))).toBe("n1 had compensated saga s, and now its step is done.");
  });

  it("a client that is told something else", () => {
    expect(judged(toldAsItWas, outcome)).toBe("");
    expect(judged(toldAsItWas, withOutput(outcome, 0, "compensated"))).toBe(
      "The client of saga c1/0 was told compensated: done at n2, done at n3, done at n4.",
    );
  });
});

describe("the default campaign over sagas", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(sagaSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(sagaSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(sagaSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
