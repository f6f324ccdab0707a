import { runSystem, searchSeeds } from "@fieldbook/engine";
import type { Body, Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, outputs, play, received, watched, withOutput } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  changesAreMade,
  consistentHashingSystem,
  correct,
  enoughCopies,
  quorumsMeet,
  viewsGrow,
  writesAreKept,
} from "./consistent-hashing-system.ts";
import { consistentHashing } from "./consistent-hashing.ts";
import type { HashingConfig, HashingRequest, HashingState } from "./consistent-hashing.ts";
import { mergeMembers, presentOf } from "./membership.ts";
import type { Members } from "./membership.ts";
import { ringWalk } from "./ring.ts";

const put = (at: number, node: number, item: number): Step<HashingRequest> => [at, node, { type: "put", key: 0, item }];
const get = (at: number, node: number): Step<HashingRequest> => [at, node, { type: "get", key: 0 }];

/** Four members and n5 in reserve. The fixture takes the node for the key and leaves the item out; here all is key 0. */
function run(script: Play<HashingRequest>, config: Partial<HashingConfig> = {}): Played<HashingState> {
  const played = play(consistentHashing, { ...correct, ...config }, { nodes: 5, ...script });
  const bodies = script.clients.map((steps) => steps.map(([, , body]) => body));
  const history = played.history.map((one) => {
    const body = bodies[one.client]![one.k]!;
    return { ...one, key: 0, input: "item" in body ? body.item : null };
  });
  return { ...played, history };
}

const holders = ({ nodes }: Played<HashingState>, item: number): string[] =>
  nodes.filter(({ state }) => state.carts.get(0)?.includes(item)).map(({ name }) => name);

const owners = ringWalk(["n1", "n2", "n3", "n4"], 0).slice(0, 3);
const [first, second, third] = owners as [string, string, string];
const standIn = ringWalk(["n1", "n2", "n3", "n4"], 0)[3]!;
const numberOf = (node: string): number => Number(node.slice(1));

describe("the ring (Karger et al. 1997; Dynamo, section 4.2)", () => {
  const keys = Array.from({ length: 500 }, (_, key) => key);
  const members = ["n1", "n2", "n3", "n4", "n5"];

  it("gives each node a share of the keys, with few points a node an uneven one", () => {
    const shares = members.map((node) => keys.filter((key) => ringWalk(members, key)[0] === node).length);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(shares.reduce((sum, share) => sum + share)).toBe(500);
  });

  it("moves the keys of a node that leaves, and no others", () => {
    const left = members.filter((node) => node !== "n3");
    for (const key of keys) {
      const before = ringWalk(members, key);
      expect(ringWalk(left, key)).toEqual(before.filter((node) => node !== "n3"));
    }
  });
});

describe("membership (Dynamo, section 4.8.1)", () => {
  it("merges to the same view in any order, the later change of each node counting", () => {
    const changes = [["n1", 1, false] as const, ["n1", 2, true] as const, ["n5", 1, true] as const];
    const views = [changes, changes.toReversed()].map((order) => {
      const members: Members = new Map([["n1", { version: 0, present: true }]]);
      for (const change of order) mergeMembers(members, [change]);
      return presentOf(members);
    });
    expect(views).toEqual([
      ["n1", "n5"],
      ["n1", "n5"],
    ]);
  });
});

