import type { Body, Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { outputs, play } from "../single-decree-paxos/played.fixture.ts";
import { received } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import { holdersStopInTime, releasedIsFree } from "./lease-properties.ts";
import { correctConfig } from "./lease-with-fencing-system.ts";
import { leaseWithFencing } from "./lease-with-fencing.ts";
import type { LeaseConfig, LeaseRequest, LeaseState } from "./lease-with-fencing.ts";

const run = (script: Script<LeaseRequest>, config: Partial<LeaseConfig> = {}): Played<LeaseState> =>
  play(leaseWithFencing, { ...correctConfig, term: milliseconds(80), ...config }, { nodes: 4, ...script });

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

  it("asks anew when its lease ran out before it heard of it: the service lends from the first asking on", () => {
    // n3 asks at 5 ms and counts on 78; n1 hears it at 10 and lends until 90. At 83 n3 asks again, heard at 88.
    const faults: Fault[] = [{ kind: "one-way-partition", from: ["n1"], to: ["n3"], at: 0, until: milliseconds(85) }];
    const script: Script<LeaseRequest> = { clients: [[increment(0, 3)], [increment(150, 4)]], faults };
    const { history, nodes } = run(script, { retry: milliseconds(26) });
    expect(outputs({ history })).toEqual([1, 2]);
    // The first is lent to nobody who knows of it, the second to n3, the third to n4.
    expect(nodes[0]!.state.loan).toMatchObject({ token: 3, holder: null });
  });
});

describe("what is asked of a lease can be violated:", () => {
  const { state } = run({ clients: [] }).nodes[0]!;
  const lent = { token: 4, holder: "n3", number: 1, until: milliseconds(90) };

  it("a lock that is given back and stays lent", () => {
    const says = (loan: LeaseState["loan"], token: number): string =>
      received(
        releasedIsFree,
        [
          { ...state, loan: lent },
          { ...state, loan },
        ],
        { type: "release", token } as Body,
        "n3",
      );
    expect([says({ ...lent, holder: null }, 4), says(lent, 3)]).toEqual(["", ""]);
    expect(says(lent, 4)).toBe("n3 gave token 4 back, and n1 has it lent to n3.");
  });

  it("a worker that goes on when its lease is over, or counts on it for too long", () => {
    const task = { request: { src: "c1", dest: "n3", body: { type: "increment" } }, token: 4, value: 1 };
    const worker = (step: "get" | "put", until: number): Observed<LeaseState> => ({
      name: "n3",
      up: true,
      state: { ...state, task: { ...task, step, until: milliseconds(until) } },
    });
    const service: Observed<LeaseState> = { name: "n1", up: true, state: { ...state, loan: lent } };
    const says = (at: number, until: number): string => {
      const watch = "watch" in holdersStopInTime ? holdersStopInTime.watch() : () => "no watcher";
      const answer = { src: "n2", dest: "n3", body: { type: "get_ok" } };
      const begins = watch(worker("get", until), [service], milliseconds(20), answer);
      return begins ?? watch(worker("put", until), [service], milliseconds(at), answer) ?? "";
    };
    expect(says(60, 78)).toBe("");
    expect(says(85, 78)).toMatch(/^n3 goes on to put under token 4, \d+ µs after its lease was over\.$/);
    expect(says(60, 95)).toBe("n3 counts on token 4 for 5000 µs longer than n1 has lent it.");
  });
});
