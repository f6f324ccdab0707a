import { seconds } from "@fieldbook/kernel";
import { expect, test } from "vitest";
import type { FleetModel } from "./fleet-model.ts";
import type { FleetRun } from "./fleet-run.ts";
import { reconnectPercentile } from "./fleet-run.ts";
import type { ReconnectPolicy } from "./reconnect-policy.ts";
import { tr369Defaults } from "./reconnect-policy.ts";
import { simulateFleet } from "./simulate-fleet.ts";

/**
 * Another program, written before this one and without its code, gave figures for the same storms: devices notice an
 * outage within a second, an attempt that nobody answers costs ten, and a front door serves devices / 200 s.
 */
interface Storm {
  readonly devices: number;
  readonly retry: ReconnectPolicy;
  readonly queueSeconds: number;
  readonly outageMinutes?: number;
  readonly watchedMinutes?: number;
  readonly order?: "fifo" | "lifo";
}

function storm({
  devices,
  retry,
  queueSeconds,
  outageMinutes = 5,
  watchedMinutes = 20,
  order = "fifo",
}: Storm): FleetRun {
  const ends = seconds(10 + 60 * outageMinutes);
  const connectionsPerSecond = devices / 200;
  const queueBound = connectionsPerSecond * queueSeconds;
  const model: FleetModel = {
    devices,
    duration: ends + seconds(60 * watchedMinutes),
    sites: { devicesPerSite: 1 },
    cloud: {
      regions: 1,
      cellsPerRegion: 1,
      frontDoor: { connectionsPerSecond, queueBound, order, dropsAbandoned: false },
    },
    device: { noticesWithin: seconds(1), clientTimeout: seconds(10), syncTime: 0, bootTime: [0, 0], retry },
    faults: [{ kind: "outage", from: seconds(10), to: ends }],
  };
  const run = simulateFleet(model, 1);
  expect(run.invariants.filter(({ holds }) => !holds)).toEqual([]);
  return run;
}

const range: ReconnectPolicy = { kind: "range", min: seconds(5), max: seconds(10) };
const noJitter: ReconnectPolicy = { kind: "exponential", base: seconds(2), cap: seconds(300) };
const fullJitter: ReconnectPolicy = { kind: "full-jitter", base: seconds(2), cap: seconds(300) };
const near = (value: number | undefined, published: number): number => Math.abs(value! / published - 1);

test("retries of 5–10 s and a queue of 40 s: 10,841 of 200,000 connected, for ever", () => {
  // A tenth of the devices and of the capacity: a tenth of those who are served in time.
  expect(near(storm({ devices: 20_000, retry: range, queueSeconds: 40 }).totals.connected, 1_084)).toBeLessThan(0.02);
});

test("retries of 5–10 s and a queue of 5 s: all in 201 s, none wasted", () => {
  const run = storm({ devices: 20_000, retry: range, queueSeconds: 5 });
  expect(near(reconnectPercentile(run, 100), 201)).toBeLessThan(0.02);
  expect(run.totals.wasted).toBe(0);
});

test("the newest first from a queue of 40 s: the queue of the outage is wasted, and nothing else", () => {
  const run = storm({ devices: 20_000, retry: range, queueSeconds: 40, order: "lifo" });
  expect(near(run.totals.wasted, 4_000)).toBeLessThan(0.001);
  expect(run.totals.connected).toBe(20_000);
});

test("exponential back-off without jitter: 50,251 and 64,598 of 200,000, one queue a wave", () => {
  const long = storm({ devices: 20_000, retry: noJitter, queueSeconds: 40 });
  expect(near(long.totals.connected, 5_025)).toBeLessThan(0.005);
  expect(Math.max(...long.series.attempts.subarray(310))).toBe(20_000);
  const short = storm({ devices: 20_000, retry: noJitter, queueSeconds: 5, watchedMinutes: 50 });
  expect(near(short.totals.connected, 6_460)).toBeLessThan(0.005);
  expect(short.totals.wasted).toBe(0);
});

test("full jitter: 310 s with a long queue, 397 s with a short one, none wasted", () => {
  for (const [queueSeconds, published] of [
    [40, 310],
    [5, 397],
  ] as const) {
    const run = storm({ devices: 50_000, retry: fullJitter, queueSeconds });
    expect(near(reconnectPercentile(run, 100), published)).toBeLessThan(0.05);
    expect(run.totals.wasted).toBe(0);
  }
});

test("TR-369's defaults and a queue of 40 s: 378 s after five minutes, 40,425 wasted", () => {
  // The whole fleet: the last of fewer devices hangs on a single straggler.
  const run = storm({ devices: 200_000, retry: tr369Defaults, queueSeconds: 40, watchedMinutes: 10 });
  expect(near(reconnectPercentile(run, 100), 378)).toBeLessThan(0.01);
  expect(near(run.totals.wasted, 40_425)).toBeLessThan(0.04);
});

test("TR-369's defaults and a queue of 5 s: 344 s after five minutes, none wasted", () => {
  const run = storm({ devices: 200_000, retry: tr369Defaults, queueSeconds: 5, watchedMinutes: 10 });
  expect(near(reconnectPercentile(run, 100), 344)).toBeLessThan(0.01);
  expect(run.totals.wasted).toBe(0);
});

test("TR-369's defaults after thirty minutes: 326 s for half of the devices, 2,420 s for 99 %", () => {
  const late = { devices: 20_000, retry: tr369Defaults, queueSeconds: 40, outageMinutes: 30, watchedMinutes: 60 };
  const run = storm(late);
  expect(near(reconnectPercentile(run, 50), 326)).toBeLessThan(0.01);
  expect(near(reconnectPercentile(run, 99), 2_420)).toBeLessThan(0.01);
});

test("full jitter after thirty minutes: the queue grows to the very timeout, so that waste hangs on details", () => {
  // Published: 351 s for 99 % and 100,893 wasted of 1,000,000. Outages of a minute more or less lie on both sides.
  const late = { devices: 20_000, retry: fullJitter, queueSeconds: 40, watchedMinutes: 20 };
  const t99 = [29, 29.5, 30, 30.5, 31].map((outageMinutes) =>
    reconnectPercentile(storm({ ...late, outageMinutes }), 99)!,
  );
  expect(Math.min(...t99)).toBeLessThan(351);
  expect(Math.max(...t99)).toBeGreaterThan(351);
  // A queue below the timeout takes the hazard away.
  for (const outageMinutes of [29, 30, 31]) {
    const run = storm({ ...late, queueSeconds: 5, outageMinutes });
    expect(run.totals.wasted).toBe(0);
    expect(reconnectPercentile(run, 99)).toBeLessThan(320);
  }
});
