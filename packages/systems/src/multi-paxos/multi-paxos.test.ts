import { searchSeeds } from "@fieldbook/engine";
import type { Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { KeyValueRequest } from "../shared/key-value-clients.ts";
import { madeUp, outputs, play, watched } from "../single-decree-paxos/played.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import {
  chosenStays,
  decidedIsChosen,
  oneDecisionASlot,
  promisesKept,
  sameState,
  writtenOnce,
} from "./multi-paxos-properties.ts";
import { correct, multiPaxosSystem } from "./multi-paxos-system.ts";
import { multiPaxos } from "./multi-paxos.ts";
import type { Command, MultiPaxosConfig, State } from "./multi-paxos-state.ts";

const read = (at: number, node: number): Step<KeyValueRequest> => [at, node, { type: "read", key: 0 }];
const write = (at: number, node: number, value: number): Step<KeyValueRequest> => [
  at,
  node,
  { type: "write", key: 0, value },
];

const run = (script: Script<KeyValueRequest>, config: Partial<MultiPaxosConfig> = {}): Played<State> =>
  play(multiPaxos, { ...correct, ...config }, script);

/** The calm run's first leader: the first whose time is up. */
const leaderOf = ({ nodes }: Played<State>): number =>
  nodes.findIndex(({ state }) => state.leading?.active === true) + 1;
const leader = leaderOf(run({ clients: [] }));
const [second, third] = [1, 2, 3].filter((node) => node !== leader) as [number, number];

const isolated = (node: number, from: number, until: number): Fault => ({
  kind: "isolation",
  node: `n${String(node)}`,
  at: milliseconds(from),
  until: milliseconds(until),
});

describe("Multi-Paxos (“Paxos Made Simple”, section 3; “Paxos Made Moderately Complex”)", () => {
  it("elects one leader, and runs phase 2 alone for each command", () => {
    const { history, nodes } = run({ clients: [[write(300, leader, 1), read(350, leader)]] });
    expect(outputs({ history })).toEqual([null, 1]);
    expect(nodes.filter(({ state }) => state.leading !== null)).toHaveLength(1);
    // The client's own round trip and one between the leader and a majority.
    expect(history[0]!.returnedAt - history[0]!.calledAt).toBe(milliseconds(20));
  });

  it("performs all commands at all replicas, in the order of their slots", () => {
    const { nodes } = run({
      clients: [
        [write(300, 1, 1), write(350, 2, 2)],
        [write(301, 3, 3), read(400, 1)],
      ],
    });
    expect(nodes.map(({ state }) => state.performed)).toEqual([4, 4, 4]);
    expect(new Set(nodes.map(({ state }) => JSON.stringify([...state.store]))).size).toBe(1);
  });

  it("has another take over when the leader is not heard of, with all that was decided", () => {
    const script = {
      clients: [[write(300, leader, 1), read(800, second)]],
      faults: [isolated(leader, 400, 1_000)],
    };
    const { history, nodes } = run(script);
    expect(outputs({ history })).toEqual([null, 1]);
    expect(nodes[leader - 1]!.state.promised).toBeLessThan(nodes[second - 1]!.state.promised);
  });

  it("lets a leader that has been replaced decide nothing more, not even a read", () => {
    const faults = [isolated(leader, 400, 1_000)];
    const clients = [[write(300, leader, 1)], [write(800, second, 2)], [read(900, leader)]];
    const values = (config: Partial<MultiPaxosConfig>): unknown =>
      run({ clients, faults, until: 1_000 }, config).history.find(({ f }) => f === "read")!.output;
    expect(values({})).toBeUndefined();
    expect(values({ readsThroughLog: false })).toBe(1);
  });

  it("performs a command once though it is decided for two slots", () => {
    const faults: readonly Fault[] = [
      { kind: "duplication", at: 0, until: milliseconds(1_000), from: ["c1"], rate: 1_000_000 },
    ];
    const slots = (config: Partial<MultiPaxosConfig>): Played<State> =>
      run({ clients: [[write(300, leader, 1)]], faults }, config);
    expect(slots({}).nodes[leader - 1]!.state.performed).toBe(2);
    expect(slots({}).nodes[leader - 1]!.state.store.get(0)).toEqual({ value: 1, version: 1 });
    expect(slots({ once: false }).nodes[leader - 1]!.state.store.get(0)).toEqual({ value: 1, version: 2 });
  });

  it("tells a replica that was away what was decided meanwhile", () => {
    const faults = [isolated(third, 290, 330)];
    const { nodes, marks } = run({ clients: [[write(300, leader, 1)]], faults });
    expect(marks.has("a replica that had missed decisions asked for them")).toBe(true);
    expect(nodes[third - 1]!.state.store.get(0)?.value).toBe(1);
  });
});

