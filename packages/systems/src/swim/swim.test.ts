import { searchSeeds } from "@fieldbook/engine";
import type { Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { eachWatched, judged, play, watched, withOutput } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Played } from "../lamport-mutual-exclusion/script.fixture.ts";
import { overrides } from "./membership.ts";
import type { Belief, Status, Update } from "./membership.ts";
import {
  answersClearDoubts,
  answersNameTheAsked,
  beliefsMoveForward,
  crashedAreSuspected,
  doubtsAreRefuted,
  everyMemberIsProbed,
  faultyAfterSuspicion,
  helpIsForSilence,
  incarnationsAnswerDoubts,
  incarnationsAreOnesOwn,
  messagesAreSent,
  newsIsTold,
  othersAreAskedFirst,
  suspicionsEnd,
} from "./swim-properties.ts";
import { correct, swimSystem } from "./swim-system.ts";
import { swim } from "./swim.ts";
import type { SwimConfig, SwimState } from "./swim.ts";

const update = (status: Status, incarnation: number): Update => ({ member: "n2", incarnation, status });

describe("which update overrides which belief (section 4.2)", () => {
  it("alive overrides what is of an earlier incarnation only", () => {
    expect(overrides(update("alive", 2), update("suspect", 1))).toBe(true);
    expect(overrides(update("alive", 2), update("alive", 1))).toBe(true);
    expect(overrides(update("alive", 1), update("suspect", 1))).toBe(false);
  });

  it("suspect overrides alive of its own incarnation too", () => {
    expect(overrides(update("suspect", 1), update("alive", 1))).toBe(true);
    expect(overrides(update("suspect", 1), update("suspect", 1))).toBe(false);
    expect(overrides(update("suspect", 1), update("alive", 2))).toBe(false);
  });

  it("faulty overrides both, but for a later incarnation", () => {
    expect(overrides(update("faulty", 1), update("suspect", 1))).toBe(true);
    expect(overrides(update("faulty", 1), update("alive", 2))).toBe(false);
  });
});

const run = (faults: readonly Fault[], until: number, config: Partial<SwimConfig> = {}): Played<SwimState> =>
  play(swim, { ...correct, ...config }, { clients: [], nodes: 4, faults, until });

/** What each other member believes of one. */
const beliefsOf = ({ nodes }: Played<SwimState>, member: string): readonly Status[] =>
  nodes.flatMap(({ state }) => state.beliefs.get(member)?.status ?? []);

const times = ({ marks }: Played<SwimState>, label: string): number => marks.get(label)?.times ?? 0;

describe("SWIM (Das, Gupta, Motivala 2002)", () => {
  it("suspects nobody while nothing fails", () => {
    const calm = run([], 2_000);
    for (const member of ["n1", "n2", "n3", "n4"]) expect(beliefsOf(calm, member)).toEqual(["alive", "alive", "alive"]);
    expect(calm.nodes.map(({ state }) => state.incarnation)).toEqual([0, 0, 0, 0]);
  });

  it("finds a crashed member, and all hear of it: completeness, section 3.1", () => {
    const crash: Fault = { kind: "crash", node: "n3", at: milliseconds(200), until: milliseconds(2_000) };
    expect(beliefsOf(run([crash], 1_200), "n3")).toEqual(["faulty", "faulty", "faulty"]);
  });

  it("takes back a member that returns, in a new incarnation", () => {
    const crash: Fault = { kind: "crash", node: "n3", at: milliseconds(200), until: milliseconds(1_200) };
    const back = run([crash], 2_000);
    expect(beliefsOf(back, "n3")).toEqual(["alive", "alive", "alive"]);
    expect(back.nodes[2]!.state.incarnation).toBeGreaterThan(0);
    expect(beliefsOf(run([crash], 2_000, { refutes: false }), "n3")).toEqual(["faulty", "faulty", "faulty"]);
  });

  it("asks others to ping whom it can not reach: one bad link makes no suspect", () => {
    const link: Fault = { kind: "partition", sides: [["n1"], ["n2"]], at: 0, until: milliseconds(2_000) };
    const indirect = run([link], 1_500);
    expect(times(indirect, "others reached whom the prober could not")).toBeGreaterThan(0);
    expect(indirect.nodes.map(({ state }) => state.incarnation)).toEqual([0, 0, 0, 0]);
    expect(times(run([link], 1_500, { helpers: 0 }), "a suspicion was refuted")).toBeGreaterThan(0);
  });

  it("lets a slow member refute before it is declared faulty: section 4.2", () => {
    const pause: Fault = { kind: "pause", node: "n2", at: milliseconds(300), until: milliseconds(480) };
    const slow = run([pause], 1_500);
    expect(times(slow, "a suspicion was refuted")).toBeGreaterThan(0);
    expect(times(slow, "a suspect was declared faulty")).toBe(0);
    expect(times(run([pause], 1_500, { suspicion: 0 }), "a suspect was declared faulty")).toBeGreaterThan(0);
  });
});

