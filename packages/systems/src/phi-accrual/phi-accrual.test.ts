import { searchSeeds } from "@fieldbook/engine";
import type { Fault, Observed, Property } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { play } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Played } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  correct,
  gapsAreTrue,
  heardIsTrusted,
  livesDiffer,
  newCount,
  phiAccrualSystem,
  silenceFirst,
  silentIsSuspected,
  suspectedAtTheLevel,
} from "./phi-accrual-system.ts";
import { phiAccrual } from "./phi-accrual.ts";
import type { Monitored, PhiConfig, PhiState } from "./phi-accrual.ts";
import { suspicionLevel } from "./suspicion-level.ts";

describe("the level of suspicion (Hayashibara et al. 2004)", () => {
  it("is minus the decimal logarithm of the chance that a heartbeat comes even later", () => {
    // Upper tails of the normal distribution, from tables.
    const tails = [
      [1, 0.158_655_254],
      [2, 0.022_750_132],
      [3, 0.001_349_898],
      [4, 3.167_124e-5],
      [5, 2.866_516e-7],
      [6, 9.865_876e-10],
    ] as const;
    for (const [deviations, tail] of tails) {
      const difference = -Math.log10(tail) - suspicionLevel(100 + deviations * 10, 100, 10);
      expect(difference).toBeGreaterThanOrEqual(0);
      expect(difference).toBeLessThan(deviations < 3 ? 0.01 : 0.001);
    }
  });

  it("is too low by at most 0.053, where the heartbeat is just due", () => {
    expect(-Math.log10(0.5) - suspicionLevel(100.000_001, 100, 10)).toBeCloseTo(0.0525, 3);
  });

  it("is 0 before a heartbeat is due", () => {
    expect(suspicionLevel(99, 100, 10)).toBe(0);
  });
});

const run = (faults: readonly Fault[], until: number, config: Partial<PhiConfig> = {}): Played<PhiState> =>
  play(phiAccrual, { ...correct, ...config }, { clients: [], faults, until });

/** Whom each node suspects. */
const suspects = ({ nodes }: Played<PhiState>): string[] =>
  nodes.map(({ state }) => [...state.monitored].flatMap(([name, peer]) => (peer.suspected ? [name] : [])).join(" "));

const crash = (node: string, at: number, until: number): Fault => ({
  kind: "crash",
  node,
  at: milliseconds(at),
  until: milliseconds(until),
});

describe("the φ accrual failure detector", () => {
  it("suspects nobody while heartbeats come", () => {
    expect(suspects(run([], 1_000))).toEqual(["", "", ""]);
    expect(run([], 1_000).marks.get("a node was suspected")?.times ?? 0).toBe(0);
  });

  it("suspects a crashed node within some heartbeats, and trusts it again when it is back", () => {
    const down = [crash("n2", 300, 900)];
    expect(suspects(run(down, 330))).toEqual(["", "", ""]);
    expect(suspects(run(down, 450))).toEqual(["n2", "", "n2"]);
    expect(suspects(run(down, 950))).toEqual(["", "", ""]);
  });

  it("takes a heartbeat of a new life for new, though its number is lower", () => {
    const { nodes } = run([crash("n2", 500, 520)], 700);
    expect(nodes[0]!.state.monitored.get("n2")).toMatchObject({ life: 2, suspected: false });
  });

  it("is not misled by a clock that is set", () => {
    const step: Fault = { kind: "clock-step", node: "n1", at: 300_000, until: 2_000_000, by: 100_000 };
    const marks = (clock: PhiConfig["clock"]): number =>
      run([step], 600, { clock }).marks.get("a node was suspected")?.times ?? 0;
    expect(marks("stopwatch")).toBe(0);
    expect(marks("time-of-day")).toBeGreaterThan(0);
  });

  it("finds a crash as fast after an outage as before, since outages are not sampled", () => {
    const outage: Fault = { kind: "isolation", node: "n2", at: milliseconds(300), until: milliseconds(700) };
    const faults = [outage, crash("n2", 850, 2_000)];
    expect(suspects(run(faults, 1_000))[0]).toBe("n2");
    expect(suspects(run(faults, 1_000, { maxGap: milliseconds(10_000) }))[0]).toBe("");
  });
});