describe("what is asked of Multi-Paxos can be violated:", () => {
  const base = run({ clients: [] }).nodes[0]!.state;
  const command = (number: number, client = "c1"): Command => ({
    src: client,
    dest: "n1",
    body: { type: "write", key: 0, value: number, msg_id: number },
  });
  const accepting = (ballot: number, number: number, promised = ballot): Partial<State> => ({
    promised,
    accepted: new Map([[1, { ballot, command: command(number) }]]),
  });
  const performing = (value: number, version: number, ...numbers: number[]): Partial<State> => ({
    performed: numbers.length,
    decided: new Map(numbers.map((number, index) => [index + 1, command(number)])),
    store: new Map([[0, { value, version }]]),
  });

  it("another command for a slot after the choice", () => {
    expect(watched(chosenStays, madeUp(base, accepting(3, 1), accepting(3, 1), accepting(4, 1)))).toBe("");
    expect(watched(chosenStays, madeUp(base, accepting(3, 1), accepting(3, 1), accepting(4, 2)))).toBe(
      "Slot 1: c1's request 1 was chosen by number 3, and n3 accepted c1's request 2 by number 4.",
    );
  });

  it("a promise that is taken back or not kept, an acceptance that is forgotten", () => {
    const first = madeUp(base, accepting(3, 1, 5));
    expect(watched(promisesKept, first, madeUp(base, accepting(6, 1)))).toBe("");
    expect(watched(promisesKept, first, madeUp(base, accepting(3, 1)))).toBe(
      "n1 had promised ballot 5 and now knows of 3.",
    );
    expect(watched(promisesKept, first, madeUp(base, accepting(4, 1, 5)))).toBe(
      "n1 had promised ballot 5 and accepted slot 1 in ballot 4.",
    );
    expect(watched(promisesKept, first, madeUp(base, { promised: 5, accepted: new Map() }))).toBe(
      "n1 had accepted proposals for 1 slots and now has 0.",
    );
  });

  it("a decision that no majority has accepted", () => {
    const decided = { decided: new Map([[1, command(1)]]) };
    expect(watched(decidedIsChosen, madeUp(base, accepting(3, 1), { ...accepting(3, 1), ...decided }, base))).toBe("");
    expect(watched(decidedIsChosen, madeUp(base, { ...accepting(3, 1), ...decided }, base, base))).toBe(
      "n1 decides c1's request 1 for slot 1, but nothing is chosen.",
    );
  });

  it("two decisions for a slot, two states after it, a command that is performed twice", () => {
    const same = madeUp(base, performing(1, 1, 1), performing(1, 1, 1));
    const differ = madeUp(base, performing(1, 1, 1), performing(2, 1, 2));
    for (const property of [oneDecisionASlot, sameState, writtenOnce]) expect(watched(property, same)).toBe("");
    expect(watched(oneDecisionASlot, differ)).toBe("Slot 1 is c1's request 1 at n1 and c1's request 2 at n2.");
    expect(watched(sameState, differ)).toBe("After slot 1 n1 holds 0: 1 and n2 holds 0: 2.");
    expect(watched(writtenOnce, madeUp(base, performing(1, 2, 1, 1)))).toBe(
      "n1 has written key 0 2 times by 1 commands.",
    );
  });
});

describe("the default campaign over Multi-Paxos", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(multiPaxosSystem, {}, 1, 60).found?.says).toBeUndefined();
  });

  it.each(multiPaxosSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(multiPaxosSystem, { mutant }, 1, 1_000).found?.verdict).toBe("violated");
  });
});
