import { searchSeeds } from "@fieldbook/engine";
import type { Body, Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, madeUp, outputs, play, watched, withOutput } from "../single-decree-paxos/played.fixture.ts";
import { received } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import {
  atomic,
  correct,
  decidedOnce,
  solvent,
  toldAsDecided,
  twoPhaseCommitSystem,
  votesNoForLack,
  wordIsKept,
} from "./two-phase-commit-system.ts";
import { balance, inDoubt, twoPhaseCommit } from "./two-phase-commit.ts";
import type { TransferRequest, TwoPhaseCommitConfig, TwoPhaseCommitState } from "./two-phase-commit.ts";

type State = TwoPhaseCommitState;

const move = (at: number, amount: number): Step<TransferRequest> => [
  at,
  1,
  { type: "transfer", from: 0, to: 1, amount },
];

const run = (script: Script<TransferRequest>, config: Partial<TwoPhaseCommitConfig> = {}): Played<State> =>
  play(twoPhaseCommit, { ...correct, ...config }, script);

const crash = (node: string, from: number, until: number): Fault => ({
  kind: "crash",
  node,
  at: milliseconds(from),
  until: milliseconds(until),
});

const balances = ({ nodes }: Played<State>): readonly number[] => nodes.slice(1).map(({ state }) => balance(state));

describe("two-phase commit", () => {
  it("commits when all participants vote yes", () => {
    const played = run({ clients: [[move(0, 4)]] });
    expect(outputs(played)).toEqual(["commit"]);
    expect(balances(played)).toEqual([6, 14]);
  });

  it("aborts when one votes no", () => {
    const played = run({ clients: [[move(0, 11)]] });
    expect(outputs(played)).toEqual(["abort"]);
    expect(balances(played)).toEqual([10, 10]);
  });

  it("aborts when a vote does not come in time", () => {
    const played = run({ clients: [[move(0, 4)]], faults: [crash("n3", 0, 500)] });
    expect(outputs(played)).toEqual(["abort"]);
    expect(balances(played)).toEqual([10, 10]);
  });

  it("keeps a participant in doubt waiting while the coordinator is away: it blocks", () => {
    // The votes arrive at 15 ms; the coordinator goes before that and comes back at 600 ms.
    const script = { clients: [[move(0, 4)]], faults: [crash("n1", 12, 600)] };
    const before = run({ ...script, until: 590 });
    expect(before.nodes.slice(1).map(({ state }) => inDoubt(state))).toEqual([["c1/0"], ["c1/0"]]);
    const after = run(script);
    expect(after.nodes.slice(1).map(({ state }) => state.outcomes.get("c1/0"))).toEqual(["abort", "abort"]);
    // Not to wait is to guess.
    expect(
      run({ ...script, until: 590 }, { waitsInDoubt: false }).nodes.flatMap(({ state }) => inDoubt(state)),
    ).toEqual([]);
  });

  it("answers from its log after a crash: a decision to commit stays one", () => {
    const faults: readonly Fault[] = [
      { kind: "one-way-partition", at: milliseconds(12), until: milliseconds(100), from: ["n1"], to: ["n2", "n3"] },
      crash("n1", 20, 200),
    ];
    const played = run({ clients: [[move(0, 4)]], faults });
    expect(balances(played)).toEqual([6, 14]);
    const forgetful = play({ ...twoPhaseCommit, durable: ["begun", "prepared", "outcomes"] }, correct, {
      clients: [[move(0, 4)]],
      faults,
    });
    expect(balances(forgetful)).toEqual([10, 10]);
    expect(judged(toldAsDecided, forgetful)).toBe(
      "The client of c1/0 was told commit, and the coordinator has no commit of it in its log.",
    );
  });

  it("does not spend what it may have to give: money in doubt is not available", () => {
    const faults = [crash("n1", 12, 30)];
    const played = run({ clients: [[move(0, 6)], [move(20, 6), move(40, 6)]], faults });
    expect(Math.min(...balances(played))).toBeGreaterThanOrEqual(0);
    expect(judged(toldAsDecided, played)).toBe("");
  });
});

