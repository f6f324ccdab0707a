import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { graphOf, poisson } from "../graph.fixture.ts";
import { simulateGraph } from "../simulate-graph.ts";
import { keyFigures, whatChanged } from "./key-figures.ts";
import { openMetrics } from "./open-metrics.ts";
import { replicatedChanges, replicateGraph } from "./replications.ts";

const graph = graphOf({ costPerHour: 36 }, { duration: seconds(60), warmUp: seconds(10) });

describe("key figures", () => {
  it("are those of the run after its warm-up", () => {
    const run = simulateGraph(graph, 1);
    const figures = keyFigures(run);
    const of = (about: string, id: string): number | undefined =>
      figures.find((figure) => figure.about === about && figure.id === id)?.value;
    expect(of("source users", "requests")).toBe(run.sources["users"]!.totals.requests / 50);
    expect(of("source users", "success")).toBe(1);
    expect(of("service shop", "utilisation")).toBe(run.services["shop"]!.means.utilisation);
    expect(of("service shop", "cost")).toBeCloseTo(0.5, 9);
  });

  it("tell what changed against the control, and nothing where nothing did", () => {
    const control = simulateGraph(graph, 1);
    const slower = simulateGraph(
      { ...graph, incidents: [{ kind: "slow", service: "shop", factor: 1.5, at: 0, until: seconds(60) }] },
      1,
    );
    expect(whatChanged(control, control)).toEqual([]);
    const changed = whatChanged(slower, control);
    const p99 = changed.find(({ about, id }) => about === "source users" && id === "p99")!;
    expect(p99.after).toBeGreaterThan(p99.before * 1.4);
    expect(changed.some(({ id }) => id === "requests")).toBe(false);
  });
});

describe("replications", () => {
  it("give the mean of each figure with its 95 % interval, which holds the true value", () => {
    const { figures } = replicateGraph(graphOf({}, { duration: seconds(400), warmUp: seconds(20) }), 1, 12);
    const mean = figures.find(({ about, id }) => about === "source users" && id === "mean")!;
    // M/M/1 at half load: 20 ms.
    expect(mean.runs).toBe(12);
    expect(Math.abs(mean.value - 20_000)).toBeLessThan(mean.halfWidth * 1.5);
    expect(mean.halfWidth).toBeLessThan(1_000);
  });

  it("tell from chance what a change did, seed by seed", () => {
    const before = replicateGraph(graph, 1, 6).figures;
    const slower = { ...graph, services: { shop: { ...graph.services["shop"]!, concurrency: 2 } } };
    const changes = replicatedChanges(replicateGraph(slower, 1, 6).figures, before);
    const mean = changes.find(({ figure }) => figure.about === "source users" && figure.id === "mean")!;
    expect(mean.difference.mean).toBeCloseTo(mean.figure.value - mean.control.value, 6);
    expect(mean.difference.mean + mean.difference.halfWidth).toBeLessThan(0);
    // The same requests come in both.
    expect(changes.some(({ figure }) => figure.id === "requests")).toBe(false);
    expect(replicatedChanges(before, before)).toEqual([]);
    // Other seeds differ by chance alone, and chance is no change.
    const others = replicatedChanges(replicateGraph(graph, 101, 6).figures, before);
    expect(others.length).toBeLessThan(4);
  });

  it("of one run have no interval", () => {
    expect(replicateGraph(graph, 1, 1).figures.every(({ halfWidth }) => Number.isNaN(halfWidth))).toBe(true);
  });
});

describe("OpenMetrics", () => {
  const run = simulateGraph(
    graphOf({ errorShare: 0.1 }, { duration: seconds(5), users: { arrivals: poisson(20) } }),
    1,
    {
      slice: seconds(1),
    },
  );
  const text = openMetrics(run);

  it("has counters that add up to the run's totals", () => {
    const last = text.split("\n").findLast((line) => line.startsWith('fieldbook_requests_total{source="users"}'));
    expect(Number(last?.split(" ")[1])).toBe(run.sources["users"]!.totals.requests);
    const infinite = text
      .split("\n")
      .findLast((line) => line.startsWith('fieldbook_latency_seconds_bucket{source="users",le="+Inf"}'));
    expect(Number(infinite?.split(" ")[1])).toBe(run.sources["users"]!.totals.successes);
  });

  it("ends as the format wants, each family once", () => {
    expect(text.endsWith("# EOF\n")).toBe(true);
    const types = text.split("\n").filter((line) => line.startsWith("# TYPE"));
    expect(new Set(types).size).toBe(types.length);
  });

  const promtool = spawnSync("promtool", ["--version"]).status === 0;
  it.skipIf(!promtool)("is taken in by promtool (skipped where promtool is not installed)", () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldbook-openmetrics-"));
    const file = join(folder, "run.om");
    writeFileSync(file, text);
    const taken = spawnSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "blocks")]);
    rmSync(folder, { recursive: true });
    expect([taken.status, taken.stderr.toString()]).toEqual([0, ""]);
  });

  it.skipIf(!promtool)("that is broken is refused by promtool, so that the check can fail", () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldbook-openmetrics-"));
    const file = join(folder, "run.om");
    writeFileSync(file, text.replace("# EOF\n", ""));
    const taken = spawnSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "blocks")]);
    rmSync(folder, { recursive: true });
    expect(taken.status).not.toBe(0);
  });
});
