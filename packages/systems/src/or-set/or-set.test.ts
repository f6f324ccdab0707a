import { searchSeeds } from "@fieldbook/engine";
import type { Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, outputs, play, watched, withOutput, withState } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  additionsWin,
  correct,
  nothingIsForgotten,
  oneElementPerTag,
  orSetSystem,
  readsFit,
  removedStaysRemoved,
} from "./or-set-system.ts";
import { elementsOf, orSet } from "./or-set.ts";
import type { OrSetConfig, OrSetRequest, OrSetState } from "./or-set.ts";

const add = (at: number, node: number, element: number): Step<OrSetRequest> => [at, node, { type: "add", element }];
const remove = (at: number, node: number, element: number): Step<OrSetRequest> => [
  at,
  node,
  { type: "remove", element },
];
const read = (at: number, node: number): Step<OrSetRequest> => [at, node, { type: "read" }];

/** Properties look at the element, which the fixture leaves out of the history. */
function run(script: Play<OrSetRequest>, config: Partial<OrSetConfig> = {}): Played<OrSetState> {
  const played = play(orSet, { ...correct, ...config }, script);
  const bodies = script.clients.map((steps) => steps.map(([, , body]) => body));
  const history = played.history.map((one) => {
    const body = bodies[one.client]![one.k]!;
    return { ...one, input: "element" in body ? body.element : null };
  });
  return { ...played, history };
}

const sets = ({ nodes }: Played<OrSetState>): number[][] => nodes.map(({ state }) => elementsOf(state));

const apart: Fault = {
  kind: "partition",
  sides: [["n1"], ["n2", "n3"]],
  at: milliseconds(200),
  until: milliseconds(400),
};

describe("the observed-remove set (Shapiro et al. 2011, section 3.3.5)", () => {
  it("lets an element be added again after it was removed", () => {
    const clients = [[add(0, 1, 7), remove(150, 2, 7), add(300, 3, 7)]];
    expect(sets(run({ clients }))).toEqual([[7], [7], [7]]);
    expect(sets(run({ clients }, { tags: "element" }))).toEqual([[], [], []]);
  });

  it("lets the addition win when an element is removed and added at the same time", () => {
    const clients = [[add(0, 1, 7)], [remove(250, 1, 7)], [add(250, 2, 7)]];
    const script: Play<OrSetRequest> = { clients, faults: [apart] };
    expect(sets(run(script))).toEqual([[7], [7], [7]]);
    expect(sets(run(script, { removes: "value" }))[1]).toEqual([]);
  });

  it("removes exactly the tags observed: specification 15", () => {
    const clients = [[add(0, 1, 7)], [add(0, 2, 7)], [remove(150, 3, 7)]];
    expect(outputs(run({ clients }))[2]).toEqual(["n1:1", "n2:1"]);
  });

  it("remembers what was removed, and tells it to a replica that was away", () => {
    const clients = [[add(0, 3, 7), remove(250, 2, 7), read(900, 3)]];
    const away: Fault = { kind: "isolation", node: "n3", at: milliseconds(200), until: milliseconds(500) };
    expect(outputs(run({ clients, faults: [away] }))[2]).toEqual([]);
  });

  it("gives no tag twice, over crashes too", () => {
    const clients = [[add(0, 1, 7), add(200, 1, 8)]];
    const crash: Fault = { kind: "crash", node: "n1", at: milliseconds(100), until: milliseconds(110) };
    expect(outputs(run({ clients, faults: [crash] }))).toEqual(["n1:1", "n1:2"]);
    expect(outputs(run({ clients, faults: [crash] }, { keepsCounter: false }))).toEqual(["n1:1", "n1:1"]);
  });
});

describe("what is asked of the set can be violated:", () => {
  const outcome = run({ clients: [[add(0, 1, 1), add(10, 1, 2), remove(20, 1, 2), read(200, 1)]] });
  const holding = (added: Readonly<Record<string, number>>, removed: readonly string[]): Observed<OrSetState>[] => {
    const { state } = outcome.nodes[0]!;
    const record = { ...state.record, added: new Map(Object.entries(added)), removed: new Set(removed) };
    return [{ name: "n1", up: true, state: { ...state, record } }];
  };

  it("a removed tag that comes back", () => {
    expect(watched(removedStaysRemoved, holding({}, ["a"]), holding({ b: 1 }, ["a"]))).toBe("");
    expect(watched(removedStaysRemoved, holding({}, ["a"]), holding({ a: 1 }, []))).toContain("holds it again");
  });

  it("a tag of two elements", () => {
    expect(watched(oneElementPerTag, holding({ a: 1 }, []), holding({ a: 1, b: 1 }, []))).toBe("");
    expect(watched(oneElementPerTag, holding({ a: 1 }, []), holding({ a: 2 }, []))).toContain("the tag of 1");
  });

  it("an addition that goes without a removal", () => {
    expect(watched(nothingIsForgotten, holding({ a: 1 }, []), holding({}, ["a"]))).toBe("");
    expect(watched(nothingIsForgotten, holding({ a: 1 }, []), holding({}, []))).toContain("without a removal");
  });

  it("a read that lacks what was added, or shows what was removed", () => {
    expect(judged(readsFit, outcome)).toBe("");
    expect(judged(readsFit, withOutput(outcome, 3, []))).toContain("lacks 1, added as n1:1");
    expect(judged(readsFit, withOutput(outcome, 3, [1, 2]))).toContain("shows 2");
  });

  it("a set that lacks an addition in the end", () => {
    expect(judged(additionsWin, outcome)).toBe("");
    const empty = { ...outcome, nodes: holding({}, []) };
    expect(judged(additionsWin, empty)).toContain("lacks 1");
    expect(judged(additionsWin, withState(outcome, 0, holding({}, [])[0]!.state))).toBe("");
  });
});

describe("the default campaign over the set", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(orSetSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(orSetSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(orSetSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
