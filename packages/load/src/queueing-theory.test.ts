import type { Distribution } from "@fieldbook/kernel";
import { constant, exponential } from "@fieldbook/kernel";
import { describe, expect, test } from "vitest";
import { noRetries } from "./retry-policy.ts";
import type { ServiceTotals } from "./service-run.ts";
import { simulateService } from "./simulate-service.ts";

// Every station below has a mean service time of 1,000 µs and is compared with its textbook formula: Kleinrock,
// "Queueing Systems", vol. 1 (1975). Twenty independent replications give a mean and its 99 % interval.

const meanService = 1_000;
const replications = 20;
/** Student's t for 19 degrees of freedom, two-sided 99 %. */
const t99 = 2.861;

interface Station {
  readonly utilisation: number;
  readonly servers?: number;
  readonly service?: Distribution;
  readonly queueBound?: number;
  readonly customers?: number;
}

function totalsOf(station: Station, seed: number): ServiceTotals {
  const { utilisation, servers = 1, service = exponential(meanService) } = station;
  const interarrival = Math.round(meanService / (utilisation * servers));
  return simulateService(
    {
      interarrival: exponential(interarrival),
      station: {
        servers,
        service,
        queueBound: station.queueBound ?? Infinity,
        order: "fifo",
        capacity: [],
        dropsExpired: false,
      },
      clients: { timeout: Infinity, retry: noRetries },
      duration: interarrival * (station.customers ?? 20_000),
    },
    seed,
  ).totals;
}

interface Interval {
  readonly mean: number;
  readonly half: number;
}

function measure(station: Station, measureOne: (totals: ServiceTotals) => number, firstSeed = 1): Interval {
  const values = Array.from({ length: replications }, (_, k) => measureOne(totalsOf(station, firstSeed + k)));
  const mean = values.reduce((sum, value) => sum + value, 0) / replications;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, half: t99 * Math.sqrt(squares / (replications - 1) / replications) };
}

const contains = ({ mean, half }: Interval, value: number): boolean => Math.abs(mean - value) <= half;

/** In units of the mean service time. */
const meanWait = (totals: ServiceTotals): number => totals.waited / totals.started / meanService;
const rejectedShare = (totals: ServiceTotals): number => totals.rejected / totals.attempts;

/** Erlang's C formula, by the recursion of his B formula: the share of customers that wait. */
function erlangC(servers: number, utilisation: number): number {
  const load = servers * utilisation;
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1) blocked = (load * blocked) / (count + load * blocked);
  return blocked / (1 - utilisation * (1 - blocked));
}

const waitOfMM = (servers: number, utilisation: number): number =>
  erlangC(servers, utilisation) / (servers * (1 - utilisation));
const waitOfMM1 = (utilisation: number): number => utilisation / (1 - utilisation);
const waitOfMD1 = (utilisation: number): number => utilisation / (2 * (1 - utilisation));
const blockingOfMM1K = (utilisation: number, places: number): number =>
  ((1 - utilisation) * utilisation ** places) / (1 - utilisation ** (places + 1));

describe("mean wait in an unbounded queue", () => {
  const mm1 = measure({ utilisation: 0.8 }, meanWait);
  const md1 = measure({ utilisation: 0.8, service: constant(meanService) }, meanWait);
  const mm10 = measure({ utilisation: 0.8, servers: 10 }, meanWait);

  test("M/M/1: ρ/(1 − ρ)", () => {
    expect(mm1.half).toBeLessThan(0.2);
    expect(contains(mm1, waitOfMM1(0.8))).toBe(true);
  });

  test("M/D/1 waits half as long (Pollaczek and Khinchine)", () => {
    expect(md1.half).toBeLessThan(0.1);
    expect(contains(md1, waitOfMD1(0.8))).toBe(true);
  });

  test("M/M/10: Erlang C", () => {
    expect(waitOfMM(10, 0.8)).toBeCloseTo(0.2046, 4);
    expect(mm10.half).toBeLessThan(0.03);
    expect(contains(mm10, waitOfMM(10, 0.8))).toBe(true);
  });

  test("a wrong formula is found out", () => {
    expect(contains(mm1, waitOfMD1(0.8))).toBe(false);
    expect(contains(mm1, waitOfMM1(0.75))).toBe(false);
    expect(contains(md1, waitOfMM1(0.8))).toBe(false);
    // Time in the system instead of time in the queue: one service time too long.
    expect(contains(mm1, waitOfMM1(0.8) + 1)).toBe(false);
    expect(contains(mm10, waitOfMM1(0.8))).toBe(false);
  });
});

describe("M/M/1/K, one in service and K − 1 waiting", () => {
  test.each([
    { utilisation: 0.8, places: 3 },
    { utilisation: 0.9, places: 6 },
    { utilisation: 1.5, places: 3 },
  ])("rejects (1 − ρ)ρ^K / (1 − ρ^(K + 1)) at ρ = $utilisation, K = $places", ({ utilisation, places }) => {
    const station = { utilisation, queueBound: places - 1, customers: 5_000 };
    const rejected = measure(station, rejectedShare);
    expect(rejected.half).toBeLessThan(0.02);
    expect(contains(rejected, blockingOfMM1K(utilisation, places))).toBe(true);
    expect(contains(rejected, blockingOfMM1K(utilisation, places + 1))).toBe(false);
  });

  test("99 % intervals contain the truth as often as they say", () => {
    const truth = blockingOfMM1K(0.8, 3);
    const station = { utilisation: 0.8, queueBound: 2, customers: 300 };
    const covered = Array.from({ length: 100 }, (_, k) => measure(station, rejectedShare, 1 + k * replications)).filter(
      (interval) => contains(interval, truth),
    ).length;
    // 99 expected; 95 or fewer of 100 happen in less than 1 of 200 such tests.
    expect(covered).toBeGreaterThan(95);
  });
});

test("the order of service leaves the mean number in the station as it is", () => {
  const model = {
    interarrival: exponential(1_250),
    clients: { timeout: Infinity, retry: noRetries },
    duration: 1_250 * 20_000,
  };
  const station = {
    servers: 1,
    service: constant(meanService),
    queueBound: Infinity,
    capacity: [],
    dropsExpired: false,
  };
  const fifo = simulateService({ ...model, station: { ...station, order: "fifo" } }, 5);
  const lifo = simulateService({ ...model, station: { ...station, order: "lifo" } }, 5);
  expect(lifo.totals.stationArea).toBe(fifo.totals.stationArea);
  expect(lifo.traceHash).not.toBe(fifo.traceHash);
});
