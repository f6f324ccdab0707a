import { expect, test } from "vitest";
import type { AnyValues } from "../parameters.ts";
import type { TimeSeriesPicture } from "../picture.ts";
import { retryStorm } from "./retry-storm.ts";

const recovers = (values: AnyValues, seed = 1): string => retryStorm.run(values, seed).verdicts["recovers"]!.verdict;

function picture(values: AnyValues, against?: { values: AnyValues; name: string }): TimeSeriesPicture {
  const drawn = retryStorm.picture(values, 1, against);
  if (drawn.kind !== "time-series") throw new Error(`A time series was expected; got ${drawn.kind}.`);
  return drawn;
}

test("the default run collapses and says so with its numbers", () => {
  const { verdicts, metrics } = retryStorm.run({}, 1);
  expect(verdicts["recovers"]).toMatchObject({ verdict: "violated" });
  expect(verdicts["recovers"]!.says).toMatch(/^goodput in the last minute is 0\.0 of \d+\.\d requests\/s offered; /);
  expect(metrics).toMatchObject({ goodput: 0, wastedShare: 100, secondsToRecover: 120 });
});

test("no retries, a budget, a short queue, newest first or little load recover", () => {
  for (const values of [
    { policy: "none" },
    { policy: "budget" },
    { queueBound: 50 },
    { order: "lifo" },
    { offered: 20 },
    { retries: 0 },
    { dipSeconds: 0 },
  ]) {
    expect(recovers(values), JSON.stringify(values)).toBe("holds");
  }
});

test("every knob changes the run, or is told apart where it can not", () => {
  const changes: AnyValues[] = [
    { policy: "none" },
    { retries: 2 },
    { backoff: "exponential" },
    { backoffMs: 300 },
    { timeoutMs: 700 },
    { queueBound: 50 },
    { order: "lifo" },
    { dropsExpired: true },
    { offered: 70 },
    { capacity: 110 },
    { workers: 5 },
    { dipCapacity: 30 },
    { dipSeconds: 12 },
    { calmSeconds: 25 },
    { duration: 160 },
  ];
  const base = retryStorm.run({}, 1).traceHash;
  for (const change of changes) expect(retryStorm.run(change, 1).traceHash, JSON.stringify(change)).not.toBe(base);
  const withBudget = { policy: "budget" };
  const withBackoff = { backoff: "exponential" };
  for (const [fixed, change] of [
    [withBudget, { budget: 30 }],
    [withBudget, { burst: 50 }],
    [withBackoff, { backoffMaxMs: 150 }],
  ] as const) {
    const changed = retryStorm.run({ ...fixed, ...change }, 1).traceHash;
    expect(changed, JSON.stringify(change)).not.toBe(retryStorm.run(fixed, 1).traceHash);
  }
});

test("a budget bounds the peak of attempts at 1 + budget, plus its burst over the window", () => {
  const { metrics } = retryStorm.run({ policy: "budget", budget: 20, burst: 1 }, 1);
  expect(metrics["peakAmplification"]).toBeGreaterThan(1.15);
  expect(metrics["peakAmplification"]).toBeLessThan(1.21);
});

test("values that do not go together are refused in words", () => {
  expect(() => retryStorm.run({ duration: 80 }, 1)).toThrow("at least 90 s; duration is 80 s");
  expect(() => retryStorm.run({ dipCapacity: 120 }, 1)).toThrow("A dip does not raise the capacity");
});

test("the picture shows the run, what it is held against by its name, a reference by the second, and the dip", () => {
  const { x, panels, spans, says } = picture({}, { values: { policy: "budget" }, name: "with a retry budget" });
  expect(x.length).toBe(150);
  expect(panels.map((panel) => panel.title)).toEqual(["Goodput", "Attempts", "Queue"]);
  for (const { series } of panels) {
    expect(series.map(({ role }) => role)).toEqual(["control", "reference", "run"]);
    expect(series[0]!.label).toBe("with a retry budget");
    for (const { values } of series) expect(values.length).toBe(150);
  }
  expect(spans).toEqual([{ from: 20, to: 30, label: "capacity 40 of 100 requests/s" }]);
  expect(says).toContain("it does not come back within the run");
  expect(says).toMatch(/With a retry budget: .*it was back \d+ s after the dip/);
  const goodput = panels[0]!.series.find(({ role }) => role === "run")!.values;
  expect(goodput.slice(-60)).toEqual(Array.from({ length: 60 }, () => 0));
});

test("without a dip or a control there is neither a span nor a grey line", () => {
  const { panels, spans } = picture({ dipSeconds: 0 });
  expect(spans).toEqual([]);
  expect(panels.flatMap(({ series }) => series).some(({ role }) => role === "control")).toBe(false);
});
