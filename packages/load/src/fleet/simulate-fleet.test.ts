import { seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { brokenInvariants, longOutage, smallFleet } from "./fleet.fixture.ts";
import type { FleetModel } from "./fleet-model.ts";
import { reconnectedWithin, reconnectPercentile } from "./fleet-run.ts";
import { simulateFleet } from "./simulate-fleet.ts";

const cloudWith = (frontDoor: Partial<FleetModel["cloud"]["frontDoor"]>): FleetModel["cloud"] => ({
  ...smallFleet.cloud,
  frontDoor: { ...smallFleet.cloud.frontDoor, ...frontDoor },
});

describe("a calm fleet", () => {
  it("stays ready and does nothing", () => {
    const run = simulateFleet(smallFleet, 1);
    expect(run.events).toBe(0);
    expect(run.inState.ready).toBe(2_000);
    expect(reconnectPercentile(run, 99)).toBeUndefined();
    expect(run.series.ready.length).toBe(440);
    expect(brokenInvariants(run)).toEqual([]);
  });
});

describe("an outage of five minutes", () => {
  const run = simulateFleet(longOutage, 1);

  it("cuts everyone off within the time in which devices notice", () => {
    expect(run.series.ready[9]).toBe(2_000);
    expect(run.series.ready[10]).toBe(0);
    expect(run.series.attempts[10]).toBe(2_000);
    expect(run.notes.map(({ at, kind }) => [at, kind])).toEqual([
      [seconds(10), "fault-begins"],
      [seconds(310), "fault-ends"],
    ]);
  });

  it("brings all back in N / C and the sync, with a queue of 5 s and retries that are spread", () => {
    expect(reconnectPercentile(run, 100)).toBeGreaterThanOrEqual(2_000 / 100 + 1);
    expect(reconnectPercentile(run, 100)).toBeLessThan(2_000 / 100 + 1 + 2);
    expect(reconnectPercentile(run, 50)).toBeCloseTo(11, 0);
    expect(run.totals.wasted).toBe(0);
    expect(reconnectedWithin(run, 11)).toBeCloseTo(1_000, -1);
    expect(run.inState.ready).toBe(2_000);
  });

  it("never lets more in than the front door can", () => {
    expect(Math.max(...run.series.served)).toBeLessThanOrEqual(101);
    expect(Math.max(...run.series.queue)).toBeLessThanOrEqual(500);
  });

  it("is the same for the same seed, and another for another", () => {
    expect(simulateFleet(longOutage, 1)).toEqual(run);
    expect(simulateFleet(longOutage, 2).traceHash).not.toBe(run.traceHash);
  });

  it("leaves what is pending pending when the run ends in the middle of it", () => {
    const cut = simulateFleet({ ...longOutage, duration: seconds(315) }, 1);
    expect(brokenInvariants(cut)).toEqual([]);
    expect(cut.inState.ready).toBeGreaterThan(300);
    expect(cut.inState.ready).toBeLessThan(500);
    expect(reconnectPercentile(cut, 99)).toBe(Infinity);
    expect(cut.series.ready).toEqual(run.series.ready.subarray(0, 315));
  });
});

describe("queue bound and client timeout", () => {
  it("collapse together: a queue of 40 s serves only those who left after 10 s", () => {
    const run = simulateFleet({ ...longOutage, cloud: cloudWith({ queueBound: 800, connectionsPerSecond: 20 }) }, 1);
    expect(run.totals.wasted).toBeGreaterThan(2_000);
    expect(run.inState.ready).toBeLessThan(300);
    expect(brokenInvariants(run)).toEqual([]);
  });

  it("do no harm when the door serves the newest first and looks whether the client is still there", () => {
    const cloud = cloudWith({ queueBound: 800, connectionsPerSecond: 20, dropsAbandoned: true, order: "lifo" });
    const run = simulateFleet({ ...longOutage, cloud }, 1);
    expect(run.totals.wasted).toBe(0);
    expect(run.inState.ready).toBe(2_000);
    expect(brokenInvariants(run)).toEqual([]);
  });
});

describe("one fault after another", () => {
  const outage = (from: number, to: number) => ({ kind: "outage", from: seconds(from), to: seconds(to) }) as const;
  const noJitter = { kind: "exponential", base: seconds(2), cap: seconds(60) } as const;
  const device = { ...smallFleet.device, noticesWithin: 0, retry: noJitter };

  it("begins with the first wait again once a device was connected", () => {
    const faults = [outage(10, 70), outage(300, 400)];
    const fast = cloudWith({ connectionsPerSecond: 10_000, queueBound: 2_000 });
    const { series } = simulateFleet({ ...smallFleet, cloud: fast, device, faults }, 1);
    // Lost at 300 s, timed out ten seconds later, and back for the first retry after two.
    expect(Array.from(series.attempts.subarray(300, 313))).toEqual([2_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2_000]);
  });

  it("keeps the door closed until the last of two outages is over", () => {
    const { series } = simulateFleet({ ...smallFleet, faults: [outage(10, 100), outage(50, 150)] }, 1);
    expect(series.served.subarray(0, 150).every((served) => served === 0)).toBe(true);
    expect(series.served[155]).toBeGreaterThan(0);
  });

  it("serves for nobody while the uplink of those who wait is gone", () => {
    const faults = [outage(10, 70), { kind: "uplink", from: seconds(80), to: seconds(120), share: 1 }] as const;
    const { series } = simulateFleet({ ...smallFleet, faults }, 1);
    expect(series.served[80]).toBeGreaterThan(0);
    expect(series.wasted[80]).toBe(series.served[80]);
    expect(series.connected.subarray(80, 120).every((connected) => connected === 0)).toBe(true);
  });
});

describe("every policy, queue and fault together", () => {
  it("keeps the invariants over seeds", () => {
    for (let seed = 0; seed < 24; seed += 1) {
      const policies = [
        { kind: "range", min: seconds(5), max: seconds(10) },
        { kind: "exponential", base: seconds(2), cap: seconds(60) },
        { kind: "full-jitter", base: seconds(2), cap: seconds(60) },
        { kind: "decorrelated", base: seconds(2), cap: seconds(60) },
      ] as const;
      const model: FleetModel = {
        ...smallFleet,
        devices: 1_000 + seed,
        sites: {
          devicesPerSite: 1 + (seed % 7),
          power: { meanTimeBetween: seconds(300), meanTimeToRepair: seconds(20) },
          uplink: { meanTimeBetween: seconds(200), meanTimeToRepair: seconds(10) },
        },
        cloud: {
          regions: 2,
          cellsPerRegion: 1 + (seed % 3),
          frontDoor: {
            connectionsPerSecond: 30,
            queueBound: 100 * (1 + (seed % 5)),
            order: seed % 2 === 0 ? "fifo" : "lifo",
            dropsAbandoned: seed % 3 === 0,
          },
        },
        device: { ...smallFleet.device, retry: policies[seed % 4]! },
        faults: [
          { kind: "outage", from: seconds(10), to: seconds(40), region: 1 },
          { kind: "outage", from: seconds(30), to: seconds(60) },
          { kind: "power", from: seconds(50), to: seconds(90), share: 0.3 },
          { kind: "uplink", from: seconds(80), to: seconds(100), share: 0.5 },
          { kind: "issuer", from: seconds(20), to: seconds(120), region: 0 },
        ],
        credentials: {
          lifetime: seconds(60),
          renewAt: [0.4, 0.6],
          issued: { kind: "steady" },
          retry: { kind: "range", min: seconds(5), max: seconds(10) },
          ...(seed % 2 === 0 ? { renewalsPerSecond: 100 } : {}),
        },
        rollout: {
          kind: seed % 2 === 0 ? "firmware" : "configuration",
          at: seconds(30),
          waves: [10, 100, 500],
          waveWithin: seconds(10),
          applyTime: [seconds(5), seconds(10)],
          defect: 0.1,
          healthAfter: seconds(10),
          soak: seconds(5),
          haltAt: 20,
          onHalt: seed % 4 < 2 ? "stop" : "roll-back",
          fallBackAfter: seconds(30),
        },
        telemetry: {
          interval: seconds(10),
          phase: seed % 2 === 0 ? "spread" : "aligned",
          ingestPerSecond: 40,
          buffer: 500,
          sampledDevices: 3,
        },
      };
      expect(brokenInvariants(simulateFleet(model, seed)), `seed ${String(seed)}`).toEqual([]);
    }
  });
});
