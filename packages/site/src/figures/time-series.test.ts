import { describe, expect, it } from "vitest";
import { drawOutages } from "./outages.ts";
import { dip, month } from "./small-pictures.fixture.ts";
import { drawTimeSeries } from "./time-series.ts";

const sizes = ["wide", "narrow"] as const;

describe.each(sizes)("a time series, %s", (size) => {
  const svg = drawTimeSeries(dip, "figure", size);

  it("names every line at its end, every axis with its unit, and every shaded span", () => {
    for (const { series, title, unit } of dip.panels) {
      expect(svg).toContain(`>${title}, ${unit}<`);
      for (const { label, role } of series) expect(svg).toMatch(new RegExp(`ts-name ${role}[^>]*>${label}<`));
    }
    expect(svg).toContain(">time, s<");
    expect(svg).toContain(`>${dip.spans[0]!.label}<`);
  });

  it("draws the run above its control, and breaks the line where there is no value", () => {
    expect(svg.indexOf("ts-line run")).toBeGreaterThan(svg.indexOf("ts-line control"));
    const [, path] = /ts-line run" d="([^"]*)"/.exec(svg)!;
    expect(path!.match(/M/g)).toHaveLength(2);
    expect(path!.match(/l/g)).toHaveLength(3);
  });

  it("keeps names apart and inside the figure", () => {
    const ys = [...svg.matchAll(/class="ts-name[^"]*" x="[^"]*" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    const [first, second, third] = ys as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(12.9);
    expect(third - second).toBeGreaterThanOrEqual(12.9);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe.each(sizes)("outages, %s", (size) => {
  const svg = drawOutages(month, "figure", size);

  it("gives every part a row with its share of time up, and the service the last word", () => {
    for (const { label, up } of month.rows) {
      expect(svg).toContain(`>${label}<`);
      expect(svg).toContain(`>${up}<`);
    }
    expect(svg).toMatch(/ou-label st-end service/);
    expect(svg).toContain(">time, h<");
  });

  it("draws each outage where it was, and a short one too", () => {
    expect([...svg.matchAll(/class="ou-down/g)]).toHaveLength(3);
    expect(svg).toContain("dependency 3 down from 719.9 to 720.0 h");
    const width = Number(/ou-down soft" x="[\d.]+" width="([\d.]+)"/.exec(svg)![1]);
    expect(width).toBeGreaterThanOrEqual(2);
  });
});
