import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyedRandom, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { graphOf } from "../graph/graph.fixture.ts";
import { simulateGraph } from "../graph/simulate-graph.ts";
import { lintAlerts } from "./alert-lint.ts";
import { detectionMinutes, evaluateAlerts, resetMinutes, standardAlerts } from "./burn-alerts.ts";
import type { BurnAlert } from "./burn-alerts.ts";
import { increase } from "./increase.ts";
import type { RangeStart } from "./increase.ts";
import { budgetMinutes, budgetOf, burnRate } from "./objective.ts";
import type { Objective } from "./objective.ts";
import { prometheusRules, promtoolTest } from "./prometheus-rules.ts";
import type { CounterSamples } from "./records.ts";
import { countsOf, samplesOfRun } from "./records.ts";

const objective: Objective = { name: "shop", target: 0.999, days: 30 };
const alerts = standardAlerts(objective);

/** Requests a minute with a share of errors for each minute, as counters; errors come evenly. */
function counters(minutes: number, perMinute: number, errorShare: (minute: number) => number): CounterSamples {
  const total = [0];
  const bad = [0];
  let owed = 0;
  for (let minute = 1; minute <= minutes; minute += 1) {
    owed += perMinute * errorShare(minute);
    const failed = Math.floor(owed + 1e-9);
    owed -= failed;
    total.push(total.at(-1)! + perMinute);
    bad.push(bad.at(-1)! + failed);
  }
  return { total, bad };
}

describe("a budget", () => {
  it("is what the target allows", () => {
    expect(budgetOf(objective, { total: 1_000_000, bad: 250 })).toMatchObject({ used: 250, isMet: true });
    expect(budgetOf(objective, { total: 1_000_000, bad: 250 }).left).toBeCloseTo(0.75, 9);
    expect(budgetOf(objective, { total: 1_000_000, bad: 1_500 }).left).toBeCloseTo(-0.5, 9);
    expect(budgetMinutes(objective)).toBeCloseTo(43.2, 9);
    expect(burnRate(objective, { total: 1_000, bad: 10 })).toBeCloseTo(10, 9);
  });

  it.each([
    [{ ...objective, target: 1 }, "target"],
    [{ ...objective, days: 0 }, "days"],
    [{ ...objective, name: "my shop" }, "name"],
  ])("of %j is refused by name", (wrong, field) => {
    expect(() => standardAlerts(wrong)).toThrow(field);
  });
});

describe("records", () => {
  it("of a simulated run are counters like real ones, and add up to its totals", () => {
    const run = simulateGraph(graphOf({ errorShare: 0.1 }, { duration: seconds(600) }), 1);
    const users = run.sources["users"]!;
    const { total, bad } = countsOf(samplesOfRun(run, users));
    expect(total).toBe(users.totals.successes + users.totals.failures.error);
    expect(bad).toBe(users.totals.failures.error);
  });

  it("survive a restart of the counter and a scrape that failed", () => {
    expect(countsOf({ total: [0, 10, 20, 5, 15], bad: [0, 0, NaN, 0, 1] })).toEqual({ total: 35, bad: 1 });
  });
});

