import { constant, exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { expect, test } from "vitest";
import { noRetries } from "./retry-policy.ts";
import type { ServiceModel, StationModel } from "./service-model.ts";
import { simulateService } from "./simulate-service.ts";

const station: StationModel = {
  servers: 1,
  service: constant(milliseconds(100)),
  queueBound: Infinity,
  order: "fifo",
  capacity: [],
  dropsExpired: false,
};

/** One request a second, from 1 s on, each served in 0.1 s. */
const metronome: ServiceModel = {
  interarrival: constant(seconds(1)),
  station,
  clients: { timeout: Infinity, retry: noRetries },
  duration: seconds(10),
};

/** A busy service with every mechanism on. */
const stormy = (seed: number, change: Partial<StationModel> = {}) =>
  simulateService(
    {
      interarrival: exponential(milliseconds(12)),
      station: {
        ...station,
        servers: 10,
        service: exponential(milliseconds(100)),
        queueBound: 300,
        capacity: [
          { from: seconds(5), share: 0.3 },
          { from: seconds(12), share: 1 },
        ],
        ...change,
      },
      clients: {
        timeout: milliseconds(800),
        retry: {
          retries: 3,
          delay: { kind: "exponential-jitter", base: milliseconds(50), cap: milliseconds(400) },
          budget: { percent: 50, burst: 20 },
        },
      },
      duration: seconds(40),
    },
    seed,
  );

const columnSum = (column: Float64Array): number => column.reduce((sum, value) => sum + value, 0);

test("a metronome below capacity is answered in one service time, each second one", () => {
  const { series, totals, latencies } = simulateService(metronome, 1);
  expect(Array.from(series.offered)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(Array.from(series.goodput)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(new Set(latencies)).toEqual(new Set([milliseconds(100)]));
  expect(totals).toMatchObject({ requests: 9, succeeded: 9, attempts: 9, served: 9, wasted: 0, waited: 0 });
  expect(totals.stationArea).toBe(9 * milliseconds(100));
});

test("a client that gives up is not heard: the server does the work, and it is wasted", () => {
  const { series, totals } = simulateService(
    { ...metronome, clients: { timeout: milliseconds(99), retry: noRetries } },
    1,
  );
  expect(totals).toMatchObject({ succeeded: 0, failed: 9, served: 9, wasted: 9 });
  expect(Array.from(series.wasted)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test("an answer at the very end of the timeout comes too late", () => {
  const run = (timeout: number) =>
    simulateService({ ...metronome, clients: { timeout, retry: noRetries } }, 1).totals.succeeded;
  expect(run(milliseconds(100))).toBe(0);
  expect(run(milliseconds(100) + 1)).toBe(9);
});

test("a request that always fails is sent once and then as often as allowed, in its own time", () => {
  const { series, totals } = simulateService(
    {
      ...metronome,
      station: { ...station, servers: 100, service: constant(seconds(5)) },
      clients: {
        timeout: milliseconds(300),
        retry: { retries: 2, delay: { kind: "fixed", after: milliseconds(100) } },
      },
    },
    1,
  );
  expect(totals).toMatchObject({ requests: 9, failed: 8, pending: 1, attempts: 27, succeeded: 0 });
  // Attempts at 0, 0.4 and 0.8 s after each request's arrival.
  expect(Array.from(series.attempts)).toEqual([0, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
});

test("what the queue can not hold is rejected at once", () => {
  const { totals, series } = simulateService(
    { ...metronome, station: { ...station, service: constant(seconds(100)), queueBound: 3 } },
    1,
  );
  expect(totals).toMatchObject({ attempts: 9, rejected: 5, failed: 5, pending: 4, inStation: 4 });
  expect(Array.from(series.queueLength)).toEqual([0, 0, 1, 2, 3, 3, 3, 3, 3, 3]);
});

test("with deadlines checked, nothing is started for a client who has gone", () => {
  const model = {
    ...metronome,
    station: { ...station, service: constant(seconds(3)) },
    clients: { timeout: milliseconds(1_500), retry: noRetries },
    duration: seconds(20),
  };
  // Unknown to the server: it serves one after another, always too late.
  expect(simulateService(model, 1).totals).toMatchObject({ succeeded: 0, wasted: 6, expired: 0 });
  const checked = simulateService({ ...model, station: { ...model.station, dropsExpired: true } }, 1).totals;
  expect(checked.expired).toBeGreaterThan(5);
  expect(checked.started).toBeLessThan(checked.attempts - checked.expired + 1);
});

test("a retry budget bounds retries at percent · requests + burst", () => {
  const { totals } = simulateService(
    {
      ...metronome,
      interarrival: constant(milliseconds(10)),
      station: { ...station, queueBound: 0, service: constant(seconds(100)) },
      clients: {
        timeout: Infinity,
        retry: { retries: 5, delay: { kind: "fixed", after: 0 }, budget: { percent: 10, burst: 7 } },
      },
    },
    1,
  );
  expect(totals.requests).toBe(999);
  // The first request finds a free server and needs no retry, so its token can not be kept: the bucket is full.
  expect(totals.attempts - totals.requests).toBe(7 + Math.floor((998 * 10) / 100));
});

test("the same seed gives the same run, another seed another", () => {
  expect(stormy(7)).toEqual(stormy(7));
  expect(stormy(8).traceHash).not.toBe(stormy(7).traceHash);
});

test("a run and its control have the same weather: the same requests at the same moments", () => {
  const fifo = stormy(7);
  const lifo = stormy(7, { order: "lifo" });
  expect(lifo.series.offered).toEqual(fifo.series.offered);
  expect(lifo.traceHash).not.toBe(fifo.traceHash);
});

test("series and totals tell the same story, for every order and with deadlines checked", () => {
  for (const change of [{}, { order: "lifo" }, { dropsExpired: true }, { queueBound: 20 }] as const) {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { series, totals, latencies } = stormy(seed, change);
      expect(columnSum(series.offered)).toBe(totals.requests);
      expect(columnSum(series.attempts)).toBe(totals.attempts);
      expect(columnSum(series.goodput)).toBe(totals.succeeded);
      expect(columnSum(series.wasted)).toBe(totals.wasted);
      expect(columnSum(series.rejected)).toBe(totals.rejected);
      expect(latencies.length).toBe(totals.succeeded);
      expect(totals.wasted).toBeGreaterThan(0);
    }
  }
});

test("metamorphic: ten times slower in everything is the same run, ten times longer", () => {
  const model = (scale: number): ServiceModel => ({
    interarrival: constant(scale * 900),
    station: {
      ...station,
      service: constant(scale * 1_000),
      queueBound: 40,
      capacity: [
        { from: scale * 50_000, share: 0.5 },
        { from: scale * 90_000, share: 2 },
      ],
    },
    clients: { timeout: scale * 9_000, retry: { retries: 2, delay: { kind: "fixed", after: scale * 700 } } },
    duration: scale * 300_000,
  });
  const short = simulateService(model(1), 3);
  const long = simulateService(model(10), 3);
  expect(long.events).toBe(short.events);
  expect(long.totals).toEqual({
    ...short.totals,
    waited: 10 * short.totals.waited,
    stationArea: 10 * short.totals.stationArea,
  });
  expect(Array.from(long.latencies)).toEqual(Array.from(short.latencies, (latency) => 10 * latency));
  expect(short.totals.wasted).toBeGreaterThan(0);
});

test("a model out of range is refused with the field, what it takes and what came", () => {
  expect(() => simulateService({ ...metronome, duration: 0 }, 1)).toThrow(
    "duration is a whole number of µs above 0; got 0.",
  );
  expect(() => simulateService({ ...metronome, station: { ...station, servers: 0.5 } }, 1)).toThrow(
    "servers is a whole number above 0; got 0.5.",
  );
  expect(() => simulateService({ ...metronome, station: { ...station, queueBound: -1 } }, 1)).toThrow("queueBound");
  expect(() => simulateService({ ...metronome, clients: { timeout: 0, retry: noRetries } }, 1)).toThrow("timeout");
});
