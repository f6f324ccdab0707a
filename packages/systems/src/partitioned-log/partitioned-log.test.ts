import { searchSeeds } from "@fieldbook/engine";
import type { Body, Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import {
  eachWatched,
  judged,
  outputs,
  play,
  received,
  watched,
  withOutput,
} from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  acknowledgedStays,
  committedStays,
  inSyncAsAsked,
  offsetsFollowProcessing,
  oneLeaderPerEpoch,
  oneOwner,
  silentLeadersAreReplaced,
} from "./log-properties.ts";
import type { Entry, LogConfig, LogRequest, LogState } from "./log-types.ts";
import { correct, partitionedLogSystem } from "./partitioned-log-system.ts";
import { partitionedLog } from "./partitioned-log.ts";

/** n1 is the controller, n2 leads partition 0, n3 partition 1, n4 follows, n5 and n6 are applications. */
const publish = (at: number, node: number, partition: number, value: number): Step<LogRequest> => [
  at,
  node,
  { type: "publish", partition, value },
];

/** The fixture takes the node for the key; here it is the partition. */
function run(script: Play<LogRequest>, config: Partial<LogConfig> = {}): Played<LogState> {
  const played = play(partitionedLog, { ...correct, ...config }, { nodes: 6, ...script });
  const history = played.history.map((one) => ({ ...one, key: script.clients[one.client]![one.k]![2].partition }));
  return { ...played, history };
}

const logs = ({ nodes }: Played<LogState>, partition: number): (number[] | undefined)[] =>
  nodes.slice(1, 4).map(({ state }) => state.replicas.get(partition)?.log.map(({ value }) => value));

const leaderOf = ({ nodes }: Played<LogState>, partition: number): string =>
  nodes[0]!.state.cluster.partitions.get(partition)!.leader;

const processed = ({ nodes }: Played<LogState>): number[] =>
  nodes.slice(4).flatMap(({ state }) => state.processed.map(([, , value]) => value));

const down = (node: string, from: number, until: number): Fault => ({
  kind: "crash",
  node,
  at: milliseconds(from),
  until: milliseconds(until),
});

