import { seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { brokenInvariants, smallFleet } from "./fleet.fixture.ts";
import type { FleetModel } from "./fleet-model.ts";
import { simulateFleet } from "./simulate-fleet.ts";

describe("sites", () => {
  it("lose power as a whole: their devices are offline together and boot together", () => {
    const model: FleetModel = {
      ...smallFleet,
      sites: { devicesPerSite: 20 },
      faults: [{ kind: "power", from: seconds(10), to: seconds(40), share: 0.3 }],
    };
    const { series, ...run } = simulateFleet(model, 3);
    expect(series.offline[10]! % 20).toBe(0);
    expect(series.offline[10]).toBeGreaterThan(400);
    expect(series.offline[10]).toBeLessThan(800);
    expect(series.attempts.subarray(0, 45).every((attempts) => attempts === 0)).toBe(true);
    expect(run.inState.ready).toBe(2_000);
    expect(brokenInvariants({ ...run, series })).toEqual([]);
  });

  it("forward without an uplink, and are back when it is", () => {
    const model: FleetModel = {
      ...smallFleet,
      faults: [{ kind: "uplink", from: seconds(10), to: seconds(40), share: 1 }],
    };
    const { series, inState } = simulateFleet(model, 3);
    expect(Math.max(...series.offline)).toBe(0);
    expect(series.ready[30]).toBe(0);
    expect(inState.ready).toBe(2_000);
  });

  it("have power for MTBF / (MTBF + MTTR) of the time", () => {
    const model: FleetModel = {
      ...smallFleet,
      devices: 500,
      duration: seconds(20_000),
      sites: { devicesPerSite: 1, power: { meanTimeBetween: seconds(900), meanTimeToRepair: seconds(100) } },
      device: { ...smallFleet.device, bootTime: [0, 0] },
      cloud: { ...smallFleet.cloud, frontDoor: { ...smallFleet.cloud.frontDoor, connectionsPerSecond: 100_000 } },
    };
    const { series } = simulateFleet(model, 1);
    const late = series.offline.subarray(2_000);
    const share = late.reduce((sum, offline) => sum + offline, 0) / late.length / 500;
    // About 9,000 failures: the share's standard error is 0.1 × 0.9 × √(2 / 9,000) = 0.0013.
    expect(Math.abs(share - 0.1)).toBeLessThan(4 * 0.0013);
  });

  it("of one region lose the cloud in its outage, the others do not", () => {
    const model: FleetModel = {
      ...smallFleet,
      cloud: { ...smallFleet.cloud, regions: 4, cellsPerRegion: 2 },
      faults: [{ kind: "outage", from: seconds(10), to: seconds(30), region: 2 }],
    };
    const { series, inState } = simulateFleet(model, 1);
    expect(series.ready[20]).toBe(1_500);
    expect(inState.ready).toBe(2_000);
  });
});

describe("telemetry", () => {
  const telemetry = {
    interval: seconds(60),
    phase: "spread",
    ingestPerSecond: 1_000,
    buffer: 0,
    sampledDevices: 5,
  } as const;

  it("flows at devices / interval, and the sampled devices send one message an interval", () => {
    const run = simulateFleet({ ...smallFleet, duration: seconds(600), telemetry }, 1);
    expect(run.series.telemetrySent[100]).toBeCloseTo(2_000 / 60, 9);
    expect(run.telemetry!.sent).toBeCloseTo(20_000, 6);
    expect(run.telemetry!.lost).toBe(0);
    expect(run.messages.length).toBe(50);
    expect(new Set(run.messages.map(({ device }) => device)).size).toBe(5);
  });

  it("comes all at once with a common time reference, which a cell of the same capacity can not take", () => {
    const model: FleetModel = { ...smallFleet, duration: seconds(600), telemetry: { ...telemetry, phase: "aligned" } };
    const run = simulateFleet(model, 1);
    expect(Math.max(...run.series.telemetrySent)).toBe(2_000);
    expect(run.telemetry).toEqual({ sent: 20_000, taken: 10_000, lost: 10_000 });
    const buffered = simulateFleet({ ...model, telemetry: { ...model.telemetry!, buffer: 1_000 } }, 1);
    expect(buffered.telemetry).toEqual({ sent: 20_000, taken: 20_000, lost: 0 });
    expect(Math.max(...buffered.series.telemetryBacklog)).toBe(1_000);
  });

  it("stops with the connection: only ready devices send", () => {
    const model: FleetModel = { ...smallFleet, telemetry, faults: [{ kind: "outage", from: 0, to: seconds(300) }] };
    const run = simulateFleet(model, 1);
    expect(run.series.telemetrySent[200]).toBe(0);
    expect(run.messages.filter(({ at }) => at < seconds(300)).every(({ sent }) => !sent)).toBe(true);
  });
});