describe("standard alerts", () => {
  it("have the factors of the workbook for 30 days, and others for other windows", () => {
    expect(alerts.map(({ factor }) => Math.round(factor * 100) / 100)).toEqual([14.4, 6, 3, 1]);
    // 2 % of 7 days within an hour.
    expect(standardAlerts({ ...objective, days: 7 })[0]!.factor).toBeCloseTo(3.36, 9);
  });

  it.each([
    [1, [0.864, 2.16, 4.32, 4.32]],
    [0.1, [8.64, 21.6, 43.2, 43.2]],
    [0.02, [43.2, 108, 216, 216]],
    [0.01, [undefined, 216, 432, 432]],
    [0.003, [undefined, undefined, undefined, 1_440]],
  ])("are raised after a step of errors of %s in %j minutes", (share, expected) => {
    const times = alerts.map((alert) => detectionMinutes(objective, alert, share));
    times.forEach((time, index) => {
      if (expected[index] === undefined) expect(time).toBeUndefined();
      else expect(time).toBeCloseTo(expected[index], 6);
    });
  });

  it("are raised by evaluation at the minute that the closed form says, and end when the short window is empty", () => {
    const samples = counters(600, 1_000, (minute) => (minute > 200 && minute <= 300 ? 0.1 : 0));
    const { firing } = evaluateAlerts(objective, alerts, samples)[0]!;
    const first = firing.indexOf(true);
    expect(first).toBe(200 + Math.ceil(detectionMinutes(objective, alerts[0]!, 0.1)!));
    const last = firing.lastIndexOf(true);
    expect(last - 300).toBe(Math.floor(resetMinutes(objective, alerts[0]!, 0.1)));
  });
});

describe("increase", () => {
  it("is the growth where samples fill the window, and stretches to its edges where they do not", () => {
    const samples = [100, 110, 120, 130, 140, 150];
    expect(increase(samples, 5, 5)).toBe(50);
    expect(increase(samples, 3, 2)).toBe(20);
    // Version 3 leaves the first sample out and stretches by a minute.
    expect(increase(samples, 5, 5, "open")).toBe(50);
    expect(increase(samples, 0, 5)).toBeUndefined();
  });

  it("does not go below a counter of 0", () => {
    expect(increase([0, 10, 20], 2, 60)).toBe(20);
  });
});

const version = spawnSync("promtool", ["--version"], { encoding: "utf8" });
const hasPromtool = version.status === 0;
const start: RangeStart = /version [3-9]/.test(`${version.stdout}${version.stderr}`) ? "open" : "closed";
const names = { total: "requests_total", bad: "failures_total" };

/** What promtool says of rules and of a test that has our own evaluation as expectation. */
function promtool(
  of: Objective,
  policy: readonly BurnAlert[],
  samples: CounterSamples,
  change = (text: string): string => text,
): number | null {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-slo-"));
  writeFileSync(join(folder, "rules.yaml"), prometheusRules(of, policy, names));
  const timelines = evaluateAlerts(of, policy, samples, start);
  writeFileSync(join(folder, "test.yaml"), change(promtoolTest(of, "rules.yaml", names, samples, timelines)));
  const checked = spawnSync("promtool", ["check", "rules", join(folder, "rules.yaml")]);
  const tested = spawnSync("promtool", ["test", "rules", join(folder, "test.yaml")], { cwd: folder });
  rmSync(folder, { recursive: true });
  return checked.status === 0 ? tested.status : -1;
}

