import { seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { smallFleet } from "./fleet.fixture.ts";
import type { CredentialModel, FleetModel } from "./fleet-model.ts";
import { simulateFleet } from "./simulate-fleet.ts";

const hour = seconds(3_600);
const credentials: CredentialModel = {
  lifetime: hour,
  renewAt: [0.5, 0.5],
  issued: { kind: "steady" },
  retry: { kind: "range", min: seconds(60), max: seconds(120) },
};
const model: FleetModel = { ...smallFleet, duration: 3 * hour, resolution: seconds(60), credentials };

describe("credentials", () => {
  it("are renewed twice a lifetime, and no one loses the session", () => {
    const run = simulateFleet(model, 1);
    const renewals = run.series.renewals.reduce((sum, count) => sum + count, 0);
    expect(renewals).toBe(2_000 * 6);
    expect(Math.min(...run.series.ready)).toBe(2_000);
  });

  it("outlive an issuer that is away for half a lifetime; then they run out at a steady rate until none is left", () => {
    const { series, ...run } = simulateFleet({ ...model, faults: [{ kind: "issuer", from: 0, to: 2 * hour }] }, 1);
    expect(series.ready[29]).toBe(2_000);
    expect(series.ready[44]! / 2_000).toBeCloseTo(0.5, 1);
    expect(series.ready[60]).toBe(0);
    // Cut off from management, not from forwarding.
    expect(series.degraded[60]).toBe(2_000);
    expect(series.offline[60]).toBe(0);
    expect(run.peakExpired).toBe(2_000);
    expect(run.inState.ready).toBe(2_000);
  });

  it("have ages as renewal theory says when renewals are jittered", () => {
    const jittered = { ...credentials, renewAt: [0.1, 0.9] } as const;
    const faults = [{ kind: "issuer", from: 0, to: 2 * hour }] as const;
    const { series } = simulateFleet({ ...model, credentials: jittered, faults }, 1);
    // The chance that an age is below half a lifetime: the integral of P(renewal > age) over it by the mean of 0.5.
    const expected = (0.1 + 0.4 - 0.4 ** 2 / (2 * 0.8)) / 0.5;
    expect(Math.abs(series.ready[29]! / 2_000 - expected)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 2_000));
  });

  it("run out in a second fault as they did in the first", () => {
    const faults = [
      { kind: "issuer", from: 0, to: hour / 2 },
      { kind: "issuer", from: 1.5 * hour, to: 2.75 * hour },
    ] as const;
    const { series } = simulateFleet({ ...model, faults }, 1);
    expect(Math.min(...series.ready.subarray(0, 90))).toBeGreaterThan(1_800);
    expect(series.ready[2.6 * 60]).toBe(0);
  });

  it("run out in one region only when a partition keeps that region from the issuer", () => {
    const cloud = { ...smallFleet.cloud, regions: 4 };
    const faults = [{ kind: "issuer", from: 0, to: 2 * hour, region: 1 }] as const;
    expect(simulateFleet({ ...model, cloud, faults }, 1).series.ready[70]).toBe(1_500);
  });

  it("return no faster than the issuer can write them", () => {
    const slow = { ...credentials, renewalsPerSecond: 2 };
    const run = simulateFleet({ ...model, credentials: slow, faults: [{ kind: "issuer", from: 0, to: 2 * hour }] }, 1);
    expect(Math.max(...run.series.renewals)).toBeLessThanOrEqual(121);
    expect(run.inState.ready).toBe(2_000);
    expect(run.series.ready[125]).toBeLessThan(2_000);
  });

  it("are noticed to fail, and mended a fixed time later", () => {
    const to = { failedRenewals: 20, repair: seconds(600) };
    const run = simulateFleet({ ...model, faults: [{ kind: "issuer", from: 0, to }] }, 1);
    const noticed = run.notes.find(({ kind }) => kind === "noticed")!.at;
    const mended = run.notes.find(({ kind }) => kind === "fault-ends")!.at;
    // 20 of 2,000 renewals spread over half an hour: about 18 s.
    expect(noticed / 1e6).toBeGreaterThan(6);
    expect(noticed / 1e6).toBeLessThan(40);
    expect(mended - noticed).toBe(seconds(600));
    expect(Math.min(...run.series.ready)).toBe(2_000);
  });
});