describe("the partitioned log (Kreps et al. 2011 and after)", () => {
  it("acknowledges a record when all in-sync replicas have it, at its offset", () => {
    const played = run({ clients: [[publish(50, 5, 0, 7), publish(150, 5, 0, 8)], [publish(60, 6, 1, 9)]] });
    expect(outputs(played)).toEqual([0, 0, 1]);
    expect(logs(played, 0)).toEqual([
      [7, 8],
      [7, 8],
      [7, 8],
    ]);
    const early = run({ clients: [[publish(50, 5, 0, 7)]], faults: [down("n4", 40, 900)], until: 140 });
    expect(early.history[0]!.outcome).toBe("open");
    expect(run({ clients: [[publish(50, 5, 0, 7)]], faults: [down("n4", 40, 900)] }).history[0]!.outcome).toBe("ok");
  });

  it("elects a leader in sync when the leader is gone, and keeps what was acknowledged", () => {
    const played = run({ clients: [[publish(50, 5, 0, 7), publish(400, 5, 0, 8)]], faults: [down("n2", 200, 700)] });
    expect(leaderOf(played, 0)).not.toBe("n2");
    expect(outputs(played)).toEqual([0, 1]);
    expect(logs(played, 0)).toEqual([
      [7, 8],
      [7, 8],
      [7, 8],
    ]);
  });

  it("cuts a log by leader epochs: what only the old leader had makes way (KIP-101)", () => {
    // n2 takes 7 alone, then n3 leads and takes 8 at the same offset.
    const sides = [
      ["n2", "n5"],
      ["n1", "n3", "n4", "n6"],
    ];
    const faults: Fault[] = [{ kind: "partition", sides, at: milliseconds(90), until: milliseconds(600) }];
    const clients = [[publish(100, 5, 0, 7)], [publish(500, 6, 0, 8)]];
    const played = run({ clients, faults, until: 1_500 }, { delivery: milliseconds(2_000) });
    expect(played.marks.get("a follower cut its log")?.times).toBeGreaterThan(0);
    expect(logs(played, 0)).toEqual([
      [8, 7],
      [8, 7],
      [8, 7],
    ]);
  });

  it("writes a record once that a producer sends again to the next leader: KIP-98", () => {
    // n2's answers do not reach n5, whose record all replicas have.
    const faults: Fault[] = [
      { kind: "one-way-partition", from: ["n2"], to: ["n5"], at: 0, until: milliseconds(900) },
      down("n2", 150, 900),
    ];
    const script: Play<LogRequest> = { clients: [[publish(100, 5, 0, 7)]], faults };
    const patient = { delivery: milliseconds(2_000) };
    expect(logs(run(script, patient), 0)[1]).toEqual([7]);
    expect(logs(run(script, { ...patient, restoresSequences: false }), 0)[1]).toEqual([7, 7]);
  });

  it("goes on under a new epoch after a record that it gave up, marked in the log: KIP-360", () => {
    const played = run({
      clients: [[publish(50, 5, 0, 7)], [publish(400, 5, 0, 8)]],
      faults: [down("n1", 20, 600), down("n2", 40, 600)],
    });
    expect(played.marks.get("a producer gave a record up")?.times).toBeGreaterThan(0);
    expect(logs(played, 0)[1]!.some((value) => value < 0)).toBe(true);
  });

  it("has every record processed, by another member when one is gone: NetDB 2011, section 3.2", () => {
    const clients = [
      [publish(50, 5, 0, 7), publish(300, 5, 0, 8)],
      [publish(60, 5, 1, 9), publish(310, 5, 1, 10)],
    ];
    const played = run({ clients, faults: [down("n6", 200, 2_000)] });
    expect(processed(played).toSorted((one, other) => one - other)).toEqual([7, 8, 9, 10]);
    const { group, offsets } = played.nodes[0]!.state;
    expect(group.members).toEqual(["n5"]);
    expect([offsets.get(0)?.offset, offsets.get(1)?.offset]).toEqual([2, 2]);
  });
});