describe("what is asked of SWIM can be violated:", () => {
  const base = run([], 200, {}).nodes[0]!.state;
  const belief = (status: Status, change: Partial<Belief> = {}): Belief => ({
    ...update(status, 0),
    since: 0,
    told: 1,
    ...change,
  });
  const member = (name: string, change: Partial<SwimState>, up = true): Observed<SwimState> => ({
    name,
    up,
    state: { ...base, period: 0, target: "", asked: [], beliefs: new Map(), ...change },
  });
  const believes = (one: Belief, change: Partial<SwimState> = {}): Observed<SwimState>[] => [
    member("n1", { beliefs: new Map([["n2", one]]), ...change }),
    member("n2", {}),
    member("n3", {}),
  ];

  it("an incarnation that its member has not begun", () => {
    expect(watched(incarnationsAreOnesOwn, believes(belief("alive")))).toBe("");
    expect(watched(incarnationsAreOnesOwn, believes(belief("alive", { incarnation: 1 })))).toBe(
      "n1 knows incarnation 1 of n2, which is in its 0.",
    );
  });

  it("a belief that goes back", () => {
    const suspect = belief("suspect");
    expect(watched(beliefsMoveForward, believes(suspect), believes(belief("alive", { incarnation: 1 })))).toBe("");
    expect(watched(beliefsMoveForward, believes(suspect), believes(belief("alive")))).toBe(
      "n1 believed n2 suspect in incarnation 0 and then n2 alive in incarnation 0.",
    );
  });

  it("a member declared faulty before its time", () => {
    const property = faultyAfterSuspicion(milliseconds(2));
    const suspect = believes(belief("suspect"));
    expect(watched(property, suspect, suspect, believes(belief("faulty")))).toBe("");
    expect(watched(property, suspect, believes(belief("faulty")))).toBe(
      "n1 has n2 for faulty 1000 µs after the first suspicion of it.",
    );
  });

  it("a suspicion without an indirect probe", () => {
    const probing = believes(belief("alive"), { period: 1, target: "n2" });
    const asked = believes(belief("alive"), { period: 1, target: "n2", asked: ["n3"] });
    const suspects = believes(belief("suspect"), { period: 2, target: "n3" });
    expect(watched(othersAreAskedFirst(2), probing, asked, suspects)).toBe("");
    expect(watched(othersAreAskedFirst(2), probing, suspects)).toBe(
      "n1 suspects n2 and has asked 0 others to ping it.",
    );
  });

  it("a crashed member that is held for alive", () => {
    const at = (period: number, status: Status): Observed<SwimState>[] => [
      member("n1", { period, target: "n2", beliefs: new Map([["n2", belief(status)]]) }),
      member("n2", {}, false),
    ];
    expect(watched(crashedAreSuspected, at(1, "alive"), at(2, "suspect"))).toBe("");
    expect(watched(crashedAreSuspected, at(1, "alive"), at(2, "alive"))).toBe(
      "n1 believes that n2 is alive, which was down while it was probed.",
    );
  });

  it("a member that hears itself doubted and goes on", () => {
    expect(eachWatched(doubtsAreRefuted, [member("n1", { doubted: 0, incarnation: 1 })])).toBe("");
    expect(eachWatched(doubtsAreRefuted, [member("n1", { doubted: 0, incarnation: 0 })])).toContain("incarnation 0");
  });

  it("an incarnation that goes back, or is begun without a doubt", () => {
    const at = (incarnation: number): Observed<SwimState>[] => [member("n2", { incarnation })];
    const doubted = believes(belief("suspect"));
    expect(watched(incarnationsAreOnesOwn, at(1), at(0))).toBe("n2 goes back from incarnation 1 to 0.");
    expect(watched(incarnationsAnswerDoubts, at(0), doubted, at(1))).toBe("");
    expect(watched(incarnationsAnswerDoubts, at(0), at(1))).toBe("n2 begins incarnation 1, and nobody had doubted 0.");
  });

  it("a doubt that outlives the answer", () => {
    const at = (incarnation: number, heard: number): Observed<SwimState>[] =>
      believes(belief("suspect", { incarnation }), { period: 1, target: "n2", heard: new Map([["n2", heard]]) });
    expect(watched(answersClearDoubts, at(0, 0), at(1, 1))).toBe("");
    expect(watched(answersClearDoubts, at(0, 0), at(0, 1))).toContain("n1 still believes n2 suspect in incarnation 0");
  });

  it("help that nobody needs, or that is given for ever", () => {
    const at = (period: number, heard: number, since: number): Observed<SwimState>[] => {
      const request = { src: "n2", dest: "n1", body: { type: "ping_req" } };
      const relays = new Map([[1, { request, target: "n3", period: since }]]);
      const asked = ["n3"];
      return believes(belief("alive"), { period, target: "n2", heard: new Map([["n2", heard]]), asked, relays });
    };
    const before = believes(belief("alive"), { period: 4, target: "n2" });
    expect(watched(helpIsForSilence, before, at(4, 3, 3))).toBe("");
    expect(watched(helpIsForSilence, before, at(4, 4, 3))).toBe("n1 has others ping n2, which was not silent.");
    expect(watched(helpIsForSilence, before, at(4, 3, 2))).toBe("n1 keeps the task to ping n3 from period 2.");
  });

  it("a message that is due and not sent", () => {
    const request = { src: "n2", dest: "n1", body: { type: "ping_req" } };
    const task = new Map([[1, { request, target: "n3", period: 1 }]]);
    const at = (change: Partial<SwimState>, ...to: readonly string[]): Observed<SwimState>[] =>
      believes(belief("alive"), { sent: new Map(to.map((name) => [name, 1])), ...change });
    const begins = { period: 1, target: "n2" };
    expect(watched(messagesAreSent, at({}), at(begins, "n2"))).toBe("");
    expect(watched(messagesAreSent, at({}), at(begins))).toBe("n1 began period 1 and sent nothing to n2.");
    expect(watched(messagesAreSent, at({}), at({ asked: ["n3"] }))).toBe("n1 asked for help and sent nothing to n3.");
    expect(watched(messagesAreSent, at({}), at({ relayed: 1, relays: task }, "n3"))).toBe("");
    expect(watched(messagesAreSent, at({}), at({ relayed: 1, relays: task }))).toBe(
      "n1 was asked to ping and sent nothing to n3.",
    );
    expect(watched(messagesAreSent, at({ relays: task }), at({}))).toBe(
      "n1 had an answer to pass on and sent nothing to n2.",
    );
  });

  it("an answer that leaves out the one who gives it", () => {
    const asked = play(swim, correct, { nodes: 4, clients: [[[50, 2, { type: "members" }]]], until: 100 });
    expect(judged(answersNameTheAsked, asked)).toBe("");
    expect(judged(answersNameTheAsked, withOutput(asked, 0, ["n1"]))).toBe("n2 left itself out of the members.");
  });

  it("a suspicion without end", () => {
    const at = (period: number): Observed<SwimState>[] => believes(belief("suspect"), { period });
    expect(watched(suspicionsEnd(3), at(1), at(3))).toBe("");
    expect(watched(suspicionsEnd(3), at(1), at(4))).toBe("n1 has suspected n2 for 4 periods.");
  });

  it("news that is told to nobody", () => {
    const at = (told: number, period: number): Observed<SwimState>[] => {
      const beliefs = new Map([
        ["n2", belief("suspect", { told })],
        ["n3", { ...belief("alive"), member: "n3" }],
      ]);
      return [member("n1", { period, beliefs })];
    };
    expect(watched(newsIsTold, at(0, 3), at(1, 4))).toBe("");
    expect(watched(newsIsTold, at(0, 4))).toBe("n1 has told nobody in 4 periods that n2 suspect in incarnation 0.");
  });

  it("a member that is not probed", () => {
    const at = (period: number, target: string): Observed<SwimState>[] => {
      const beliefs = new Map([
        ["n2", belief("alive")],
        ["n3", { ...belief("alive"), member: "n3" }],
      ]);
      return [member("n1", { period, target, beliefs })];
    };
    expect(watched(everyMemberIsProbed, at(1, "n2"), at(2, "n3"), at(3, "n3"), at(4, "n2"))).toBe("");
    expect(watched(everyMemberIsProbed, at(1, "n2"), at(2, "n3"), at(3, "n3"), at(5, "n3"))).toBe(
      "n1 has not probed n2 for 4 periods.",
    );
  });
});

describe("the default campaign over SWIM", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(swimSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(swimSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(swimSystem, { mutant }, 1, 200).found?.verdict).toBe("violated");
  });
});
