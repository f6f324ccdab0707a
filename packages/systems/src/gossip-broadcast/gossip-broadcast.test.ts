import { searchSeeds } from "@fieldbook/engine";
import type { Body, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, play, received, watched, withOutput, withState } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  acknowledgedKept,
  correct,
  deliveredOnce,
  deliveredOnReceipt,
  gossipBroadcastSystem,
  nothingInvented,
  readsShowTheLog,
} from "./gossip-broadcast-system.ts";
import { gossipBroadcast } from "./gossip-broadcast.ts";
import type { GossipBroadcastConfig, GossipBroadcastState, GossipRequest } from "./gossip-broadcast.ts";

const broadcast = (at: number, node: number, value: number): Step<GossipRequest> => [
  at,
  node,
  { type: "broadcast", value },
];
const read = (at: number, node: number): Step<GossipRequest> => [at, node, { type: "read" }];

const run = (script: Play<GossipRequest>, config: Partial<GossipBroadcastConfig> = {}): Played<GossipBroadcastState> =>
  play(gossipBroadcast, { ...correct, ...config }, { nodes: 4, ...script });

const logs = ({ nodes }: Played<GossipBroadcastState>): number[][] => nodes.map(({ state }) => state.delivered);

/** n4 hears nothing while the rumour is hot. */
const cutOff: Play<GossipRequest> = {
  clients: [[broadcast(0, 1, 7)]],
  faults: [{ kind: "isolation", node: "n4", at: 0, until: milliseconds(400) }],
};

describe("gossip broadcast (Demers et al. 1987)", () => {
  it("spreads a rumour to all and then is silent about it: section 1.4", () => {
    const { nodes, ...rest } = run({ clients: [[broadcast(0, 1, 7)]] }, { compares: false, interest: 5 });
    expect(logs({ nodes, ...rest })).toEqual([[7], [7], [7], [7]]);
    expect(nodes.map(({ state }) => state.hot.size)).toEqual([0, 0, 0, 0]);
  });

  it("needs a backup, since a rumour may die out before all have heard it: section 1.5", () => {
    expect(logs(run(cutOff, { compares: false }))[3]).toEqual([]);
    expect(logs(run(cutOff))[3]).toEqual([7]);
  });

  it("finds by anti-entropy what each of two nodes lacks, which a count does not show: section 1.3", () => {
    const apart: Play<GossipRequest> = {
      nodes: 2,
      clients: [[broadcast(0, 1, 1)], [broadcast(0, 2, 2)]],
      faults: [{ kind: "partition", sides: [["n1"], ["n2"]], at: 0, until: milliseconds(300) }],
    };
    // Rumours are told until they are answered; these are forgotten in a crash.
    const crashes = ["n1", "n2"].map((node) => ({ kind: "crash", node, at: 250_000, until: 260_000 }) as const);
    const both = { ...apart, faults: [...apart.faults!, ...crashes] };
    expect(logs(run(both)).map((log) => log.toSorted((one, other) => one - other))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(logs(run(both, { digest: "count" }))).toEqual([[1], [2]]);
  });

  it("keeps what it has acknowledged through a crash before anyone was told", () => {
    const crash = { kind: "crash", node: "n1", at: milliseconds(6), until: milliseconds(50) } as const;
    const script: Play<GossipRequest> = { clients: [[broadcast(0, 1, 7)]], faults: [crash] };
    const { history, nodes } = run(script);
    expect(history[0]!.outcome).toBe("ok");
    expect(nodes.map(({ state }) => state.delivered)).toEqual([[7], [7], [7], [7]]);
    const volatile = { ...gossipBroadcast, durable: [] };
    expect(logs(play(volatile, correct, { nodes: 4, ...script }))).toEqual([[], [], [], []]);
  });

  it("delivers a request that comes twice once", () => {
    const twice = { kind: "duplication", rate: 1_000_000, at: 0, until: milliseconds(500) } as const;
    expect(logs(run({ clients: [[broadcast(0, 1, 7)]], faults: [twice] }))).toEqual([[7], [7], [7], [7]]);
  });
});

describe("what is asked of gossip broadcast can be violated:", () => {
  const outcome = run({ clients: [[broadcast(0, 1, 1), read(50, 1)], [broadcast(0, 2, 2)]] });
  const view = (...delivered: readonly number[]): Observed<GossipBroadcastState>[] => [
    { name: "n1", up: true, state: { ...outcome.nodes[0]!.state, delivered: [...delivered] } },
  ];

  it("a message delivered twice, or forgotten", () => {
    expect(watched(deliveredOnce, view(1), view(1, 2))).toBe("");
    expect(watched(deliveredOnce, view(1), view(1, 1))).toBe("n1 delivered 1 twice.");
    expect(watched(deliveredOnce, view(1), view())).toBe("n1 forgot that it had delivered 1.");
  });

  it("a rumour that is not delivered, or not told on", () => {
    const { state } = outcome.nodes[0]!;
    const knows = (delivered: number[], ...hot: readonly number[]): GossipBroadcastState => ({
      ...state,
      delivered,
      hot: new Map(hot.map((value) => [value, 0])),
    });
    const says = (after: GossipBroadcastState, type = "rumour"): string =>
      received(deliveredOnReceipt, [knows([1]), after], { type, values: [1, 2] } as Body, "n2");
    expect(says(knows([1, 2], 2))).toBe("");
    expect(says(knows([1]))).toBe('n1 was told of 2 by "rumour" and has not delivered it.');
    expect(says(knows([1, 2]))).toBe("n1 heard of 2 first and does not tell it on.");
    expect(says(knows([1, 2]), "missing")).toBe("");
  });

  it("a message that nobody broadcast", () => {
    expect(judged(nothingInvented, outcome)).toBe("");
    expect(judged(nothingInvented, withState(outcome, 2, { delivered: [9] }))).toBe(
      "n3 delivered 9, which nobody broadcast.",
    );
  });

  it("an acknowledged message that is lost", () => {
    expect(judged(acknowledgedKept, outcome)).toBe("");
    const lost = { ...outcome, nodes: view(1) };
    expect(judged(acknowledgedKept, lost)).toBe("2 was acknowledged, and at the end no node has delivered it.");
  });

  it("a read of what is not in the log, or that leaves out what was acknowledged", () => {
    const index = outcome.history.findIndex(({ f }) => f === "read");
    expect(judged(readsShowTheLog, outcome)).toBe("");
    expect(judged(readsShowTheLog, withOutput(outcome, index, [3]))).toContain("A read of n1 showed 3");
    expect(judged(readsShowTheLog, withOutput(outcome, index, []))).toContain("n1 had acknowledged 1");
  });
});

describe("the default campaign over gossip broadcast", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(gossipBroadcastSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(gossipBroadcastSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(gossipBroadcastSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
