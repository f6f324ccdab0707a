import { faultKinds } from "@fieldbook/engine";
import type { Fault } from "@fieldbook/engine";
import { findSystem } from "@fieldbook/systems";
import { describe, expect, it } from "vitest";
import type { Lane } from "../picture.ts";
import { addedFault } from "./edit-faults.ts";
import { drawnFaults } from "./system-faults.ts";
import { systemPicture } from "./system-picture.ts";

const lanes: readonly Lane[] = ["c1", "n1", "n2", "n3"].map((id) => ({ id, label: id, role: "node" }));

const plan = { nodes: 3, healedAt: 1_000_000 };
const operators: readonly Fault[] = [
  { kind: "operator", at: 5_000, until: 5_000, command: "push", nodes: ["n1", "n3"], data: null },
  { kind: "upgrade", at: 6_000, until: 90_000, nodes: ["n1", "n2", "n3"], downtime: 1_000 },
];
const oneOfEach: readonly Fault[] = [
  ...Object.values(faultKinds)
    .flat()
    .filter((kind) => kind !== "operator" && kind !== "upgrade")
    .map((kind) => addedFault(kind, plan, "n2")),
  ...operators,
];

describe("the faults of a picture", () => {
  it("are all there, of every kind, each with its place in the plan", () => {
    const drawn = drawnFaults(oneOfEach, 2_000_000, lanes);
    expect(drawn.map(({ kind }) => kind).toSorted()).toEqual(oneOfEach.map(({ kind }) => kind).toSorted());
    for (const { index, kind } of drawn) expect(oneOfEach[index]!.kind).toBe(kind);
  });

  it("each have a label of their own that names its node, and fits a narrow lane", () => {
    const drawn = drawnFaults(oneOfEach, 2_000_000, lanes);
    expect(new Set(drawn.map(({ label }) => label)).size).toBe(oneOfEach.length);
    for (const { label, lanes: on } of drawn) {
      expect(label.length).toBeLessThanOrEqual(28);
      expect(label).not.toMatch(/undefined|NaN|object/);
      if (on.length > 0) expect(label).toContain(lanes[on[0]!]!.id);
    }
    expect(drawn.find(({ kind }) => kind === "loss")!.label).toBe("loss 30 %");
  });

  it("stand on the lanes of the nodes that they happen to", () => {
    const drawn = drawnFaults(oneOfEach, 2_000_000, lanes);
    expect(drawn.find(({ kind }) => kind === "crash")!.lanes).toEqual([2]);
    expect(drawn.find(({ kind }) => kind === "operator")!.lanes).toEqual([1, 3]);
    expect(drawn.find(({ kind }) => kind === "clogging")!.lanes).toEqual([]);
  });

  it("are in order of their beginnings", () => {
    const starts = drawnFaults(oneOfEach, 2_000_000, lanes).map(({ from }) => from);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    expect(starts[0]).toBe(5_000);
  });

  it("end with the run at the latest, and say so; what would begin later is not there", () => {
    const faults: readonly Fault[] = [
      { kind: "crash", node: "n1", at: 10_000, until: 900_000 },
      { kind: "pause", node: "n2", at: 700_000, until: 800_000 },
    ];
    const [crash, ...later] = drawnFaults(faults, 500_000, lanes);
    expect(crash).toMatchObject({ index: 0, from: 10_000, to: 500_000, instant: false });
    expect(crash!.says).toBe("crash of n1 from 10.0 ms to the end of the run");
    expect(later).toEqual([]);
  });

  it("are those of the plan in the picture of a system's run", () => {
    const raft = findSystem("raft");
    const swarm = raft.plan({}, 7);
    const result = raft.run(swarm, 7, { record: true });
    const { faults, lanes: drawnOn } = systemPicture(raft, result);
    const happened = swarm.faults.filter(({ at }) => at < result.run.endedAt);
    expect(faults!.length).toBe(happened.length);
    expect(faults!.length).toBeGreaterThan(0);
    for (const { index, lanes: on } of faults!) {
      const fault = swarm.faults[index]!;
      if ("node" in fault) expect(on.map((lane) => drawnOn[lane]!.id)).toEqual([fault.node]);
    }
  });
});
