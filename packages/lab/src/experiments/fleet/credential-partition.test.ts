import { describe, expect, it } from "vitest";
import { credentialPartition } from "./credential-partition.ts";
import { validShare } from "./valid-share.ts";

const seeds = Array.from({ length: 10 }, (_, seed) => seed);
const run = (values: Readonly<Record<string, number>>, seed: number) => credentialPartition.run(values, seed);

describe("the formula", () => {
  it("is piecewise linear without jitter: all until T/2, none at T", () => {
    expect([0, 0.25, 0.5, 0.75, 1, 2].map((time) => validShare(time, [0.5, 0.5]))).toEqual([1, 1, 1, 0.5, 0, 0]);
  });

  it("is continuous and falling with jitter", () => {
    const shares = Array.from({ length: 101 }, (_, index) => validShare(index / 100, [0.3, 0.7]));
    for (let index = 1; index <= 100; index += 1) {
      expect(shares[index]).toBeLessThanOrEqual(shares[index - 1]!);
      expect(shares[index - 1]! - shares[index]!).toBeLessThan(0.021);
    }
    expect(validShare(0.3, [0.3, 0.7])).toBeCloseTo(1, 12);
    expect(shares[100]).toBe(0);
  });
});

describe("claim: a partition shorter than half a lifetime costs nothing, when credentials are renewed at the half", () => {
  it("holds in every seed, up to the two minutes after which a device tries again", () => {
    for (const seed of seeds) {
      expect(run({ partitionMinutes: 28 }, seed).verdicts["noImpact"]!.verdict).toBe("holds");
    }
  });

  it("control: a longer one costs sessions in every seed", () => {
    for (const seed of seeds) {
      expect(run({ partitionMinutes: 32 }, seed).verdicts["noImpact"]!.verdict).toBe("violated");
    }
  });

  it("control: the same short one costs sessions when credentials are renewed late", () => {
    for (const seed of seeds) {
      const { verdicts, metrics } = run({ partitionMinutes: 28, renewAt: 90 }, seed);
      expect(verdicts["noImpact"]!.verdict).toBe("violated");
      expect(metrics["firstLossMinutes"]).toBeLessThan(7);
    }
  });
});

describe("claim: sessions run out from (1 − s) T to T", () => {
  it("follows the formula within the noise of 2,000 devices, with jitter and without", () => {
    // Kolmogorov: the largest gap of 2,000 devices exceeds 1.95 / √2,000 = 4.4 % once in a thousand runs.
    for (const values of [{}, { renewAt: 80 }, { jitter: 20 }, { renewAt: 60, jitter: 40 }]) {
      for (const seed of seeds) {
        const { metrics } = run({ ...values, partitionMinutes: 70 }, seed);
        expect(metrics["formulaGap"], JSON.stringify(values)).toBeLessThan(4.4 + 0.6);
        expect(metrics["lowestReady"]).toBe(0);
        // So long lives on what was revoked when the partition began.
        expect(metrics["allLostMinutes"]).toBeGreaterThan(58.5);
        expect(metrics["allLostMinutes"]).toBeLessThan(60.3);
      }
    }
  });
});

it("refuses renewals beyond the lifetime in words", () => {
  expect(() => run({ renewAt: 80, jitter: 30 }, 1)).toThrow("Renewals from 50 to 110 % of the lifetime");
});

it("the picture draws the formula over the partition", () => {
  const drawn = credentialPartition.picture({ partitionMinutes: 70 }, 1, { values: {}, name: "shorter" });
  if (drawn.kind !== "time-series") throw new Error("A time series was expected.");
  expect(drawn.spans).toEqual([{ from: 1_800, to: 6_000, label: "no credential is issued" }]);
  expect(drawn.panels[0]!.series.map(({ label }) => label)).toEqual(["shorter", "formula", "ready"]);
  for (const { series } of drawn.panels) for (const { values } of series) expect(values.length).toBe(drawn.x.length);
  expect(drawn.says).toMatch(/^The first session is lost 30\.\d min after/);
});
