import { runSystem, searchSeeds } from "@fieldbook/engine";
import type { Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, play, watched, withOutput } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  elementsStay,
  oneElementPerIdentifier,
  oneOrder,
  startsBehindItsNeighbour,
  staysBehindItsNeighbour,
  textsFit,
} from "./list-properties.ts";
import type { Element } from "./replicated-list.ts";
import { correct, sequenceCrdtSystem } from "./sequence-crdt-system.ts";
import { sequenceCrdt, textOf } from "./sequence-crdt.ts";
import type { SequenceConfig, SequenceRequest, SequenceState } from "./sequence-crdt.ts";

const insert = (at: number, node: number, position: number, value: number): Step<SequenceRequest> => [
  at,
  node,
  { type: "insert", position, value },
];
const remove = (at: number, node: number, position: number): Step<SequenceRequest> => [
  at,
  node,
  { type: "delete", position },
];
const read = (at: number, node: number): Step<SequenceRequest> => [at, node, { type: "read" }];

const run = (script: Play<SequenceRequest>, config: Partial<SequenceConfig> = {}): Played<SequenceState> =>
  play(sequenceCrdt, { ...correct, ...config }, script);

const texts = ({ nodes }: Played<SequenceState>): string[] => nodes.map(({ state }) => textOf(state).join(" "));

/** "1 2 3" is written at n1 and known to all at 100 ms. */
const written = [insert(0, 1, 0, 1), insert(15, 1, 1, 2), insert(30, 1, 2, 3)];

describe("the replicated growable array (Roh et al. 2011, section 5)", () => {
  it("comes to one text when two insert at the same place at once: the later identifier first", () => {
    const clients = [[...written], [insert(200, 2, 1, 8)], [insert(200, 3, 1, 9)]];
    expect(texts(run({ clients }))).toEqual(["1 9 8 2 3", "1 9 8 2 3", "1 9 8 2 3"]);
    expect(new Set(texts(run({ clients }, { order: "arrival" }))).size).toBeGreaterThan(1);
  });

  it("keeps an insertion behind its left neighbour though that is deleted at the same time", () => {
    const clients = [[...written], [remove(200, 2, 1)], [insert(200, 3, 2, 9)]];
    expect(texts(run({ clients }))).toEqual(["1 9 3", "1 9 3", "1 9 3"]);
    expect(texts(run({ clients }, { tombstones: false }))[1]).toBe("1 3");
  });

  it("lets an element wait that comes before its left neighbour", () => {
    // n3 hears of 1 by way of n2, who builds on it, later than of 2.
    const clients = [[insert(0, 1, 0, 1)], [insert(20, 2, 1, 2)]];
    const slow = [["n1", "n3", 60]] as const;
    expect(texts(run({ clients, slow, until: 36 }))).toEqual(["1 2", "1 2", ""]);
    expect(texts(run({ clients, slow }))).toEqual(["1 2", "1 2", "1 2"]);
    expect(texts(run({ clients, slow, until: 36 }, { orphans: "go to the end" }))[2]).toBe("2");
  });

  it("remembers a deletion that comes before its element", () => {
    const clients = [[insert(0, 1, 0, 1)], [remove(20, 2, 0)]];
    const slow = [["n1", "n3", 60]] as const;
    expect(texts(run({ clients, slow }))).toEqual(["", "", ""]);
    // Until n1 tells n3 of the deletion as well.
    expect(texts(run({ clients, slow, until: 90 }))[2]).toBe("");
    expect(texts(run({ clients, slow, until: 90 }, { keepsEarlyDeletions: false }))[2]).toBe("1");
  });

  it("keeps that there was nothing to delete, so that a copy of the request finds nothing either", () => {
    const script: Play<SequenceRequest> = { clients: [[remove(0, 1, 0)], [insert(50, 1, 0, 1)]] };
    const { state } = run(script).nodes[0]!;
    expect(state.log).toMatchObject([{ kind: "delete", id: null, request: "c1:0" }, { kind: "insert" }]);
    expect(textOf(state)).toEqual([1]);
    expect(runSystem(sequenceCrdtSystem, { seed: 5_553 }).says).toBe("All properties hold.");
  });

  it("gives no identifier twice, over crashes too", () => {
    const crash: Fault = { kind: "crash", node: "n1", at: milliseconds(100), until: milliseconds(110) };
    const clients = [[insert(0, 1, 0, 1), insert(200, 1, 0, 2)]];
    expect(texts(run({ clients, faults: [crash] }))).toEqual(["2 1", "2 1", "2 1"]);
    const reused = run({ clients, faults: [crash] }, { restoresClock: false }).nodes[0]!.state.log;
    expect(reused.map(({ id }) => id)).toEqual([
      [1, "n1"],
      [1, "n1"],
    ]);
  });
});

