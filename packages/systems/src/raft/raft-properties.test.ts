import { runSystem, searchSeeds } from "@fieldbook/engine";
import type { Body, Observed, Property } from "@fieldbook/engine";
import { describe, expect, it } from "vitest";
import { received } from "../lamport-mutual-exclusion/script.fixture.ts";
import { raft } from "./raft.ts";
import type { Entry } from "./raft-log.ts";
import {
  ballotsAreKept,
  commitIndexGrows,
  committedForGood,
  electionSafety,
  hasConverged,
  latestMembersCount,
  leaderAppendOnly,
  leaderCompleteness,
  logMatching,
  operatorsAreHeard,
  stateMachineSafety,
} from "./raft-properties.ts";
import type { RaftState } from "./raft-state.ts";
import { correctRaft, raftSystem } from "./raft-system.ts";
import { noOp, write } from "./server.fixture.ts";

type Server = Observed<RaftState>;

/** A server as it might be seen. */
function server(name: string, change: Partial<RaftState>, term = 0, entries: Entry[] = []): Server {
  const state = raft.init({ ...correctRaft, spares: 0 }, name, ["n1", "n2", "n3"]);
  state.ballot.term = term;
  state.log.entries.push(...entries);
  return { name, up: true, state: Object.assign(state, change) };
}

/** What a watcher says when it has seen the servers in that order; all others are as they were seen last. */
function watched(property: Property<RaftState>, seen: readonly Server[]): string | undefined {
  if (!("watch" in property)) throw new Error(`${property.id} does not watch`);
  const watch = property.watch();
  const latest = new Map<string, Server>();
  for (const [time, one] of seen.entries()) {
    latest.set(one.name, one);
    const says = watch(one, [...latest.values()], time);
    if (says !== undefined) return says;
  }
  return undefined;
}

const leader = { role: "leader" } as const;
const committed = (index: number): Partial<RaftState> => ({ commitIndex: index });
const carriedOut = (index: number, value: number): Partial<RaftState> => ({
  commitIndex: index,
  lastApplied: index,
  machine: { store: new Map([[0, value]]), sessions: new Map() },
});
const vote = (term: number, candidate: string | null): Partial<RaftState> => ({ ballot: { term, vote: candidate } });

