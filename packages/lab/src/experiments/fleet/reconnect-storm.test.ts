import { describe, expect, it } from "vitest";
import type { AnyValues } from "../../parameters.ts";
import { reconnectStorm } from "./reconnect-storm.ts";

const seeds = [1, 2, 3, 4, 5];
const small = { devices: 2_000, connectionsPerSecond: 10 };
const ideal = 200;

const verdicts = (values: AnyValues, property: string): string[] =>
  seeds.map((seed) => reconnectStorm.run({ ...small, ...values }, seed).verdicts[property]!.verdict);
const all = (verdict: string): string[] => seeds.map(() => verdict);
const metric = (values: AnyValues, name: string, seed = 1): number => reconnectStorm.run(values, seed).metrics[name]!;

describe("claim: spread retries and a queue shorter than the timeout bring all back in devices / capacity", () => {
  it("holds in every seed, and a tenth and a timeout around N / C contain the last device", () => {
    expect(verdicts({}, "nearIdeal")).toEqual(all("holds"));
    for (const seed of seeds) {
      const last = metric(small, "secondsToAll", seed);
      expect(last).toBeGreaterThanOrEqual(ideal - 0.1);
      expect(last).toBeLessThan(1.1 * ideal + 10);
    }
  });

  it("control: a queue longer than the timeout never lets the fleet back", () => {
    expect(verdicts({ queueSeconds: 40 }, "allBack")).toEqual(all("violated"));
    for (const seed of seeds) {
      const back = metric({ ...small, queueSeconds: 40 }, "back", seed);
      // Who is served in the first ten seconds of the queue, and hardly anyone else.
      expect(back / 2_000).toBeGreaterThan(0.05);
      expect(back / 2_000).toBeLessThan(0.08);
    }
  });

  it("control: the same short queue without jitter admits one queue a wave", () => {
    expect(verdicts({ policy: "exponential" }, "allBack")).toEqual(all("violated"));
  });
});

describe("claim: nothing is wasted when a full queue is served within the timeout", () => {
  it("holds for every policy, and is violated with 40 s for those that fill it", () => {
    for (const policy of ["range", "exponential", "full-jitter", "decorrelated", "tr-369"]) {
      expect(verdicts({ policy }, "noWaste"), policy).toEqual(all("holds"));
    }
    for (const policy of ["range", "exponential", "decorrelated", "tr-369"]) {
      expect(verdicts({ policy, queueSeconds: 40 }, "noWaste"), policy).toEqual(all("violated"));
    }
  });

  it("the newest first, or a door that looks, rescues the long queue", () => {
    expect(verdicts({ queueSeconds: 40, order: "lifo" }, "allBack")).toEqual(all("holds"));
    // What is left is who gives up while the connection is being set up.
    const both = { ...small, queueSeconds: 40, order: "lifo", dropsAbandoned: true };
    for (const seed of seeds) expect(metric(both, "wasted", seed)).toBeLessThan(5);
  });
});

describe("claim: TR-369's defaults need 40 minutes after an outage of 30", () => {
  const outage = { ...small, policy: "tr-369", outageMinutes: 30, horizonMinutes: 60, queueSeconds: 40 };

  it("agrees with 2,420 s at the 99th percentile", () => {
    for (const seed of seeds) expect(Math.abs(metric(outage, "secondsTo99", seed) / 2_420 - 1)).toBeLessThan(0.02);
  });

  it("control: full jitter with a cap of five minutes is back within seven minutes", () => {
    const jitter = { ...outage, policy: "full-jitter", queueSeconds: 5 };
    for (const seed of seeds) expect(metric(jitter, "secondsTo99", seed)).toBeLessThan(420);
  });
});

it("every knob changes the run", () => {
  const base = { ...small, policy: "full-jitter", queueSeconds: 20 };
  const hash = reconnectStorm.run(base, 1).traceHash;
  const changes: AnyValues[] = [
    { policy: "range" },
    { baseSeconds: 3 },
    { capSeconds: 200 },
    { timeoutSeconds: 9 },
    { devices: 2_001 },
    { connectionsPerSecond: 11 },
    { cells: 2 },
    { outageMinutes: 6 },
    { horizonMinutes: 2 },
  ];
  for (const change of changes) {
    expect(reconnectStorm.run({ ...base, ...change }, 1).traceHash, JSON.stringify(change)).not.toBe(hash);
  }
  const full = { ...small, queueSeconds: 40 };
  for (const change of [{ order: "lifo" }, { dropsAbandoned: true }, { queueSeconds: 39 }]) {
    const changed = reconnectStorm.run({ ...full, ...change }, 1).traceHash;
    expect(changed, JSON.stringify(change)).not.toBe(reconnectStorm.run(full, 1).traceHash);
  }
});

it("values that do not go together are refused in words", () => {
  expect(() => reconnectStorm.run({ capSeconds: 10, baseSeconds: 20 }, 1)).toThrow("is below the first, 20 s");
});

it("the picture shows run, control and references over the same seconds, and the outage", () => {
  const drawn = reconnectStorm.picture(small, 1, { values: { ...small, queueSeconds: 40 }, name: "with a long queue" });
  if (drawn.kind !== "time-series") throw new Error("A time series was expected.");
  expect(drawn.x.length).toBe(10 + 300 + 1_200);
  expect(drawn.panels.map(({ title }) => title)).toEqual(["Ready", "Attempts", "Queue", "Wasted"]);
  for (const { series } of drawn.panels) for (const { values } of series) expect(values.length).toBe(drawn.x.length);
  expect(drawn.panels[0]!.series.map(({ role }) => role)).toEqual(["control", "reference", "run"]);
  expect(drawn.spans).toEqual([{ from: 10, to: 310, label: "outage of every front door" }]);
  expect(drawn.says).toMatch(/^All 2000 devices are back after 20\d s; .* With a long queue: \d+ of 2000/);
});