describe("what is asked of two-phase commit can be violated:", () => {
  const outcome = run({ clients: [[move(0, 4)]] });
  const base = run({ clients: [] }).nodes[0]!.state;
  const knows = (outcomes: readonly (readonly [string, "commit" | "abort"])[]): Partial<State> => ({
    outcomes: new Map(outcomes),
  });

  it("commit here and abort there, or commit without a decision", () => {
    const decided = { commits: ["t"] };
    expect(watched(atomic, madeUp(base, decided, knows([["t", "commit"]]), knows([["t", "commit"]])))).toBe("");
    expect(watched(atomic, madeUp(base, decided, knows([["t", "commit"]]), knows([["t", "abort"]])))).toBe(
      "Transaction t: commit at n2, abort at n3.",
    );
    expect(watched(atomic, madeUp(base, {}, knows([["t", "commit"]])))).toBe(
      "n2 committed t, and the coordinator has no commit of it in its log.",
    );
  });

  it("a vote without a reason, a commit without a vote", () => {
    const before = { ...base, prepared: new Map([["t", -8]]) };
    const says = (change: number, after: Partial<State>): string =>
      received(votesNoForLack, [before, { ...before, ...after }], {
        type: "prepare",
        transaction: "u",
        change,
      } as Body);
    const yes = (change: number): Partial<State> => ({ prepared: new Map([...before.prepared, ["u", change]]) });
    expect([says(-2, yes(-2)), says(5, yes(5)), says(-3, knows([["u", "abort"]]))]).toEqual(["", "", ""]);
    expect(says(-3, yes(-3))).toBe("n1 had 2 left and voted yes on -3.");
    expect(says(-2, knows([["u", "abort"]]))).toBe("n1 had 2 left and voted no on -2.");
    expect(watched(votesNoForLack, madeUp(base, knows([["t", "commit"]])))).toBe(
      "n1 committed t, for which it has not voted.",
    );
  });

  it("a word that is not kept", () => {
    const first = madeUp(base, {
      prepared: new Map([["t", 1]]),
      commits: ["t"],
      begun: new Map([["c1", 5]]),
      ...knows([["t", "abort"]]),
    });
    const { state } = first[0]!;
    const says = (change: Partial<State>): string => watched(wordIsKept, first, madeUp(state, change));
    expect(says({})).toBe("");
    expect(says({ prepared: new Map() })).toBe("n1 had voted yes 1 times and now knows of 0.");
    expect(says({ commits: [] })).toBe("n1 had decided 1 commits and now knows of 0.");
    expect(says({ begun: new Map() })).toBe("n1 had begun c1's request 5, and now counts from -1.");
    expect(says(knows([["t", "commit"]]))).toBe("n1 knew of t: abort; now it knows: commit.");
  });

  it("a decision that is made twice, an account that is overdrawn", () => {
    expect(watched(decidedOnce, madeUp(base, { commits: ["t", "u"] }))).toBe("");
    expect(watched(decidedOnce, madeUp(base, { commits: ["t", "t"] }))).toBe(
      "Transaction t is committed, and voted on once more.",
    );
    const overdrawn = { prepared: new Map([["t", -11]]), ...knows([["t", "commit"]]) };
    expect(watched(solvent, madeUp(base, overdrawn))).toBe("The account of n1 stands at -1.");
  });

  it("a client that is told something else, money out of nowhere", () => {
    expect(judged(toldAsDecided, outcome)).toBe("");
    expect(judged(toldAsDecided, withOutput(outcome, 0, "abort"))).toBe(
      "The client of c1/0 was told abort, and n2 has committed it.",
    );
    const [coordinator, payer, payee] = outcome.nodes;
    const halved = { ...payer!, state: { ...payer!.state, prepared: new Map(), outcomes: new Map() } };
    expect(judged(toldAsDecided, { ...outcome, nodes: [coordinator!, halved, payee!] })).toBe(
      "The accounts held 20 at first and hold 24 now.",
    );
  });
});

describe("the default campaign over two-phase commit", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(twoPhaseCommitSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(twoPhaseCommitSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(twoPhaseCommitSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
