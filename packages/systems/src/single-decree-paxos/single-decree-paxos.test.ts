import { searchSeeds } from "@fieldbook/engine";
import type { Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, madeUp, outputs, play, watched, withOutput } from "./played.fixture.ts";
import type { Played, Script, Step } from "./played.fixture.ts";
import {
  agreement,
  chosenStays,
  correct,
  learnedIsChosen,
  promisesKept,
  singleDecreePaxosSystem,
} from "./single-decree-paxos-system.ts";
import { inForce, singleDecreePaxos } from "./single-decree-paxos.ts";
import type { PaxosConfig, PaxosState, ProposeRequest } from "./single-decree-paxos.ts";

const propose = (at: number, node: number, value: number): Step<ProposeRequest> => [
  at,
  node,
  { type: "propose", value },
];

const run = (script: Script<ProposeRequest>, config: Partial<PaxosConfig> = {}): Played<PaxosState> =>
  play(singleDecreePaxos, { ...correct, ...config }, script);

const isolated = (node: string, from: number, until: number): Fault => ({
  kind: "isolation",
  node,
  at: milliseconds(from),
  until: milliseconds(until),
});

describe("single-decree Paxos (“Paxos Made Simple”, section 2)", () => {
  it("chooses a value when only one is proposed: the requirement that leads to P1", () => {
    const { history, nodes } = run({ clients: [[propose(0, 1, 7)]] });
    expect(outputs({ history })).toEqual([7]);
    // Two phases of one round trip each, and the client's own.
    expect(history[0]!.returnedAt).toBe(milliseconds(30));
    expect(nodes.map(({ state }) => state.accepted?.value)).toEqual([7, 7, 7]);
  });

  it("gives every later proposal the chosen value: P2b", () => {
    const { history, nodes } = run({ clients: [[propose(0, 1, 7), propose(50, 2, 8), propose(100, 3, 9)]] });
    expect(outputs({ history })).toEqual([7, 7, 7]);
    expect(nodes.map(({ state }) => state.accepted?.number)).toEqual([11, 11, 11]);
  });

  it("has a proposer give up its value for the highest-numbered one that the promises tell of: phase 2 (a)", () => {
    // n1's value reaches n1 alone, and n2 and n3 choose 8. Back again, n1 hears of 8 and knows of 7 by a lower number.
    const script = { clients: [[propose(0, 1, 7)], [propose(20, 2, 8)]], faults: [isolated("n1", 16, 300)] };
    expect(outputs(run(script))).toEqual([8, 8]);
    expect(outputs(run(script, { adopts: "first" }))).toEqual([7, 8]);
  });

  it("has an acceptor ignore a proposal below its promise: phase 2 (b)", () => {
    // n3 promises n2's higher number while n1's proposal is on its way to it.
    const script = { clients: [[propose(0, 1, 7)], [propose(7, 2, 8)]], slow: [["n1", "n2", 12] as const] };
    expect(outputs(run(script))).toEqual([8, 8]);
    expect(outputs(run(script, { keepsPromise: false }))).toEqual([7, 8]);
  });

  it("remembers promises and acceptances in a crash: section 2.5, stable storage", () => {
    const crashes = ["n1", "n2", "n3"].map((node): Fault => ({
      kind: "crash",
      node,
      at: milliseconds(100),
      until: milliseconds(120),
    }));
    const script = { clients: [[propose(0, 1, 7), propose(150, 3, 9)]], faults: crashes };
    expect(outputs(run(script))).toEqual([7, 7]);
    const forgetful = play({ ...singleDecreePaxos, durable: [] }, correct, script);
    expect(outputs(forgetful)).toEqual([7, 9]);
  });

  it("waits for a majority: without one nothing is chosen, and with it again all goes on", () => {
    const faults = [isolated("n1", 0, 300)];
    const { history } = run({ clients: [[propose(0, 1, 7)]], faults });
    expect(history[0]!.outcome).toBe("ok");
    expect(history[0]!.returnedAt).toBeGreaterThan(milliseconds(300));
  });

  it("numbers the proposals of different proposers differently: section 2.5", () => {
    const { nodes } = run({ clients: [[propose(0, 1, 7)], [propose(0, 2, 8)], [propose(0, 3, 9)]], until: 5 });
    expect(nodes.map(({ state }) => inForce(state) % 3)).toEqual([0, 1, 2]);
  });
});

describe("what is asked of single-decree Paxos can be violated:", () => {
  const outcome = run({ clients: [[propose(0, 1, 7), propose(50, 2, 8)]] });
  const base = outcome.nodes[0]!.state;
  const holding = (...proposals: readonly (readonly [number, number])[]): ReturnType<typeof madeUp<PaxosState>> =>
    madeUp(
      base,
      ...proposals.map(([number, value]) => ({ promised: number, accepted: { number, value }, learned: null })),
    );

  it("another value after the choice, or two by one number", () => {
    expect(watched(chosenStays, holding([3, 7], [3, 7], [2, 9]))).toBe("");
    expect(watched(chosenStays, holding([3, 7], [3, 7], [5, 9]))).toBe(
      "7 was chosen by number 3, and n3 accepted 9 by number 5.",
    );
    expect(watched(chosenStays, holding([3, 7], [3, 9]))).toBe(
      "Number 3 stands for 7 and for 9: n2 accepted the second.",
    );
    // A choice that comes about late is one too.
    expect(watched(chosenStays, holding([5, 9], [3, 7], [3, 7]))).toContain("n1 accepted 9 by number 5");
  });

  it("a promise that is taken back or not kept", () => {
    const promised = (number: number): ReturnType<typeof madeUp<PaxosState>> =>
      madeUp(base, { promised: number, accepted: null });
    expect(watched(promisesKept, promised(3), promised(5))).toBe("");
    expect(watched(promisesKept, promised(5), promised(3))).toBe("n1 had promised number 5 and now knows of 3.");
    expect(watched(promisesKept, promised(5), madeUp(base, { promised: 5, accepted: { number: 4, value: 7 } }))).toBe(
      "n1 had promised number 5 and accepted number 4.",
    );
  });

  it("a value that is learned and not chosen", () => {
    const learned = { promised: 3, accepted: { number: 3, value: 7 }, learned: 7 };
    const free = { promised: 0, accepted: null, learned: null };
    expect(watched(learnedIsChosen, madeUp(base, { ...learned, learned: null }, learned, free))).toBe("");
    expect(watched(learnedIsChosen, madeUp(base, learned, free, free))).toBe("n1 learned 7, but nothing is chosen.");
  });

  it("two answers, or one out of nowhere", () => {
    expect(judged(agreement, outcome)).toBe("");
    expect(judged(agreement, withOutput(outcome, 1, 8))).toBe("One client was told 7, another 8.");
    expect(judged(agreement, withOutput(withOutput(outcome, 0, 5), 1, 5))).toBe(
      "The chosen value 5 was proposed by nobody.",
    );
  });
});

describe("the default campaign over single-decree Paxos", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(singleDecreePaxosSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(singleDecreePaxosSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(singleDecreePaxosSystem, { mutant }, 1, 3_000).found?.verdict).toBe("violated");
  });
});
