import { searchSeeds } from "@fieldbook/engine";
import type { Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import {
  eachWatched,
  judged,
  play,
  watched,
  withOutput,
  withState,
} from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  acknowledgedKept,
  causalBroadcastSystem,
  causalOrder,
  correct,
  deliveredOnce,
  nothingInvented,
  readsShowTheLog,
} from "./causal-broadcast-system.ts";
import { causalBroadcast } from "./causal-broadcast.ts";
import type { CausalBroadcastConfig, CausalBroadcastState, CausalRequest, Item } from "./causal-broadcast.ts";

const broadcast = (at: number, node: number, value: number): Step<CausalRequest> => [
  at,
  node,
  { type: "broadcast", value },
];
const read = (at: number, node: number): Step<CausalRequest> => [at, node, { type: "read" }];

// Members compare only after 10 s, where a test does not say otherwise: what is seen is the protocol alone.
const run = (script: Play<CausalRequest>, config: Partial<CausalBroadcastConfig> = {}): Played<CausalBroadcastState> =>
  play(causalBroadcast, { ...correct, compare: milliseconds(10_000), ...config }, script);

const logs = ({ nodes }: Played<CausalBroadcastState>): number[][] =>
  nodes.map(({ state }) => state.delivered.map(({ value }) => value));

/** n1 asks; n2 answers what it has heard; the question is slow on its way to n3. */
const question: Play<CausalRequest> = {
  clients: [[broadcast(0, 1, 1)], [broadcast(10, 2, 2)]],
  slow: [["n1", "n3", 60]],
};

describe("causal broadcast (Birman, Schiper, Stephenson 1991)", () => {
  it("delays an answer until the question is delivered: step 2", () => {
    expect(logs(run(question))[2]).toEqual([1, 2]);
    expect(run(question).marks.get("a third member's message was awaited")?.times).toBe(1);
  });

  it("delivers the answer alone when it waits for its sender's messages only: the question then looks old", () => {
    expect(logs(run(question, { waitsForOthers: false }))[2]).toEqual([2]);
    expect(logs(run(question, { waits: false }))[2]).toEqual([2]);
  });

  it("does not order what neither sender had seen of the other", () => {
    const apart: Play<CausalRequest> = { clients: [[broadcast(0, 1, 1)], [broadcast(0, 2, 2)]] };
    expect(logs(run(apart)).slice(0, 2)).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it("timestamps a message with what its sender had delivered, and its own number: step 1", () => {
    const vectors = run(question).nodes[0]!.state.delivered.map(({ vector }) => vector);
    expect(vectors).toEqual([
      [1, 0, 0],
      [1, 1, 0],
    ]);
  });

  it("sends again what the network lost", () => {
    const cut = { kind: "isolation", node: "n3", at: 0, until: milliseconds(100) } as const;
    const lost: Play<CausalRequest> = { clients: [[broadcast(0, 1, 1), broadcast(120, 1, 2)]], faults: [cut] };
    expect(logs(run(lost))[2]).toEqual([]);
    expect(logs(run(lost, { compare: milliseconds(60) }))[2]).toEqual([1, 2]);
  });

  it("goes on after a crash from the deliveries on disk", () => {
    const crash = { kind: "crash", node: "n2", at: milliseconds(50), until: milliseconds(60) } as const;
    const { nodes } = run({
      clients: [[broadcast(0, 1, 1)], [broadcast(10, 2, 2), broadcast(80, 2, 3)]],
      faults: [crash],
    });
    expect(nodes[2]!.state.delivered.at(-1)).toEqual({ sender: 1, vector: [1, 2, 0], value: 3 });
  });

  it("broadcasts a request that comes twice once", () => {
    const twice = { kind: "duplication", from: ["c1"], rate: 1_000_000, at: 0, until: milliseconds(50) } as const;
    const script: Play<CausalRequest> = { clients: [[broadcast(0, 1, 1)]], faults: [twice] };
    expect(logs(run(script))[0]).toEqual([1]);
    expect(logs(run(script, { once: false }))[0]).toEqual([1, 1]);
  });
});

describe("what is asked of causal broadcast can be violated:", () => {
  const outcome = run({ clients: [[broadcast(0, 1, 1), read(50, 1)], [broadcast(10, 2, 2)]] });
  const item = (sender: number, value: number): Item => ({ sender, vector: [0, 0, 0], value });
  const member = (name: string, delivered: readonly Item[]): Observed<CausalBroadcastState> => ({
    name,
    up: true,
    state: { ...outcome.nodes[0]!.state, delivered: [...delivered] },
  });
  const view = (...delivered: readonly Item[]): Observed<CausalBroadcastState>[] => [member("n1", delivered)];

  it("an answer before the question", () => {
    const [one, two] = [item(0, 1), item(1, 2)];
    const inOrder = [member("n1", [one]), member("n2", [one, two]), member("n3", [one, two])];
    const outOfOrder = [...inOrder.slice(0, 2), member("n3", [two])];
    expect(eachWatched(causalOrder, inOrder)).toBe("");
    expect(eachWatched(causalOrder, outOfOrder)).toBe(
      "n3 delivered 2 before 1, which n2 had delivered before it sent 2.",
    );
  });

  it("a message delivered twice, or forgotten", () => {
    expect(watched(deliveredOnce, view(item(0, 1)), view(item(0, 1), item(0, 2)))).toBe("");
    expect(watched(deliveredOnce, view(item(0, 1), item(0, 1)))).toBe("n1 delivered 1 twice.");
    expect(watched(deliveredOnce, view(item(0, 1)), view())).toBe("n1 forgot that it had delivered 1.");
  });

  it("a message that nobody broadcast", () => {
    expect(judged(nothingInvented, outcome)).toBe("");
    expect(judged(nothingInvented, withState(outcome, 1, { delivered: [item(0, 9)] }))).toBe(
      "n2 delivered 9, which nobody broadcast.",
    );
  });

  it("an acknowledged message that is lost", () => {
    expect(judged(acknowledgedKept, outcome)).toBe("");
    let lost = withState(outcome, 0, { delivered: [item(0, 1)] });
    lost = withState(withState(lost, 1, { delivered: [item(0, 1)] }), 2, { delivered: [item(0, 1)] });
    expect(judged(acknowledgedKept, lost)).toBe("2 was acknowledged, and at the end no member has delivered it.");
  });

  it("a read of what is not in the log, or that leaves out what was acknowledged", () => {
    const index = outcome.history.findIndex(({ f }) => f === "read");
    expect(judged(readsShowTheLog, outcome)).toBe("");
    expect(judged(readsShowTheLog, withOutput(outcome, index, [2, 1]))).toContain("A read of n1 showed 2 1");
    expect(judged(readsShowTheLog, withOutput(outcome, index, []))).toContain("n1 had acknowledged 1");
  });
});

describe("the default campaign over causal broadcast", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(causalBroadcastSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(causalBroadcastSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(causalBroadcastSystem, { mutant }, 1, 200).found?.verdict).toBe("violated");
  });
});
