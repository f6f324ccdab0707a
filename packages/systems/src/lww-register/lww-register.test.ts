import { searchSeeds } from "@fieldbook/engine";
import type { Fault, Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, play, watched, withOutput } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  causal,
  correct,
  lastWriterWon,
  lwwRegisterSystem,
  neverGoesBack,
  oneStampPerWrite,
  stampsFollowCauses,
} from "./lww-register-system.ts";
import { isLater, lwwRegister } from "./lww-register.ts";
import type { LwwConfig, LwwRequest, LwwState, Stamp } from "./lww-register.ts";

const write = (at: number, node: number, value: number): Step<LwwRequest> => [
  at,
  node,
  { type: "write", key: 0, value },
];
const read = (at: number, node: number): Step<LwwRequest> => [at, node, { type: "read", key: 0 }];

/** The fixture takes the node for the key; here all is about register 0. */
function run(script: Play<LwwRequest>, config: Partial<LwwConfig> = {}): Played<LwwState> {
  const played = play(lwwRegister, { ...correct, ...config }, script);
  const history = played.history.map((one) => {
    const output = one.f === "write" && Array.isArray(one.output) ? [null, one.output] : one.output;
    return { ...one, key: 0, output };
  });
  return { ...played, history };
}

const held = ({ nodes }: Played<LwwState>): (number | undefined)[] =>
  nodes.map(({ state }) => state.record.registers.get(0)?.value);

/** n2's clock is behind by a second. */
const slow = {
  clocks: [
    { offset: 0, drift: 0 },
    { offset: -1_000_000, drift: 0 },
    { offset: 0, drift: 0 },
  ],
};

describe("the last-writer-wins register (Shapiro et al. 2011, section 3.2.1)", () => {
  it("orders timestamps by time, then counter, then replica", () => {
    const rising: Stamp[] = [
      [1, 9, "n9"],
      [2, 0, "n1"],
      [2, 0, "n2"],
      [2, 1, "n1"],
    ];
    expect(rising.map((stamp) => rising.map((other) => Number(isLater(stamp, other))).join(""))).toEqual([
      "0000",
      "1000",
      "1100",
      "1110",
    ]);
  });

  it("keeps the later of two writes at all replicas", () => {
    expect(held(run({ clients: [[write(0, 1, 1)], [write(30, 2, 2)]] }))).toEqual([2, 2, 2]);
  });

  it("comes to one value when two are written at the same time, by the replica's name", () => {
    const clients = [[write(0, 1, 1)], [write(0, 2, 2)]];
    expect(held(run({ clients }))).toEqual([2, 2, 2]);
    expect(held(run({ clients }, { ties: "local" })).slice(0, 2)).toEqual([1, 2]);
  });

  it("does not lose a write to the one it follows, though the clock on the wall is behind", () => {
    const clients = [[write(20, 1, 1)], [read(200, 2), write(300, 2, 2)]];
    expect(held(run({ clients, ...slow }))).toEqual([2, 2, 2]);
    expect(held(run({ clients, ...slow }, { advancesOnMerge: false }))).toEqual([1, 2, 1]);
    expect(held(run({ clients, ...slow }, { logical: false }))).toEqual([1, 2, 1]);
  });

  it("does not go back when a clock is set back and the replica restarts", () => {
    const faults: Fault[] = [
      { kind: "crash", node: "n1", at: milliseconds(50), until: milliseconds(60) },
      { kind: "clock-step", node: "n1", by: -milliseconds(900), at: milliseconds(50), until: milliseconds(1_000) },
    ];
    const clients = [[write(30, 1, 1), write(100, 1, 2)]];
    expect(held(run({ clients, faults }))).toEqual([2, 2, 2]);
    expect(held(run({ clients, faults }, { restoresClock: false }))[1]).toBe(1);
  });
});

describe("what is asked of the register can be violated:", () => {
  const outcome = run({ clients: [[write(0, 1, 1), write(50, 1, 2), read(200, 1)]] });
  const holding = (value: number, stamp: Stamp): Observed<LwwState>[] => {
    const { state } = outcome.nodes[0]!;
    const registers = new Map([[0, { value, stamp }]]);
    return [{ name: "n1", up: true, state: { ...state, record: { ...state.record, registers } } }];
  };

  it("two values at one timestamp, or one value at two", () => {
    const first = holding(1, [1, 0, "n1"]);
    expect(watched(oneStampPerWrite, first, holding(2, [2, 0, "n1"]))).toBe("");
    expect(watched(oneStampPerWrite, first, holding(2, [1, 0, "n1"]))).toContain("the timestamp of 0: 1");
    expect(watched(oneStampPerWrite, first, holding(1, [2, 0, "n1"]))).toContain("again");
  });

  it("a value that is replaced by an older one", () => {
    expect(watched(neverGoesBack, holding(1, [1, 0, "n1"]), holding(2, [2, 0, "n1"]))).toBe("");
    expect(watched(neverGoesBack, holding(1, [2, 0, "n1"]), holding(2, [1, 0, "n1"]))).toContain(
      "and now at 1.0 of n1",
    );
  });

  it("a write below what its client has seen", () => {
    expect(judged(stampsFollowCauses, outcome)).toBe("");
    expect(judged(stampsFollowCauses, withOutput(outcome, 1, [null, [0, 0, "n1"] as never]))).toContain(
      "and then wrote 2",
    );
  });

  it("a read of what was replaced", () => {
    expect(judged(causal, outcome)).toBe("");
    expect(judged(causal, withOutput(outcome, 2, [1, null]))).toContain("replaced");
  });

  it("an older value in the end", () => {
    expect(judged(lastWriterWon, outcome)).toBe("");
    expect(judged(lastWriterWon, { ...outcome, nodes: holding(1, [0, 0, "n1"]) })).toContain("in the end all hold 1");
  });
});

describe("the default campaign over the register", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(lwwRegisterSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(lwwRegisterSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(lwwRegisterSystem, { mutant }, 1, 500).found?.verdict).toBe("violated");
  });
});
