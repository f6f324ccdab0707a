import { seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { smallFleet } from "./fleet.fixture.ts";
import type { FleetModel, RolloutModel } from "./fleet-model.ts";
import { simulateFleet } from "./simulate-fleet.ts";

const rollout: RolloutModel = {
  kind: "firmware",
  at: seconds(10),
  waves: [20, 200, 1_780],
  waveWithin: seconds(20),
  applyTime: [seconds(10), seconds(20)],
  defect: 0,
  healthAfter: seconds(10),
  soak: seconds(10),
  onHalt: "roll-back",
};
const fleet: FleetModel = { ...smallFleet, rollout };
const withRollout = (changes: Partial<RolloutModel>): FleetModel => ({ ...fleet, rollout: { ...rollout, ...changes } });

describe("a good generation", () => {
  it("reaches every device wave by wave, through a restart and the front door", () => {
    const run = simulateFleet(fleet, 1);
    expect(run.rollout).toMatchObject({ wavesBegun: 3, exposed: 2_000, onNew: 2_000, fellIll: 0, illReports: 0 });
    const waves = run.notes.filter(({ kind }) => kind === "wave-begins").map(({ at }) => at / 1e6);
    expect(waves).toEqual([10, 70, 130]);
    expect(run.totals.connected).toBe(2_000);
    expect(run.inState.ready).toBe(2_000);
  });

  it("as a configuration needs no restart", () => {
    const run = simulateFleet(withRollout({ kind: "configuration" }), 1);
    expect(run.rollout!.onNew).toBe(2_000);
    expect(Math.max(...run.series.offline)).toBe(0);
    expect(run.totals.attempts).toBe(0);
  });

  it("finds the devices that were away when they come back", () => {
    const run = simulateFleet({ ...fleet, faults: [{ kind: "outage", from: 0, to: seconds(300) }] }, 1);
    expect(run.series.updates.subarray(0, 300).every((updates) => updates === 0)).toBe(true);
    expect(run.rollout!.onNew).toBe(2_000);
  });
});

describe("a bad generation", () => {
  it("without a gate stops its share of the whole fleet", () => {
    const run = simulateFleet(withRollout({ defect: 0.3 }), 1);
    expect(run.rollout!.exposed).toBe(2_000);
    expect(run.rollout!.fellIll).toBeGreaterThan(540);
    expect(run.inState.offline).toBe(run.rollout!.fellIll);
  });

  it("is halted by the first wave's reports, and the others never see it", () => {
    const run = simulateFleet(withRollout({ defect: 0.3, haltAt: 3 }), 1);
    expect(run.rollout).toMatchObject({ wavesBegun: 1, onNew: 0 });
    expect(run.rollout!.exposed).toBeLessThanOrEqual(20);
    expect(run.rollout!.illReports).toBeGreaterThanOrEqual(3);
    expect(run.notes.map(({ kind }) => kind)).toEqual(["wave-begins", "rollout-halted"]);
  });

  it("is halted in the middle of a wave: who has not begun never does, not even who was away", () => {
    const model = withRollout({ defect: 1, haltAt: 1, waves: [2_000], waveWithin: seconds(200), onHalt: "stop" });
    const run = simulateFleet(model, 1);
    // The first report comes about 20 s after the first device has the firmware, a tenth of the wave.
    expect(run.rollout!.exposed).toBeGreaterThan(50);
    expect(run.rollout!.exposed).toBeLessThan(400);

    const quick = withRollout({ defect: 0.3, haltAt: 3, waves: [2_000], onHalt: "stop" });
    const faults = [{ kind: "power", from: 0, to: seconds(150), share: 0.5 }] as const;
    const { series, rollout: outcome } = simulateFleet({ ...quick, faults }, 1);
    expect(outcome!.haltedAt).toBeLessThan(seconds(100));
    expect(series.updates.subarray(150).every((updates) => updates === 0)).toBe(true);
    expect(outcome!.exposed).toBeLessThan(1_200);
  });

  it("is left by itself when the device has a bank to fall back to", () => {
    const run = simulateFleet(withRollout({ defect: 0.3, haltAt: 3, fallBackAfter: seconds(60) }), 1);
    expect(run.inState.ready).toBe(2_000);
    expect(run.rollout!.illTime).toBe(run.rollout!.fellIll * seconds(60));
  });

  it("is left as well when power fails before the device could fall back", () => {
    for (const kind of ["firmware", "configuration"] as const) {
      const model = withRollout({ kind, defect: 1, haltAt: 3, fallBackAfter: seconds(60) });
      const faults = [{ kind: "power", from: seconds(60), to: seconds(100), share: 1 }] as const;
      const run = simulateFleet({ ...model, faults }, 1);
      expect(run.series.ill[110], kind).toBeGreaterThan(0);
      expect(run.series.ill[170], kind).toBe(0);
      expect(run.inState.ready, kind).toBe(2_000);
    }
  });

  it("stays on the devices that it works on when a halt only stops", () => {
    const { rollout: outcome } = simulateFleet(withRollout({ defect: 0.3, haltAt: 3, onHalt: "stop" }), 1);
    expect(outcome!.onNew).toBe(outcome!.exposed - outcome!.fellIll);
    expect(outcome!.onNew).toBeGreaterThan(0);
  });

  it("as a configuration cuts devices off from the cloud, and they forward still", () => {
    const run = simulateFleet(withRollout({ kind: "configuration", defect: 1, haltAt: 3 }), 1);
    expect(run.inState).toMatchObject({ offline: 0, degraded: run.rollout!.exposed });
  });
});