describe("Dynamo (DeCandia et al. 2007)", () => {
  it("stores a key on its first N nodes: section 4.3", () => {
    expect(holders(run({ clients: [[put(0, 5, 7)]] }), 7)).toEqual(owners.toSorted());
  });

  it("writes to the next on the ring when owners are away, and hands over when they are back: section 4.6", () => {
    const away = [second, third].map((node): Fault => ({ kind: "crash", node, at: 0, until: milliseconds(400) }));
    const script: Play<HashingRequest> = { clients: [[put(10, numberOf(first), 7)]], faults: away };
    const early = run({ ...script, until: 300 });
    expect(outputs(early)).toEqual([[null, [first, standIn]]]);
    expect(holders(early, 7)).toEqual([first, standIn].toSorted());
    expect(holders(run(script), 7)).toEqual(owners.toSorted());
  });

  it("reads what was written from overlapping quorums: section 4.5", () => {
    const { history } = run({ clients: [[put(0, 1, 7), put(50, 2, 8), get(100, 3)]] });
    expect(history[2]!.output).toMatchObject([expect.any(Number), [7, 8]]);
  });

  it("moves keys to their new owners when a node is removed, and the node that leaves keeps none: section 4.9", () => {
    const remove = { kind: "operator", command: "remove", nodes: ["n5"], data: first } as const;
    const faults: Fault[] = [{ ...remove, at: milliseconds(100), until: milliseconds(100) }];
    const clients = [[put(0, 1, 7)]];
    expect(holders(run({ clients, faults }), 7)).toEqual([second, third, standIn].toSorted());
    expect(holders(run({ clients, faults }, { leavesOrderly: false }), 7)).toContain(first);
  });

  it("restores a node that lost its disk: section 4.7", () => {
    const faults: Fault[] = [{ kind: "wipe", node: first, at: milliseconds(300), until: milliseconds(350) }];
    const clients = [[put(0, 1, 7)]];
    expect(holders(run({ clients, faults }), 7)).toEqual(owners.toSorted());
    expect(holders(run({ clients, faults }, { comparesDisks: false }), 7)).toEqual([second, third].toSorted());
  });
});

describe("what is asked of the store can be violated:", () => {
  const outcome = run({ clients: [[put(0, 1, 7), get(100, 2)]] });
  const empty = outcome.nodes.map((node) => ({ ...node, state: { ...node.state, carts: new Map() } }));

  it("a write that is lost", () => {
    expect(judged(writesAreKept, outcome)).toBe("");
    expect(judged(writesAreKept, { ...outcome, nodes: empty })).toContain("in the end no node holds it");
  });

  it("a write with one copy", () => {
    expect(judged(enoughCopies(2), outcome)).toBe("");
    expect(judged(enoughCopies(2), withOutput(outcome, 0, [1, ["n1", "n1"]]))).toContain("copies on n1 and n1 only");
  });

  it("a read that misses a write, or invents one", () => {
    expect(judged(quorumsMeet, outcome)).toBe("");
    const view = (outcome.history[0]!.output as number[])[0]!;
    expect(judged(quorumsMeet, withOutput(outcome, 1, [view, []]))).toContain(
      "a later read of a quorum returned nothing",
    );
    expect(judged(quorumsMeet, withOutput(outcome, 1, [view, [7, 9]]))).toContain("returned 9, which was not written");
  });

  it("an operator who is not heard", () => {
    const with2 = (present: boolean): HashingState => {
      const members: Members = new Map([["n2", { version: 1, present }]]);
      return { ...outcome.nodes[0]!.state, members };
    };
    const told = (type: string, present: boolean): string =>
      received(changesAreMade, [with2(!present), with2(present)], { type, data: "n2" } as Body, "operator");
    expect([told("add", true), told("remove", false)]).toEqual(["", ""]);
    expect(told("add", false)).toBe("n1 was told to add n2, which is not on its ring.");
    expect(told("remove", true)).toBe("n1 was told to remove n2, which is still on its ring.");
  });

  it("a view that goes back", () => {
    const at = (version: number): Observed<HashingState>[] => {
      const members: Members = new Map([["n2", { version, present: true }]]);
      return [{ name: "n1", up: true, state: { ...outcome.nodes[0]!.state, members } }];
    };
    expect(watched(viewsGrow, at(0), at(1))).toBe("");
    expect(watched(viewsGrow, at(1), at(0))).toBe("n1 knew of change 1 of n2 and is back at 0.");
  });
});

describe("the default campaign over the store", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(consistentHashingSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it("takes no news from a node of before it lost its disk: seed 7350 once raised an alarm", () => {
    expect(runSystem(consistentHashingSystem, { seed: 7_350 }).says).toBe("All properties hold.");
  });

  it.each(consistentHashingSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(consistentHashingSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
