import { describe, expect, it } from "vitest";
import { chunksOf, mergeTallies, runChunk } from "./campaign.ts";
import { coin } from "./coin.fixture.ts";

describe("a campaign", () => {
  it("comes to the same in one piece and in chunks", () => {
    const whole = runChunk(coin, { heads: 30 }, 1, 230);
    const parts = chunksOf(230).map(({ firstSeed, count }) => runChunk(coin, { heads: 30 }, firstSeed, count));
    const merged = parts.reduce(mergeTallies);
    expect(merged).toMatchObject({ firstSeed: 1, runs: 230, events: 230, digest: whole.digest });
    expect(merged.properties).toEqual(whole.properties);
    expect(merged.metrics["height"]!.mean).toBeCloseTo(whole.metrics["height"]!.mean, 10);
    expect(merged.metrics["height"]!.squares).toBeCloseTo(whole.metrics["height"]!.squares, 6);
  });

  it("has a digest that one different run would change", () => {
    const tally = runChunk(coin, {}, 1, 100);
    expect(runChunk(coin, {}, 1, 100).digest).toBe(tally.digest);
    expect(runChunk(coin, {}, 2, 100).digest).not.toBe(tally.digest);
  });

  it("keeps the first seeds that violate a property, and counts the unknown apart", () => {
    const tally = runChunk(coin, { heads: 100, unsure: true }, 1, 40);
    expect(tally.properties["tails"]).toEqual({
      holds: 0,
      violated: 36,
      unknown: 4,
      violatedSeeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 11],
      unknownSeeds: [10, 20, 30, 40],
    });
    expect(tally.properties["tossed"]).toMatchObject({ holds: 40 });
  });

  it("decides what is wanted and nothing else", () => {
    expect(Object.keys(runChunk(coin, {}, 1, 5, ["tossed"]).properties)).toEqual(["tossed"]);
  });

  it("merges neighbours only", () => {
    const first = runChunk(coin, {}, 1, 10);
    expect(() => mergeTallies(first, runChunk(coin, {}, 12, 10))).toThrow(/seeds up to 10 go before 12/);
  });

  it("covers every seed once", () => {
    expect(chunksOf(120)).toEqual([
      { firstSeed: 1, count: 50 },
      { firstSeed: 51, count: 50 },
      { firstSeed: 101, count: 20 },
    ]);
  });
});