describe.skipIf(!hasPromtool)("Prometheus (skipped where promtool is not installed)", () => {
  /** The two page rules, which a day's samples can raise; all four in one case below. */
  const pages = alerts.slice(0, 2);
  const random = keyedRandom(5);
  const noisy = (minute: number): number => (random.unit(1, minute) < 0.05 ? 0.3 : 0);
  const restarted = ({ total, bad }: CounterSamples): CounterSamples => ({
    total: total.map((value, minute) => (minute > 150 ? value - total[150]! : value)),
    bad: bad.map((value, minute) => (minute > 150 ? value - bad[150]! : value)),
  });
  const gapped = ({ total, bad }: CounterSamples): CounterSamples => ({
    total: total.map((value, minute) => (minute > 100 && minute < 130 ? NaN : value)),
    bad: bad.map((value, minute) => (minute > 100 && minute < 130 ? NaN : value)),
  });
  const cases: readonly (readonly [what: string, samples: CounterSamples, raises: boolean])[] = [
    ["a steady burn", counters(400, 1_000, () => 0.02), true],
    ["a short spike", counters(400, 1_000, (minute) => (minute > 100 && minute < 110 ? 1 : 0)), true],
    ["a slow burn", counters(500, 1_000, () => 0.007), true],
    ["little traffic", counters(400, 1, (minute) => (minute === 90 ? 1 : 0)), true],
    ["nothing wrong", counters(400, 100, () => 0.0001), false],
    ["noise", counters(400, 30, noisy), true],
    ["a counter that begins again", restarted(counters(400, 1_000, (minute) => (minute > 120 ? 0.05 : 0))), true],
    ["a gap in the records", gapped(counters(400, 1_000, (minute) => (minute > 90 ? 0.05 : 0))), true],
    ["recovery", counters(500, 1_000, (minute) => (minute > 60 && minute < 200 ? 0.03 : 0)), true],
  ];

  it.each(cases)("raises the same alerts at the same minutes: %s", (_, samples, raises) => {
    const fired = evaluateAlerts(objective, pages, samples, start).some(({ firing }) => firing.includes(true));
    expect(fired).toBe(raises);
    expect(promtool(objective, pages, samples)).toBe(0);
  });

  it("agrees on all four alerts, with a time for which the condition must hold", () => {
    const waiting = alerts.map((alert) => ({ ...alert, forMinutes: 3 }));
    const samples = counters(1_000, 1_000, (minute) => (minute > 30 ? 0.012 : 0));
    expect(promtool(objective, waiting, samples)).toBe(0);
  });

  it("on a simulated run", () => {
    const incidents = [
      { kind: "errors", service: "shop", share: 0.2, at: seconds(1_200), until: seconds(2_400) },
    ] as const;
    const run = simulateGraph(graphOf({ concurrency: 10 }, { duration: seconds(7_200), incidents }), 1, {
      slice: seconds(60),
    });
    const samples = samplesOfRun(run, run.sources["users"]!);
    expect(evaluateAlerts(objective, pages, samples, start)[0]!.firing.includes(true)).toBe(true);
    expect(promtool(objective, pages, samples)).toBe(0);
  });

  it("disagrees with a test that expects one alert more, so that the comparison can fail", () => {
    const samples = counters(120, 1_000, () => 0);
    const more = (text: string): string =>
      text.replace("exp_alerts: []", "exp_alerts:\n          - exp_labels: { severity: page }");
    expect(promtool(objective, pages, samples, more)).not.toBe(0);
  });
});

describe("the lint", () => {
  it("has nothing to say of the standard alerts at enough traffic", () => {
    expect(lintAlerts(objective, alerts, 10_000)).toEqual([]);
  });

  it("names alerts that can never fire", () => {
    const [finding] = lintAlerts({ ...objective, target: 0.9 }, alerts, 10_000);
    expect(finding).toMatchObject({ alert: "PageQuick", kind: "never-fires" });
    expect(finding!.mend).toContain("below 10");
  });

  it("names traffic so low that one failure pages, and from where on it does not", () => {
    const found = lintAlerts(objective, alerts, 60).filter(({ kind }) => kind === "one-failure-pages");
    expect(found.map(({ alert }) => alert)).toEqual(["PageQuick"]);
    expect(found[0]!.mend).toContain("70 requests an hour");
    expect(lintAlerts(objective, alerts, 70)).toEqual([]);
  });

  it("names a factor that belongs to another period", () => {
    // 14.4 of a 30-day window, over a year.
    const found = lintAlerts({ ...objective, days: 365 }, alerts, 10_000);
    expect(found.map(({ alert, kind }) => `${alert} ${kind}`)).toEqual(
      ["PageQuick budget-share", "PageSlow budget-share"].slice(0, found.length),
    );
    expect(found[0]!.says).toContain("0.2 %");
  });

  it("names an alert that stays raised", () => {
    const [finding] = lintAlerts(objective, [{ ...alerts[0]!, short: 60 }], 10_000);
    expect(finding!.kind).toBe("no-short-window");
  });
});
