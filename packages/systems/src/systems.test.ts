import { runSystem, searchSeeds } from "@fieldbook/engine";
import type { System } from "@fieldbook/engine";
import { describe, expect, it } from "vitest";
import { findSystem, systems } from "./systems.ts";

/** What holds for every system: the bar in small. `fieldbook campaign` and `fieldbook mutants` go further. */

const runs = 150;
const checkedRuns = 15;
const runsToFind = 3_000;
const runsToReach = 2_000;

/** Situations of the list that no run has reached, over as many runs as it takes. */
function unreached(system: System): readonly string[] {
  const missing = new Set(system.sometimes);
  for (let seed = 1; missing.size > 0 && seed <= runsToReach; seed += 1) {
    for (const [label, { times }] of runSystem(system, { seed }).run.marks) if (times > 0) missing.delete(label);
  }
  return [...missing];
}

describe.each(systems.map((system) => [system.id, system] as const))("%s", (_id, system) => {
  it(`raises no alarm under a swarm, and its handlers can be repeated`, { timeout: 60_000 }, () => {
    for (let seed = 1; seed <= runs; seed += 1) {
      const { verdict, property, says } = runSystem(system, { seed }, { checked: seed <= checkedRuns });
      expect({ seed, verdict, property, says }).toMatchObject({ verdict: "holds" });
    }
  });

  it("runs in calm weather", () => {
    const { verdict, run } = runSystem(system, { faults: "calm", seed: 1 });
    expect(verdict).toBe("holds");
    expect(run.history.length).toBeGreaterThan(0);
  });

  it.each(system.mutants.map(({ id }) => id))("is not well as %s", { timeout: 60_000 }, (mutant) => {
    expect(searchSeeds(system, { mutant }, 1, runsToFind).found?.verdict).toBe("violated");
  });

  it("has three mutants at least, each with who has made the mistake", () => {
    expect(system.mutants.length).toBeGreaterThanOrEqual(3);
    for (const { says, seen } of system.mutants) {
      expect(says).toMatch(/\.$/);
      expect(seen.length).toBeGreaterThan(10);
    }
  });

  it("reaches the situations that it names", { timeout: 60_000 }, () => {
    expect(system.sometimes.length).toBeGreaterThan(0);
    expect(unreached(system)).toEqual([]);
  });

  it("names its paper and what it leaves out", () => {
    expect(system.source).toMatch(/\d{4}/);
    expect(system.says).toMatch(/\.$/);
    expect(system.leavesOut).toMatch(/\.$/);
  });
});

it("are found by their ids, and those that do not exist are answered with a list", () => {
  for (const system of systems) expect(findSystem(system.id)).toBe(system);
  expect(new Set(systems.map(({ id }) => id)).size).toBe(systems.length);
  expect(() => findSystem("none")).toThrow('There is no system "none"; there are: ');
});
