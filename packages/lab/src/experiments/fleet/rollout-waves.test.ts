import { describe, expect, it } from "vitest";
import type { AnyValues } from "../../parameters.ts";
import { rolloutWaves } from "./rollout-waves.ts";

const few = Array.from({ length: 10 }, (_, seed) => seed);
const many = Array.from({ length: 400 }, (_, seed) => seed);
const run = (values: AnyValues, seed: number) => rolloutWaves.run(values, seed);

/** A fleet that is the first wave: nothing else costs time. */
const oneWave = { devices: 299, pace: "at-once", waveMinutes: 1, detectionMinutes: 0, soakMinutes: 0, haltAt: 0 };

describe("claim: a defect of 1 % is caught by a first wave of 299 in 95 % of the rollouts", () => {
  it("agrees with 1 − (1 − p)^n for several n", () => {
    for (const wave of [100, 299, 500]) {
      const caught = many.filter(
        (seed) => run({ ...oneWave, devices: wave, firstWave: wave }, seed).verdicts["caught"]!.verdict === "holds",
      ).length;
      const expected = 1 - 0.99 ** wave;
      const error = Math.sqrt((expected * (1 - expected)) / many.length);
      expect(Math.abs(caught / many.length - expected), String(wave)).toBeLessThan(4 * error);
    }
    expect(1 - 0.99 ** 299).toBeGreaterThan(0.95);
    expect(1 - 0.99 ** 298).toBeLessThan(0.95);
  });

  it("control: a first wave of 20 misses it four times out of five", () => {
    const values = { devices: 100, firstWave: 20, detectionMinutes: 0, soakMinutes: 0, waveMinutes: 1, haltAt: 0 };
    const missed = many.filter((seed) => run(values, seed).verdicts["caught"]!.verdict === "violated").length;
    const expected = 0.99 ** 20;
    const error = Math.sqrt((expected * (1 - expected)) / many.length);
    expect(Math.abs(missed / many.length - expected)).toBeLessThan(4 * error);
  });
});

describe("claim: waves with a gate contain a bad firmware in the first wave", () => {
  it("holds in every seed for a defect that the wave can not miss", () => {
    for (const seed of few) {
      const { verdicts, metrics } = run({ defectPercent: 10 }, seed);
      expect(verdicts["contained"]!.verdict).toBe("holds");
      expect(metrics["exposed"]).toBeLessThanOrEqual(299);
    }
  });

  it("control: at once and without a gate it reaches the fleet in every seed", () => {
    for (const seed of few) {
      const { verdicts, metrics } = run({ defectPercent: 10, pace: "at-once", haltAt: 0 }, seed);
      expect(verdicts["contained"]!.verdict).toBe("violated");
      expect(metrics["exposed"]).toBe(5_000);
      expect(Math.abs(metrics["ill"]! / 500 - 1)).toBeLessThan(0.2);
    }
  });
});

describe("claim: damage is rate × time to detect", () => {
  it("agrees for a defect on every device: exposed until the first report, at devices / length of the wave", () => {
    for (const [waveMinutes, detectionMinutes] of [
      [60, 10],
      [60, 30],
      [120, 30],
    ] as const) {
      for (const seed of few) {
        const values = { pace: "at-once", defectPercent: 100, waveMinutes, detectionMinutes };
        const expected = (5_000 * detectionMinutes) / waveMinutes;
        expect(Math.abs(run(values, seed).metrics["exposed"]! / expected - 1)).toBeLessThan(0.12);
      }
    }
  });

  it("an ill device that falls back by itself is ill for that time and no longer", () => {
    const { metrics } = run({ defectPercent: 10, fallBackMinutes: 5 }, 1);
    expect(metrics["illHours"]).toBeCloseTo((metrics["ill"]! * 5) / 60, 6);
  });
});

it("values that do not go together are refused in words", () => {
  expect(() => run({ devices: 200 }, 1)).toThrow("A first wave of 299 does not fit a fleet of 200 devices");
});

it("the picture shows who is ill, beside the control", () => {
  const against = { values: { pace: "at-once", haltAt: 0, defectPercent: 10 }, name: "at once" };
  const drawn = rolloutWaves.picture({ defectPercent: 10 }, 1, against);
  if (drawn.kind !== "time-series") throw new Error("A time series was expected.");
  expect(drawn.panels.map(({ title }) => title)).toEqual(["Ill", "Updates", "Ready"]);
  for (const { series } of drawn.panels) for (const { values } of series) expect(values.length).toBe(drawn.x.length);
  expect(drawn.says).toContain("At once: 5000 of 5000 devices got the new firmware");
});