describe("what is asked of the text can be violated:", () => {
  const outcome = run({ clients: [[...written, remove(60, 1, 0), read(100, 1)]] });
  const element = (counter: number, replica: string, value: number, after: Element["after"] = null): Element => ({
    id: [counter, replica],
    after,
    value,
  });
  const [one, two] = [element(1, "n1", 1), element(2, "n2", 2)];
  const holding = (name: string, ...list: readonly Element[]): Observed<SequenceState> => ({
    name,
    up: true,
    state: { ...outcome.nodes[0]!.state, list: [...list], deleted: new Set() },
  });

  it("two orders", () => {
    expect(watched(oneOrder, [holding("n1", two, one), holding("n2", two, one)])).toBe("");
    expect(watched(oneOrder, [holding("n1", two, one), holding("n2", one, two)])).toContain("the other way round");
  });

  it("an element that is lost", () => {
    expect(watched(elementsStay, [holding("n1", one)], [holding("n1", two, one)])).toBe("");
    expect(watched(elementsStay, [holding("n1", one, two)], [holding("n1", two)])).toBe("n1 has lost 1 (1n1).");
  });

  it("an identifier of two elements, or two identifiers of one", () => {
    expect(watched(oneElementPerIdentifier, [holding("n1", one)], [holding("n1", two, one)])).toBe("");
    const other = element(1, "n1", 9);
    expect(watched(oneElementPerIdentifier, [holding("n1", one)], [holding("n1", other, two)])).toContain("elsewhere");
    const twin = element(3, "n1", 1);
    expect(watched(oneElementPerIdentifier, [holding("n1", one)], [holding("n1", one, twin)])).toContain("as 1n1");
  });

  it("an element away from its left neighbour", () => {
    const behind = element(3, "n2", 3, [1, "n1"]);
    expect(watched(staysBehindItsNeighbour, [holding("n1", two, one, behind)])).toBe("");
    expect(watched(staysBehindItsNeighbour, [holding("n1", behind, one)])).toContain("not behind its left neighbour");
    const older = element(2, "n2", 2, [1, "n1"]);
    expect(watched(staysBehindItsNeighbour, [holding("n1", one, older, behind)])).toContain(
      "the older 2 (2n2) between",
    );
  });

  it("an element that does not start where it was written", () => {
    const own = element(3, "n1", 3, [1, "n1"]);
    expect(watched(startsBehindItsNeighbour, [holding("n1", one, own)])).toBe("");
    expect(watched(startsBehindItsNeighbour, [holding("n1", one, two, own)])).toContain("it stands behind 2 (2n2)");
  });

  it("a read that shows too much or too little", () => {
    expect(judged(textsFit, outcome)).toBe("");
    expect(judged(textsFit, withOutput(outcome, 4, [2]))).toContain("lacks 3");
    expect(judged(textsFit, withOutput(outcome, 4, [1, 2, 3]))).toContain("shows 1, which had been deleted");
    expect(judged(textsFit, withOutput(outcome, 4, [2, 3, 3]))).toContain("shows 3 twice");
  });
});

describe("the default campaign over the text", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(sequenceCrdtSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(sequenceCrdtSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(sequenceCrdtSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