describe("what is asked of the detector can be violated:", () => {
  /** One node's view of n2, in ms. */
  function says(
    property: Property<PhiState>,
    ...views: readonly (readonly [at: number, change: Partial<Monitored>])[]
  ): string {
    if (!("watch" in property)) return "";
    const watch = property.watch();
    const first: Monitored = { life: 1, beat: 1, heartbeats: 1, heardAt: 0, gaps: [], suspected: false };
    let told = "";
    for (const [index, [at, change]] of views.entries()) {
      const state = { ...stateOf(), looks: index, monitored: new Map([["n2", { ...first, ...change }]]) };
      told ||= watch({ name: "n1", up: true, state }, [], milliseconds(at)) ?? "";
    }
    return told;
  }
  const stateOf = (): PhiState => ({ config: correct, life: 1, beat: 1, looks: 0, began: 0, monitored: new Map() });

  it("suspicion without silence", () => {
    expect(says(silenceFirst, [0, {}], [60, { suspected: true }])).toBe("");
    expect(says(silenceFirst, [0, {}], [40, { suspected: true }])).toContain("suspected after 40000 µs of silence");
  });

  it("silence without suspicion", () => {
    expect(says(silentIsSuspected, [0, {}], [300, {}])).toBe("");
    expect(says(silentIsSuspected, [0, {}], [400, {}])).toContain("trusted after 400000 µs of silence");
  });

  it("suspicion at another level than that of the gaps", () => {
    // Mean 25 ms, deviation 10 ms at least: the level of 8 is at 25 + 56.1 ms.
    const even = { gaps: [milliseconds(25), milliseconds(25)] };
    expect(says(suspectedAtTheLevel, [0, even], [80, even])).toBe("");
    expect(says(suspectedAtTheLevel, [0, even], [83, { ...even, suspected: true }])).toBe("");
    expect(says(suspectedAtTheLevel, [0, even], [90, even])).toContain("trusted after 90000 µs of silence, 6.50");
    expect(says(suspectedAtTheLevel, [0, even], [70, { ...even, suspected: true }])).toContain("suspected after 70000");
    // Mean 40 ms, deviation 20 ms: at 152 ms.
    const uneven = { gaps: [milliseconds(20), milliseconds(60)] };
    expect(says(suspectedAtTheLevel, [0, uneven], [150, uneven])).toBe("");
    expect(says(suspectedAtTheLevel, [0, uneven], [160, uneven])).toContain("6.00 deviations above the mean of 2 gaps");
  });

  it("a suspect that is heard and not trusted", () => {
    expect(says(heardIsTrusted, [0, { suspected: true }], [10, { heartbeats: 2, beat: 2 }])).toBe("");
    expect(says(heardIsTrusted, [0, {}], [10, { heartbeats: 2, beat: 2, suspected: true }])).toContain("heartbeat 2");
  });

  it("an old heartbeat that counts", () => {
    expect(says(newCount, [0, { beat: 5 }], [10, { heartbeats: 2, life: 2 }])).toBe("");
    expect(says(newCount, [0, { beat: 5 }], [10, { heartbeats: 2, beat: 4 }])).toContain(
      "heartbeat 4 of life 1 counted",
    );
  });

  it("a gap that was none", () => {
    const second = { heartbeats: 2, gaps: [milliseconds(25)] };
    const third = { heartbeats: 3, gaps: [milliseconds(25), milliseconds(25)] };
    expect(says(gapsAreTrue, [0, { heartbeats: 0 }], [10, {}], [35, second], [60, third])).toBe("");
    expect(says(gapsAreTrue, [0, { heartbeats: 0 }], [10, {}], [35, second], [70, third])).toContain(
      "a gap of 35000 µs was sampled as 25000",
    );
    const outage = { heartbeats: 3, gaps: [milliseconds(25), milliseconds(300)] };
    expect(says(gapsAreTrue, [0, { heartbeats: 0 }], [10, {}], [35, second], [335, outage])).toContain(
      "an outage of 300000 µs was sampled",
    );
  });

  it("a life that was there before", () => {
    const life = (began: number, count: number): Observed<PhiState> => ({
      name: "n1",
      up: true,
      state: { ...stateOf(), began, life: count },
    });
    if (!("watch" in livesDiffer)) throw new TypeError("It watches.");
    const watch = livesDiffer.watch();
    expect(watch(life(0, 1), [], 0)).toBeUndefined();
    expect(watch(life(9, 2), [], 9)).toBeUndefined();
    expect(watch(life(20, 2), [], 20)).toBe("n1 is back in life 2, after life 2.");
  });
});

describe("the default campaign over the detector", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(phiAccrualSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(phiAccrualSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(phiAccrualSystem, { mutant }, 1, 200).found?.verdict).toBe("violated");
  });
});
