import { searchSeeds } from "@fieldbook/engine";
import type { Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { KeyValueRequest } from "../shared/key-value-clients.ts";
import { madeUp, outputs, play, watched } from "../single-decree-paxos/played.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import { committedStays, onceInTheLog, oneLogAView, recoversAll } from "./viewstamped-replication-properties.ts";
import { correct, viewstampedReplicationSystem } from "./viewstamped-replication-system.ts";
import { viewstampedReplication } from "./viewstamped-replication.ts";
import type { Entry, State, ViewstampedConfig } from "./viewstamped-replication-state.ts";

const read = (at: number, node: number): Step<KeyValueRequest> => [at, node, { type: "read", key: 0 }];
const write = (at: number, node: number, value: number): Step<KeyValueRequest> => [
  at,
  node,
  { type: "write", key: 0, value },
];

const run = (script: Script<KeyValueRequest>, config: Partial<ViewstampedConfig> = {}): Played<State> =>
  play(viewstampedReplication, { ...correct, ...config }, script);

const during = (kind: "crash" | "isolation", node: string, from: number, until: number): Fault => ({
  kind,
  node,
  at: milliseconds(from),
  until: milliseconds(until),
});

describe("Viewstamped Replication Revisited", () => {
  it("commits with the acknowledgements of f backups, in one round trip: section 4.1", () => {
    const { history, nodes } = run({ clients: [[write(10, 1, 1), read(50, 1)]] });
    expect(outputs({ history })).toEqual([null, 1]);
    expect(history[0]!.returnedAt - history[0]!.calledAt).toBe(milliseconds(20));
    expect(nodes.map(({ state }) => [state.view, state.log.length, state.commit])).toEqual([
      [0, 2, 2],
      [0, 2, 2],
      [0, 2, 2],
    ]);
  });

  it("takes requests through any replica; the primary answers", () => {
    expect(outputs(run({ clients: [[write(10, 2, 1), read(50, 3)]] }))).toEqual([null, 1]);
  });

  it("does not commit without f backups", () => {
    const faults = [during("isolation", "n1", 0, 90)];
    const { history } = run({ clients: [[write(10, 1, 1)]], faults });
    expect(history[0]!.returnedAt).toBeGreaterThan(milliseconds(90));
  });

  it("replaces a primary that is not heard of, and keeps what was committed: section 4.2", () => {
    const faults = [during("isolation", "n1", 50, 1_000)];
    const { history, nodes } = run({ clients: [[write(10, 1, 1), read(600, 2)]], faults });
    expect(outputs({ history })).toEqual([null, 1]);
    expect(nodes[0]!.state.view).toBe(0);
    expect(nodes.slice(1).map(({ state }) => state.view % 3)).not.toContain(0);
  });

  it("recovers the log of a replica that has forgotten everything from the primary: section 4.3", () => {
    const faults = [during("crash", "n3", 50, 60)];
    const script = { clients: [[write(10, 1, 1)]], faults };
    const { nodes, marks } = run(script);
    expect(marks.has("a replica recovered without a disk")).toBe(true);
    expect(nodes[2]!.state.status).toBe("normal");
    expect(nodes[2]!.state.store.get(0)).toBe(1);
    expect(run({ ...script, until: 60 }).nodes[2]!.state.status).toBe("recovering");
  });

  it("is lost, and says so, when more than f replicas forget at once", () => {
    const faults = [during("crash", "n2", 50, 60), during("crash", "n3", 50, 60)];
    const { history, nodes } = run({ clients: [[write(10, 1, 1), read(500, 2)]], faults });
    expect(history[1]!.outcome).toBe("open");
    expect(history[1]!.returnedAt).toBe(Infinity);
    expect(nodes.slice(1).map(({ state }) => state.status)).toEqual(["recovering", "recovering"]);
  });

  it("brings a replica that was away up to date: section 5.2", () => {
    const faults = [during("isolation", "n3", 5, 60)];
    const { nodes } = run({ clients: [[write(10, 1, 1), write(70, 1, 2)]], faults });
    expect(nodes[2]!.state.log).toHaveLength(2);
    expect(nodes[2]!.state.store.get(0)).toBe(2);
  });

  it("takes a request once, however often it arrives: the client table", () => {
    const faults: readonly Fault[] = [
      { kind: "duplication", at: 0, until: milliseconds(1_000), from: ["c1"], rate: 1_000_000 },
    ];
    const lengthOf = (config: Partial<ViewstampedConfig>): number =>
      run({ clients: [[write(10, 1, 1)]], faults }, config).nodes[0]!.state.log.length;
    expect(lengthOf({})).toBe(1);
    expect(lengthOf({ once: false })).toBe(2);
  });
});

describe("what is asked of Viewstamped Replication can be violated:", () => {
  const base = run({ clients: [] }).nodes[0]!.state;
  const entry = (number: number): Entry => ({
    src: "c1",
    dest: "n1",
    body: { type: "write", key: 0, value: number, msg_id: number },
  });
  const holding = (view: number, commit: number, ...numbers: number[]): Partial<State> => ({
    status: "normal",
    view,
    commit,
    log: numbers.map(entry),
  });

  it("two operations under one op-number", () => {
    expect(watched(committedStays, madeUp(base, holding(0, 1, 1), holding(0, 1, 1, 2)))).toBe("");
    expect(watched(committedStays, madeUp(base, holding(0, 1, 1), holding(0, 1, 2)))).toBe(
      "Operation 1 is c1's request 1 at n1 and c1's request 2 at n2.",
    );
  });

  it("a later view without what was committed", () => {
    expect(watched(committedStays, madeUp(base, holding(0, 1, 1), holding(1, 0, 1)))).toBe("");
    expect(watched(committedStays, madeUp(base, holding(0, 1, 1), holding(1, 0)))).toBe(
      "Operation 1, c1's request 1, was committed in view 0, and n2 has nothing there in view 1.",
    );
  });

  it("a recovery that brings back less than was committed", () => {
    const recovering: Partial<State> = {
      status: "recovering",
      view: 0,
      commit: 0,
      log: [],
      lives: new Map([["n2", 9]]),
    };
    const before = madeUp(base, holding(0, 2, 1, 2), recovering);
    expect(watched(recoversAll, before, madeUp(base, {}, holding(0, 1, 1, 2)))).toBe("");
    expect(watched(recoversAll, before, madeUp(base, {}, holding(0, 1, 1)))).toBe(
      "2 operations were committed when n2 restarted, and it has recovered a log of 1.",
    );
  });

  it("two logs in a view, a request twice in one", () => {
    expect(watched(oneLogAView, madeUp(base, holding(0, 0, 1), holding(0, 0, 1, 2), holding(1, 0, 2)))).toBe("");
    expect(watched(oneLogAView, madeUp(base, holding(0, 0, 1), holding(0, 0, 2)))).toBe(
      "In view 0 operation 1 is c1's request 1 at n1 and c1's request 2 at n2.",
    );
    expect(watched(onceInTheLog, madeUp(base, holding(0, 2, 1, 2)))).toBe("");
    expect(watched(onceInTheLog, madeUp(base, holding(0, 2, 1, 1)))).toBe(
      "n1 carries out c1's request 1 as operation 1 and as operation 2.",
    );
  });
});

describe("the default campaign over Viewstamped Replication", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(viewstampedReplicationSystem, {}, 1, 60).found?.says).toBeUndefined();
  });

  it.each(viewstampedReplicationSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(viewstampedReplicationSystem, { mutant }, 1, 1_000).found?.verdict).toBe("violated");
  });
});