describe("what is asked of the log can be violated:", () => {
  const outcome = run({ clients: [[publish(50, 5, 0, 7), publish(150, 5, 0, 8)]] });
  const entry = (value: number, sequence: number, producerEpoch = 1): Entry => {
    return { producer: "n5", producerEpoch, sequence, value, leaderEpoch: 1 };
  };
  const broker = (name: string, highWatermark: number, ...log: readonly Entry[]): Observed<LogState>[] => {
    const replicas = new Map([[0, { log: [...log], highWatermark }]]);
    return [{ name, up: true, state: { ...outcome.nodes[1]!.state, replicas } }];
  };

  it("two leaders of one epoch", () => {
    expect(eachWatched(oneLeaderPerEpoch, outcome.nodes)).toBe("");
    const known = (leader: string): Observed<LogState> => {
      const leadership = { leader, epoch: 1, version: 0, inSync: [] };
      return { name: leader, up: true, state: { ...outcome.nodes[1]!.state, known: new Map([[0, leadership]]) } };
    };
    expect(eachWatched(oneLeaderPerEpoch, [known("n2"), known("n3")])).toBe(
      "n2 and n3 both lead partition 0 in epoch 1.",
    );
  });

  it("a committed record that changes, comes twice or out of order", () => {
    expect(eachWatched(committedStays, outcome.nodes)).toBe("");
    const after = (...log: readonly Entry[]): string =>
      watched(committedStays, broker("n2", 1, entry(7, 0)), broker("n3", log.length, ...log));
    expect(after(entry(7, 0), entry(8, 1))).toBe("");
    expect(after(entry(9, 0))).toContain("where 7 (number 0 of n5 in epoch 1) was committed");
    expect(after(entry(7, 0), entry(7, 1))).toContain("is there already");
    expect(after(entry(7, 0), entry(8, 2))).toContain("comes after 7");
  });

  it("an acknowledged record that is not there", () => {
    expect(judged(acknowledgedStays, outcome)).toBe("");
    expect(judged(acknowledgedStays, withOutput(outcome, 0, 1))).toContain("7 was acknowledged at offset 1");
  });

  it("a silent leader that stays, in-sync replicas that nobody asked for", () => {
    const { state } = outcome.nodes[0]!;
    const led = (leader: string, version: number, inSync: readonly string[]): Observed<LogState> => {
      const leadership = { leader, epoch: 1, version, inSync };
      const cluster = { ...state.cluster, partitions: new Map([[0, leadership]]) };
      return { name: "n1", up: true, state: { ...state, since: 0, cluster } };
    };
    const { session } = state.config;
    const looked = (leader: string): string => {
      const watch = "watch" in silentLeadersAreReplaced ? silentLeadersAreReplaced.watch() : () => "no watcher";
      const hear = (src: string, time: number): void => {
        const message = { src, dest: "n1", body: { type: "alive", boots: 1 } };
        watch(led("n2", 1, ["n2", "n3"]), [], time, message);
      };
      hear("n2", 0);
      hear("n3", session);
      return watch(led(leader, 2, ["n2", "n3"]), [], session + milliseconds(10)) ?? "";
    };
    expect(looked("n3")).toBe("");
    expect(looked("n2")).toBe("n2 leads partition 0 and is silent; n3 is in sync and was heard.");

    const altered = (version: number, inSync: readonly string[]): string => {
      const body = { type: "alter", partition: 0, epoch: 1, version, inSync: ["n2"] } as Body;
      const after = led("n2", 2, inSync).state;
      return received(inSyncAsAsked, [led("n2", 1, ["n2", "n3"]).state, after], body, "n2");
    };
    expect([altered(1, ["n2"]), altered(0, ["n2", "n3"])]).toEqual(["", ""]);
    expect(altered(1, ["n2", "n3"])).toContain("n2 asked for n2 as of version 1 of 1; in sync are n2 n3");
    expect(altered(0, ["n2"])).toContain("as of version 0 of 1; in sync are n2.");
  });

  it("two owners of a partition", () => {
    expect(eachWatched(oneOwner, outcome.nodes)).toBe("");
    const owner = (name: string): Observed<LogState> => {
      return { name, up: true, state: { ...outcome.nodes[4]!.state, generation: 3, positions: new Map([[0, 0]]) } };
    };
    expect(eachWatched(oneOwner, [owner("n5"), owner("n6")])).toBe("n5 and n6 both own partition 0 in generation 3.");
  });

  it("an offset past what was processed, or of an earlier generation", () => {
    const { state } = outcome.nodes[0]!;
    const committed = (generation: number, offset: number): Observed<LogState>[] => {
      const offsets = new Map([[0, { offset, generation, member: "n5" }]]);
      return [{ name: "n1", up: true, state: { ...state, group: { generation: 2, members: ["n5"] }, offsets } }];
    };
    const done: Observed<LogState>[] = [{ name: "n5", up: true, state: { ...state, processed: [[0, 0, 7]] } }];
    expect(watched(offsetsFollowProcessing, done, committed(2, 1))).toBe("");
    expect(watched(offsetsFollowProcessing, done, committed(2, 2))).toContain("which nobody has processed");
    expect(watched(offsetsFollowProcessing, done, committed(1, 1))).toContain("the group is in 2");
    expect(watched(offsetsFollowProcessing, done, committed(2, 1), committed(2, 0))).toContain("went back from 1 to 0");
  });
});

describe("the default campaign over the log", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(partitionedLogSystem, {}, 1, 60).found?.says).toBeUndefined();
  });

  it.each(partitionedLogSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(partitionedLogSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