describe("the properties of figure 3 and of the state in figure 2", () => {
  it.each<[Property<RaftState>, readonly Server[], string]>([
    [electionSafety, [server("n1", leader, 3), server("n2", leader, 3)], "n1 and n2 are both leader in term 3."],
    [
      ballotsAreKept,
      [server("n1", vote(2, "n1")), server("n1", vote(2, "n3"))],
      "n1 voted for n1 in term 2 and now for n3.",
    ],
    [
      ballotsAreKept,
      [server("n1", vote(2, null)), server("n1", vote(1, null))],
      "n1 was in term 2 and is back in term 1.",
    ],
    [
      leaderAppendOnly,
      [server("n1", leader, 1, [noOp(1), noOp(1)]), server("n1", leader, 1, [noOp(1)])],
      "n1 leads term 1 and its log went back to 1.",
    ],
    [
      logMatching,
      [server("n1", {}, 2, [noOp(1), noOp(2)]), server("n2", {}, 2, [write(1, 7), noOp(2)])],
      "entry 1 of term 1 is the no-op of term 1 after term 0 in n1, but c1's write 0 7 (7) of term 1 after term 0 in n2.",
    ],
    [
      leaderCompleteness,
      [server("n1", committed(1), 1, [noOp(1)]), server("n2", leader, 2, [noOp(2)])],
      "n2, leader of term 2, has the no-op of term 2 as entry 1; the no-op of term 1 was committed there.",
    ],
    [
      stateMachineSafety,
      [server("n1", committed(1), 1, [noOp(1)]), server("n2", committed(1), 2, [noOp(2)])],
      "n2 commits the no-op of term 2 as entry 1, which was the no-op of term 1.",
    ],
    [
      stateMachineSafety,
      [server("n1", carriedOut(1, 8), 1, [write(1, 7)])],
      "after entry 1 n1 has 0: 8 in its store instead of 0: 7.",
    ],
    [stateMachineSafety, [server("n1", committed(2), 1, [noOp(1)])], "n1 has committed up to 2, its log ends at 1."],
    [
      commitIndexGrows,
      [server("n1", committed(2)), server("n1", committed(1))],
      "n1 had committed up to 2, now up to 1.",
    ],
  ])("%o can fail", (property, seen, says) => {
    expect(watched(property, seen)).toBe(says);
  });

  it("see figure 8: what S1 commits by counting S5 could still overwrite", () => {
    const old = [noOp(1), write(2, 7)];
    const others = [server("n2", {}, 4, old), server("n3", {}, 3, [noOp(1), noOp(3)])];
    const first = server("n1", { ...leader, ...committed(2) }, 4, [...old, noOp(4)]);
    expect(watched(committedForGood, [...others, first])).toBe(
      "n1 has committed entry 2 of term 2; n3 lacks it and could be elected by n2, n3.",
    );
    // Figure 8 (e): with an entry of its own term on a majority it could not.
    const second = server("n2", {}, 4, [...old, noOp(4)]);
    expect(watched(committedForGood, [second, others[1]!, first])).toBeUndefined();
  });

  it("see members that are not those of the log, and an operator who is not heard", () => {
    const change: Entry = { term: 1, command: { type: "members", members: ["n1", "n2"] } };
    const using = (...members: readonly string[]): Server => server("n1", { members }, 1, [noOp(1), change]);
    expect(watched(latestMembersCount, [using("n1", "n2")])).toBeUndefined();
    expect(watched(latestMembersCount, [using("n1", "n2", "n3")])).toBe(
      "n1 takes n1 n2 n3 for the members; its log names n1 n2.",
    );
    const { state } = server("n1", {});
    const told = (wish: readonly string[] | null): string => {
      const body = { type: "set-members", data: ["n2", "n1"] } as Body;
      return received(operatorsAreHeard, [state, { ...state, wish }], body, "operator");
    };
    expect(told(["n1", "n2"])).toBe("");
    expect(told(null)).toBe("n1 was told to make n1 n2 the members, and wants no others.");
  });

  it("let a commit index go back in a restart alone, and a snapshot never", () => {
    const at = (index: number, snapshot: number): RaftState => {
      const { state } = server("n1", committed(index));
      return { ...state, log: { ...state.log, snapshot: { ...state.log.snapshot, index: snapshot } } };
    };
    const one = (state: RaftState): Server => ({ name: "n1", up: true, state });
    expect(watched(commitIndexGrows, [one(at(5, 3)), one(at(3, 3))])).toBeUndefined();
    expect(received(commitIndexGrows, [at(5, 3), at(3, 3)], { type: "install_snapshot" }, "n2")).toBe(
      "n1 had committed up to 5, now up to 3.",
    );
    expect(watched(commitIndexGrows, [one(at(5, 3)), one(at(6, 2))])).toBe("n1 had a snapshot up to 3, now up to 2.");
  });

  it("know when servers have converged: those that were removed do not count", () => {
    const done = { ...leader, lastApplied: 1, members: ["n1", "n2"] };
    const first = server("n1", done, 2, [noOp(2)]);
    expect(hasConverged([first, server("n2", { lastApplied: 1 }, 2), server("n3", {}, 9)])).toBe(true);
    expect(hasConverged([first, server("n2", {}, 2), server("n3", {}, 9)])).toBe(false);
    expect(hasConverged([server("n1", {}), server("n2", {})])).toBe(false);
    // A leader that was removed has still to go.
    expect(hasConverged([server("n1", { ...done, members: ["n2"] }, 2, [noOp(2)])])).toBe(false);
  });
});

describe("raft under faults", () => {
  it("holds, and its handlers decide by state and event alone", () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      expect(runSystem(raftSystem, { seed }, { checked: seed <= 10 })).toMatchObject({
        verdict: "holds",
        says: "All properties hold.",
      });
    }
  });

  it("answers every operation when nothing goes wrong", () => {
    const { run, verdict } = runSystem(raftSystem, { seed: 1, faults: "calm" });
    expect(verdict).toBe("holds");
    expect(run.history.filter(({ calledAt, outcome }) => calledAt > 200_000 && outcome === "open")).toEqual([]);
  });

  it.each([
    ["vote-not-durable", "ballots-are-kept"],
    ["term-not-durable", "ballots-are-kept"],
    ["half-elects", "election-safety"],
    ["votes-for-any-log", "leader-completeness"],
    ["snapshot-without-last-entry", "state-machine-safety"],
    ["truncates-without-conflict", "committed-for-good"],
    ["reads-without-asking", "linearizable"],
  ])("%s is found out by %s", (mutant, property) => {
    expect(searchSeeds(raftSystem, { mutant }, 1, 100).found?.property).toBe(property);
  });
});
