import { faultKinds } from "@fieldbook/engine";
import type { Fault, SystemRun } from "@fieldbook/engine";
import { findSystem, systems } from "@fieldbook/systems";
import { describe, expect, it } from "vitest";
import { compareRuns } from "./compare-runs.ts";
import { addedFault, editableFaults, faultChoices, withFaults } from "./edit-faults.ts";

const seed = 3;
const raft = findSystem("raft");
const drawn = raft.plan({}, seed);
const ownFaults = editableFaults(drawn).map((index) => drawn.faults[index]!);
const recorded = (plan: typeof drawn): SystemRun => raft.run(plan, seed, { record: true });

describe("editing the faults of a run", () => {
  it.each(systems.map((system) => [system.id, system] as const))(
    "without any change leaves a run of %s as it was",
    (_id, system) => {
      const plan = system.plan({}, seed);
      const same = withFaults(
        plan,
        editableFaults(plan).map((index) => plan.faults[index]!),
      );
      expect(system.run(same, seed).run.traceHash).toBe(system.run(plan, seed).run.traceHash);
    },
  );

  it("does not offer those that keep nodes down for good, and keeps them", () => {
    const paxos = findSystem("multi-paxos");
    const plans = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => paxos.plan({}, number));
    const lasting = plans.find(({ core, nodes }) => core.length < nodes)!;
    const offered = editableFaults(lasting).map((index) => lasting.faults[index]!);
    expect(offered.every(({ until }) => until <= lasting.healedAt)).toBe(true);
    const bare = withFaults(lasting, []);
    expect(bare.faults).toHaveLength(lasting.nodes - lasting.core.length);
    expect(bare.faults.every(({ at }) => at === lasting.healedAt)).toBe(true);
  });

  it("keeps a fault within the chaos, with its end after its beginning", () => {
    const { healedAt } = drawn;
    const crash = (at: number, until: number): Fault => ({ kind: "crash", at, until, node: "n1" });
    const edited = withFaults(drawn, [crash(-5, healedAt * 2), crash(healedAt + 7, healedAt + 9), crash(10.4, 10.2)]);
    expect(edited.faults.slice(0, 3).map(({ at, until }) => [at, until])).toEqual([
      [0, healedAt],
      [healedAt - 1, healedAt],
      [10, 11],
    ]);
  });

  it("changes nothing but the faults of the plan", () => {
    const { faults: _, ...rest } = withFaults(drawn, []);
    const { faults: __, ...before } = drawn;
    expect(rest).toEqual(before);
  });
});

describe("a fault that is added", () => {
  const choices = faultChoices(raft);
  const base = recorded(drawn);

  it("is of any kind but an operator's", () => {
    const kinds = choices.map(({ kind }) => kind).toSorted();
    const all = Object.entries(faultKinds).flatMap(([family, own]) => (family === "operator" ? [] : own));
    expect(kinds).toEqual(all.toSorted());
    expect(() => addedFault("operator", drawn, "n1")).toThrow('"operator" is the system\'s own');
  });

  it("says whether the system is made to bear it", () => {
    for (const { kind, survived } of choices) expect(survived, kind).toBe(raft.survives.includes(kind));
  });

  it.each(choices.map(({ kind }) => kind))("of the kind %s leaves all before it as it was", (kind) => {
    const fault = addedFault(kind, drawn, "n2");
    const edited = recorded(withFaults(drawn, [...ownFaults, fault]));
    const difference = compareRuns(base.run, edited.run);
    // Nothing need come of a fault: a lost sync shows only where a crash follows.
    if (difference !== undefined) expect(difference.at).toBeGreaterThanOrEqual(fault.at);
    expect(edited.plan.faults).toContainEqual(fault);
  });

  it.each(["crash", "partition", "isolation", "delay", "clogging"] as const)("of the kind %s shows", (kind) => {
    const fault = addedFault(kind, drawn, "n2");
    const edited = recorded(withFaults(drawn, [...ownFaults, fault]));
    expect(compareRuns(base.run, edited.run)).toBeDefined();
  });
});
