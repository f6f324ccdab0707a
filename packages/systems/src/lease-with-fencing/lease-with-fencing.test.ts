import type { Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { outputs, play } from "../single-decree-paxos/played.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import { correctConfig } from "./lease-with-fencing-system.ts";
import { leaseWithFencing } from "./lease-with-fencing.ts";
import type { LeaseConfig, LeaseRequest, LeaseState } from "./lease-with-fencing.ts";

const run = (script: Script<LeaseRequest>, config: Partial<LeaseConfig> = {}): Played<LeaseState> =>
  play(leaseWithFencing, { ...correctConfig, ...config }, { nodes: 4, ...script });

const increment = (at: number, node: number): Step<LeaseRequest> => [at, node, { type: "increment" }];

/** The network holds what n3 sends the storage from 24 ms on: its write arrives long after the lease of 80 ms is over. */
const lateWrite: Script<LeaseRequest> = {
  clients: [[increment(0, 3)], [increment(150, 4), increment(500, 4)]],
  faults: [
    {
      kind: "delay",
      from: ["n3"],
      to: ["n2"],
      at: milliseconds(24),
      until: milliseconds(30),
      by: { kind: "constant", value: milliseconds(300) },
    },
  ],
};

describe("a lease with fencing tokens", () => {
  it("counts up, one worker after the other", () => {
    const { nodes, history } = run({ clients: [[increment(0, 3), increment(100, 4), increment(200, 3)]] });
    expect(outputs({ history })).toEqual([1, 2, 3]);
    expect(nodes[0]!.state.loan).toMatchObject({ token: 3, holder: null });
  });

  it("keeps a second worker waiting while the first holds the lock", () => {
    const { history } = run({ clients: [[increment(0, 3)], [increment(0, 4)]] });
    expect(outputs({ history }).toSorted((one, other) => Number(one) - Number(other))).toEqual([1, 2]);
    const [first, second] = history.map(({ calledAt, returnedAt }) => returnedAt - calledAt).toSorted((a, b) => a - b);
    expect(second).toBeGreaterThan(first!);
  });

  it("lends the lock again when its holder is gone: a lease ends by itself (Gray and Cheriton)", () => {
    const faults: Fault[] = [{ kind: "crash", node: "n3", at: milliseconds(12), until: milliseconds(900) }];
    const { history } = run({ clients: [[increment(0, 3)], [increment(20, 4)]], faults });
    expect(history.find(({ outcome }) => outcome === "ok")?.output).toBe(1);
  });

  it("turns away a write that comes after a newer token was seen (Kleppmann)", () => {
    const { history, marks } = run(lateWrite);
    expect(outputs({ history }).toSorted((one, other) => Number(one) - Number(other))).toEqual([1, 2, 3]);
    expect(marks.get("a write with an older token was refused")?.times).toBeGreaterThan(0);
    // Without fencing the late write undoes the increment of the other worker.
    expect(outputs(run(lateWrite, { fencing: false, fencedReads: false }))).toEqual([1, 2, 2]);
  });

  it("refuses a second task while it is at one, and does not carry out a copy of what it refused", () => {
    const { history } = run({ clients: [[increment(0, 3)], [increment(1, 3)]] });
    expect(history.map(({ outcome }) => outcome).toSorted()).toEqual(["fail", "ok"]);
  });
});
