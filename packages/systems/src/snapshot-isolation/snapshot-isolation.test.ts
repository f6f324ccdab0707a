import { describe, expect, it } from "vitest";
import { judged, outputs, play, withOutput } from "../single-decree-paxos/played.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import { correctConfig } from "./snapshot-isolation-system.ts";
import { snapshotIsolation } from "./snapshot-isolation.ts";
import type { SnapshotConfig, SnapshotRequest, SnapshotState } from "./snapshot-state.ts";

const run = (script: Script<SnapshotRequest>, config: Partial<SnapshotConfig> = {}): Played<SnapshotState> =>
  play(snapshotIsolation, { ...correctConfig, ...config }, { nodes: 3, ...script });

/** Reads and writes keys; keys 0 and 2 lie on n2, 1 and 3 on n3. */
const transact = (
  at: number,
  node: number,
  reads: readonly number[],
  writes: readonly number[],
  value: number,
): Step<SnapshotRequest> => [at, node, { type: "transact", reads, writes, value }];

const valuesOf = ({ nodes }: Played<SnapshotState>, key: number): readonly number[] =>
  nodes.flatMap(({ state }) => state.rows.get(key)?.versions ?? []).map(({ value }) => value);

describe("snapshot isolation", () => {
  it("commits writes on two shards at one timestamp", () => {
    const played = run({ clients: [[transact(0, 2, [0, 1], [0, 1], 7)]] });
    expect(played.history[0]!.outcome).toBe("ok");
    const [zero, one] = [0, 1].map((key) => played.nodes.flatMap(({ state }) => state.rows.get(key)?.versions ?? []));
    expect(zero).toEqual(one);
    expect(zero).toMatchObject([{ value: 7 }]);
  });

  it("reads what was committed when it started", () => {
    const played = run({ clients: [[transact(0, 2, [0], [0], 7), transact(200, 3, [0, 1], [2], 8)]] });
    // The first field of the answer is the start; the values stand in the shards' versions.
    expect(outputs(played)[1]).toBeGreaterThan(outputs(played)[0] as number);
    expect(valuesOf(played, 2)).toEqual([8]);
  });

  it("lets the first committer win: of two at once that write one key one is refused (Berenson et al., 4.2)", () => {
    const script = { clients: [[transact(0, 2, [0], [0], 7)], [transact(0, 3, [0], [0], 8)]] };
    const played = run(script);
    expect(played.history.map(({ outcome }) => outcome).toSorted()).toEqual(["fail", "ok"]);
    expect(valuesOf(played, 0)).toHaveLength(1);
  });

  it("allows write skew, as the level does", () => {
    const played = run({ clients: [[transact(0, 2, [0, 1], [0], 7)], [transact(0, 3, [0, 1], [1], 8)]] });
    expect(played.history.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
  });

  it("clears the locks of a coordinator that is gone", () => {
    const played = run({
      clients: [[transact(0, 2, [0], [1, 3], 7)], [transact(300, 3, [0], [1], 8)]],
      // The coordinator goes after its prewrites: the locks on n3 stay behind.
      faults: [{ kind: "crash", node: "n2", at: 32_000, until: 250_000 }],
      until: 2_000,
    });
    expect(played.nodes[2]!.state.rows.get(1)?.lock).toBeNull();
  });

  it("would be judged: a transaction that is committed twice, refused and committed, or nobody's", async () => {
    const { onceIfAtAll } = await import("./snapshot-properties.ts");
    const outcome = run({ clients: [[transact(0, 2, [0], [0, 1], 7)]] });
    const asked = { ...outcome.history[0]!, input: [[0], [0, 1], 7] };
    const says = (change: Partial<typeof asked>): string =>
      judged(onceIfAtAll, { ...outcome, history: [{ ...asked, ...change }] });
    expect(says({})).toBe("");
    expect(says({ outcome: "fail" })).toMatch(/7 is committed on key 0, and its client was told that it is not/);
    expect(says({ input: [[0], [1], 7] })).toMatch(/7 is committed on key 0, which nobody asked for/);
    const row = outcome.nodes[1]!.state.rows.get(0)!;
    const again = { ...row, versions: [...row.versions, { ...row.versions[0]!, start: 90, commit: 91 }] };
    const twice = outcome.nodes.map((node, index) =>
      index === 1 ? { ...node, state: { ...node.state, rows: new Map([...node.state.rows, [0, again]]) } } : node,
    );
    expect(judged(onceIfAtAll, { ...outcome, nodes: twice, history: [asked] })).toMatch(
      /carried out from \d+ and from 90/,
    );
  });

  it("would be judged: a commit that is told and not there", async () => {
    const { atomic, snapshotIsolated } = await import("./snapshot-properties.ts");
    const outcome = run({ clients: [[transact(0, 2, [0], [0, 1], 7)]] });
    const told = (start: number, commit: number, values: number[]) => {
      const asked = { ...outcome.history[0]!, input: [[0], [0, 1], 7] };
      return withOutput({ ...outcome, history: [asked] }, 0, [start, commit, values]);
    };
    const version = outcome.nodes.flatMap(({ state }) => state.rows.get(0)?.versions ?? [])[0]!;
    expect(judged(atomic, told(version.start, version.commit, [0]))).toBe("");
    expect(judged(atomic, told(version.start, version.commit + 1, [0]))).toMatch(/its write of key 0 is not there/);
    expect(judged(snapshotIsolated, told(version.start, version.commit, [0]))).toBe("");
    expect(judged(snapshotIsolated, told(version.start, version.commit, [5]))).toMatch(/its snapshot has 0/);
  });
});
