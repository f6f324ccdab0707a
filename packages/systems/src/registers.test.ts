import { calmNetwork, simulate, TraceKind } from "@fieldbook/engine";
import type { Fault, NetworkModel, Run, Workload } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { causalRegister, gossipRegister, orderedRegister, quorumRegister } from "./index.ts";
import type { RegisterReply, RegisterRequest } from "./index.ts";

/** One step of a client: read, or write the number, at a node, at a time in ms. */
type Step = readonly [what: "read" | number, node: number, at: number];

function clients(...scripts: readonly (readonly Step[])[]): Workload<RegisterRequest, RegisterReply> {
  return {
    clients: scripts.length,
    timeout: milliseconds(200),
    next(client, k) {
      const step = scripts[client]?.[k];
      if (step === undefined) return undefined;
      const [what, node, at] = step;
      const body: RegisterRequest = what === "read" ? { type: "read" } : { type: "write", value: what };
      const input = what === "read" ? null : what;
      return { f: body.type, input, body, node: node - 1, think: 0, notBefore: milliseconds(at) };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.value : null }),
  };
}

const calm = calmNetwork(milliseconds(1));
const reads = (run: Run): unknown[] => run.history.filter(({ f }) => f === "read").map(({ output }) => output);
const until = milliseconds(5_000);

/** A network whose named links take 50 ms instead of 1. */
const slow = (...links: readonly (readonly [from: string, to: string])[]): NetworkModel => ({
  ...calm,
  links: links.map(([from, to]) => ({ from, to, latency: { kind: "constant", value: milliseconds(50) } })),
});

describe("quorum register (Attiya, Bar-Noy, Dolev 1995)", () => {
  const run = (
    readRepair: boolean,
    workload: Workload<RegisterRequest, RegisterReply>,
    network: NetworkModel = calm,
    faults: readonly Fault[] = [],
  ): Run =>
    simulate(
      { node: quorumRegister, config: { read: 2, write: 2, readRepair }, nodes: 3, network, faults, workload, until },
      1,
      {
        record: true,
      },
    );

  // The second write is on n1 alone when n1 reads it; then n2 reads with the help of n3.
  const newThenOld = clients(
    [
      [1, 2, 0],
      [2, 1, 100],
    ],
    [
      ["read", 1, 110],
      ["read", 2, 130],
    ],
  );
  const unstored: Fault = { kind: "partition", at: 103_500, until: milliseconds(109), sides: [["n1"], ["n2", "n3"]] };
  const afterwards: Fault = { ...unstored, at: milliseconds(120), until: milliseconds(300) };

  it("reads what was written before, at any node", () => {
    expect(
      reads(
        run(
          true,
          clients(
            [
              [7, 1, 0],
              ["read", 3, 50],
            ],
            [["read", 2, 50]],
          ),
        ),
      ),
    ).toEqual([7, 7]);
  });

  it("asks every node twice for a write and for a read with repair, once for a read without", () => {
    const sent = (result: Run, type: string): number =>
      result.trace.filter(({ kind, label }) => kind === TraceKind.send && label.startsWith(type)).length;
    const repaired = run(true, clients([["read", 1, 0]]));
    const bare = run(false, clients([["read", 1, 0]]));
    expect([sent(repaired, "query") - sent(repaired, "query_ok"), sent(repaired, "store ")]).toEqual([3, 3]);
    expect([sent(bare, "query") - sent(bare, "query_ok"), sent(bare, "store ")]).toEqual([3, 0]);
  });

  it("stores what a read found before it returns, so that no later read returns an older value", () => {
    expect(reads(run(false, newThenOld, calm, [unstored, afterwards]))).toEqual([2, 1]);
    expect(reads(run(true, newThenOld, calm, [unstored, afterwards]))).toEqual([2, 2]);
  });

  it("carries out a write once that the network delivers twice, even with a crash in between", () => {
    const latency = { kind: "constant", value: milliseconds(40) } as const;
    const twice = { ...calm, links: [{ from: "c1", to: "n1", duplicate: 1_000_000, latency }] };
    const crash: Fault = { kind: "crash", node: "n1", at: milliseconds(60), until: milliseconds(62) };
    for (const faults of [[], [crash]]) {
      const result = run(
        true,
        clients(
          [[5, 1, 0]],
          [
            [6, 2, 65],
            ["read", 3, 190],
          ],
        ),
        twice,
        faults,
      );
      expect(reads(result)).toEqual([6]);
    }
  });

  it("never gives one version to two values that are written at once", () => {
    const result = run(true, clients([[5, 1, 0]], [[6, 1, 0]]));
    const texts = new Set(result.states.map(({ text }) => text));
    expect([...texts].toSorted()).toEqual(["5 (version 1)", "6 (version 2)", "empty"]);
  });
});

