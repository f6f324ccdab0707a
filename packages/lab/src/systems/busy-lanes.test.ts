import { findSystem } from "@fieldbook/systems";
import { describe, expect, it } from "vitest";
import { onlyBusyLanes } from "./busy-lanes.ts";
import { huntMutant, shrinkHunted } from "./hunt.ts";
import { systemPicture } from "./system-picture.ts";
import { spaceTimePicture } from "../experiments/space-time.ts";

const system = findSystem("two-phase-commit");
const small = shrinkHunted(
  system,
  huntMutant(system, system.mutants[0]!.id, () => true),
)!.result;
const { plan, run } = system.run(small.plan, small.seed, { record: true });
const whole = spaceTimePicture({
  run,
  nodes: plan.nodes,
  clocks: plan.clocks,
  describe: () => "",
  contradicting: [],
  says: "",
});

describe("the picture of a shrunk run", () => {
  it("has no lane on which nothing happens", () => {
    const { lanes, operations, messages, crashes } = onlyBusyLanes(whole);
    expect(lanes.length).toBeLessThan(whole.lanes.length);
    const used = [
      ...operations.map(({ lane }) => lane),
      ...messages.flatMap(({ from, to }) => [from, to]),
      ...crashes.map(({ lane }) => lane),
    ];
    expect([...new Set(used)].toSorted((one, other) => one - other)).toEqual([...lanes.keys()]);
  });

  it("has every message between the same two as before", () => {
    const named = ({ lanes, messages }: typeof whole): string[] =>
      messages.map(({ from, to, label }) => `${lanes[from]!.id} ${lanes[to]!.id} ${label}`);
    expect(named(onlyBusyLanes(whole))).toEqual(named(whole));
  });

  it("keeps all lanes where nothing happens at all", () => {
    const silent = { ...whole, operations: [], messages: [], crashes: [] };
    expect(onlyBusyLanes(silent)).toBe(silent);
  });

  it("is what the system's picture shows", () => {
    const recorded = system.run(small.plan, small.seed, { record: true });
    expect(systemPicture(system, recorded).lanes).toEqual(onlyBusyLanes(whole).lanes);
  });
});
