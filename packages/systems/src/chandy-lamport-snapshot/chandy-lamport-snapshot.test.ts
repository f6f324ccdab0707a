import { searchSeeds } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import {
  judged,
  outputs,
  play,
  received,
  watched,
  withOutput,
  withState,
} from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  chandyLamportSnapshotSystem,
  correct,
  moneyIsConserved,
  recordsAreFinal,
  snapshotsTotal,
  transfersAsAsked,
  transfersOnce,
} from "./chandy-lamport-snapshot-system.ts";
import { chandyLamportSnapshot } from "./chandy-lamport-snapshot.ts";
import type { BankRequest, SnapshotConfig, SnapshotState } from "./chandy-lamport-snapshot.ts";

const transfer = (at: number, from: number, to: number, amount: number): Step<BankRequest> => [
  at,
  from,
  { type: "transfer", to: `n${String(to)}`, amount },
];
const snapshot = (at: number, node: number): Step<BankRequest> => [at, node, { type: "snapshot" }];

const run = (script: Play<BankRequest>, config: Partial<SnapshotConfig> = {}): Played<SnapshotState> =>
  play(chandyLamportSnapshot, { ...correct, ...config }, script);

/** n1 sends 30 to n2, and n2 begins a snapshot while they are under way. */
const underWay: Play<BankRequest> = { clients: [[transfer(0, 1, 2, 30)], [snapshot(2, 2)]] };

describe("snapshots by markers (Chandy and Lamport 1985)", () => {
  it("show three balances and nothing under way when nothing moves", () => {
    expect(outputs(run({ clients: [[snapshot(0, 1)]] }))).toEqual([[300, 0]]);
  });

  it("record as the state of a channel what came after the own record and before the marker", () => {
    expect(outputs(run(underWay))[1]).toEqual([270, 30]);
    expect(outputs(run(underWay, { recordsChannels: false }))[1]).toEqual([270, 0]);
  });

  it("do not record what came after a channel's marker", () => {
    // n2's money leaves after its marker and comes to n1, which still waits for the marker of n3.
    const after: Play<BankRequest> = {
      clients: [[snapshot(0, 1)], [transfer(12, 2, 1, 40)]],
      slow: [["n3", "n1", 60]],
    };
    expect(outputs(run(after))[0]).toEqual([300, 0]);
    expect(outputs(run(after, { closesChannels: false }))[0]).toEqual([300, 40]);
  });

  it("send the marker before any further message", () => {
    const further: Play<BankRequest> = { clients: [[snapshot(0, 1)], [transfer(2, 1, 2, 25)]] };
    expect(outputs(run(further))[0]).toEqual([300, 0]);
    expect(outputs(run(further, { markerDelay: milliseconds(30) }))[0]).toEqual([325, 0]);
  });

  it("may be several at once, and all are right", () => {
    const { history, marks } = run({
      clients: [[snapshot(0, 1)], [snapshot(2, 2)], [transfer(1, 3, 1, 10), transfer(20, 1, 2, 60)]],
    });
    expect(marks.get("two snapshots were under way at once")?.times).toBeGreaterThan(0);
    for (const { f, output } of history) {
      if (f === "snapshot") expect((output as number[]).reduce((sum, part) => sum + part)).toBe(300);
    }
  });

  it("wait for a process that is back from a crash, and lose no money in it", () => {
    const crash = { kind: "crash", node: "n3", at: milliseconds(1), until: milliseconds(120) } as const;
    const { history, nodes } = run({ ...underWay, faults: [crash] });
    expect(history[1]!.output).toEqual([270, 30]);
    expect(history[1]!.returnedAt).toBeGreaterThan(milliseconds(120));
    expect(nodes.map(({ state }) => state.process.balance)).toEqual([70, 130, 100]);
  });

  it("are no business of an account that does not hold what it is asked for", () => {
    const { history, nodes } = run({ clients: [[transfer(0, 1, 2, 101)]] });
    expect(history[0]!.outcome).toBe("fail");
    expect(nodes.map(({ state }) => state.process.balance)).toEqual([100, 100, 100]);
  });
});

describe("what is asked of snapshots can be violated:", () => {
  const outcome = run(underWay);
  const { process } = outcome.nodes[0]!.state;

  it("a total that is wrong", () => {
    expect(judged(snapshotsTotal, outcome)).toBe("");
    expect(judged(snapshotsTotal, withOutput(outcome, 1, [270, 0]))).toBe(
      "A snapshot shows 270 in accounts and 0 under way, 270 together; there is 300.",
    );
  });

  it("a state recorded again, or one that never was", () => {
    const recording = (balance: number, recorded: number): Parameters<typeof watched<SnapshotState>>[1] => {
      const recordings = new Map([["n1/1", { balance: recorded, inTransit: 0, open: ["n2"] }]]);
      const state = { ...outcome.nodes[0]!.state, process: { ...process, balance, recordings } };
      return [{ name: "n1", up: true, state }];
    };
    expect(watched(recordsAreFinal, recording(70, 70), recording(90, 70))).toBe("");
    expect(watched(recordsAreFinal, recording(70, 70), recording(90, 90))).toBe("n1 in n1/1 recorded 70 and then 90.");
    expect(watched(recordsAreFinal, recording(70, 100))).toBe("n1 in n1/1 recorded 100 and held 70.");
  });

  it("a transfer that is refused for nothing, carried out without cover, or twice", () => {
    const { state } = outcome.nodes[0]!;
    const holding = (balance: number, transfers: number): SnapshotState => ({
      ...state,
      process: { ...process, balance, transfers },
    });
    const asked: BankRequest = { type: "transfer", to: "n2", amount: 40, msg_id: 1 };
    const says = (...states: readonly [SnapshotState, SnapshotState]): string =>
      received(transfersAsAsked, states, asked);
    expect(says(holding(100, 0), holding(60, 1))).toBe("");
    expect(says(holding(100, 0), holding(100, 0))).toBe("n1 held 100; a transfer of 40 was carried out 0 times.");
    expect(says(holding(30, 0), holding(30, 0))).toBe("");
    expect(says(holding(30, 0), holding(-10, 1))).toBe("n1 held 30; a transfer of 40 was carried out 1 times.");
    expect(says(holding(100, 0), holding(20, 2))).toBe("n1 held 100; a transfer of 40 was carried out 2 times.");
  });

  it("money that is gone", () => {
    expect(judged(moneyIsConserved, outcome)).toBe("");
    const less = withState(outcome, 0, { process: { ...process, balance: 69 } });
    expect(judged(moneyIsConserved, less)).toBe("The accounts hold 299 of 300.");
  });

  it("a transfer that was confirmed and not carried out, or twice", () => {
    expect(judged(transfersOnce, outcome)).toBe("");
    for (const transfers of [0, 2]) {
      const other = withState(outcome, 0, { process: { ...process, transfers } });
      expect(judged(transfersOnce, other)).toContain(`${String(transfers)} transfers were carried out, 1 confirmed`);
    }
  });
});

describe("the default campaign over snapshots", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(chandyLamportSnapshotSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(chandyLamportSnapshotSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(chandyLamportSnapshotSystem, { mutant }, 1, 200).found?.verdict).toBe("violated");
  });
});