describe("ordered register (Attiya and Welch 1994, local reads)", () => {
  const run = (
    config: { applyInOrder: boolean; readAtSequencer: boolean },
    network: NetworkModel,
    ...scripts: Step[][]
  ): Run =>
    simulate({ node: orderedRegister, config, nodes: 3, network, faults: [], workload: clients(...scripts), until }, 1);
  const inOrder = { applyInOrder: true, readAtSequencer: false };

  it("lets a client read its own write: a write ends when its own node has it", () => {
    expect(
      reads(
        run(inOrder, slow(["n1", "n2"]), [
          [4, 2, 0],
          ["read", 2, 1],
        ]),
      ),
    ).toEqual([4]);
  });

  it("lets another client read an older value meanwhile, unless reads go to the sequencer", () => {
    const stale = (readAtSequencer: boolean): unknown[] =>
      reads(run({ applyInOrder: true, readAtSequencer }, slow(["n1", "n3"]), [[4, 1, 0]], [["read", 3, 20]]));
    expect(stale(false)).toEqual([null]);
    expect(stale(true)).toEqual([4]);
  });

  it("keeps an early write until its turn", () => {
    const reorder: NetworkModel = {
      ...calm,
      ordered: false,
      links: [{ from: "n1", to: "n3", latency: { kind: "uniform", min: 1_000, max: 80_000 }, ordered: false }],
    };
    const script: Step[] = [1, 2, 3, 4, 5, 6].map((value) => [value, 1, value] as const);
    const last = (applyInOrder: boolean): unknown =>
      reads(run({ applyInOrder, readAtSequencer: false }, reorder, script, [["read", 3, 180]]))[0];
    expect(last(true)).toBe(6);
    expect(last(false)).not.toBe(6);
  });
});

describe("causal register (Ahamad et al. 1995)", () => {
  const run = (waitForCauses: boolean): Run =>
    simulate(
      {
        node: causalRegister,
        config: { waitForCauses },
        nodes: 3,
        network: slow(["n1", "n3"]),
        faults: [],
        // c2 reads 1 and answers it with 2; the answer overtakes what it answers on the way to n3.
        workload: clients(
          [[1, 1, 0]],
          [
            ["read", 2, 5],
            [2, 2, 10],
          ],
          [
            ["read", 3, 20],
            ["read", 3, 100],
          ],
        ),
        until,
      },
      1,
    );

  it("applies a write after those that its writer had seen", () => {
    expect(reads(run(true))).toEqual([1, null, 2]);
  });

  it("shows the effect before its cause when it does not wait", () => {
    expect(reads(run(false))).toEqual([1, 2, 1]);
  });
});

describe("gossip register (Demers et al. 1987)", () => {
  const run = (antiEntropy: boolean, offset = 0): Run =>
    simulate(
      {
        node: gossipRegister,
        config: { antiEntropy, interval: milliseconds(20) },
        nodes: 3,
        network: { ...calm, links: [{ from: "n1", to: "n3", loss: 1_000_000 }] },
        faults: [],
        clocks: [
          { offset, drift: 0 },
          { offset: 0, drift: 0 },
          { offset: 0, drift: 0 },
        ],
        workload: clients(
          [[1, 1, 0]],
          [[2, 2, 50]],
          [
            ["read", 3, 40],
            ["read", 3, 1_000],
          ],
        ),
        until,
      },
      1,
    );

  it("brings a lost write to all by comparing copies, and not without", () => {
    expect(reads(run(true))[0]).toBe(1);
    expect(reads(run(false))[0]).toBe(null);
  });

  it("keeps a first write though the writer's clock stands before zero", () => {
    expect(reads(run(true, -milliseconds(500)))[0]).toBe(1);
  });

  it("gives no two writes of a node one time, so that copies agree though both came at once", () => {
    const both = clients(
      [
        [1, 1, 0],
        ["read", 1, 900],
      ],
      [
        [2, 1, 0],
        ["read", 2, 900],
      ],
      [["read", 3, 900]],
    );
    const config = { antiEntropy: true, interval: milliseconds(20) };
    const result = simulate(
      { node: gossipRegister, config, nodes: 3, network: calm, faults: [], workload: both, until },
      1,
    );
    expect(new Set(reads(result)).size).toBe(1);
  });

  it("lets the later write win by the clocks, right or wrong", () => {
    expect(reads(run(true))[1]).toBe(2);
    expect(reads(run(true, milliseconds(500)))[1]).toBe(1);
  });
});
