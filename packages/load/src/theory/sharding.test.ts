import { describe, expect, it } from "vitest";
import { shardCount, shardOverlap, tenantsWithSameShard } from "./sharding.ts";

describe("shuffle sharding", () => {
  it("has hypergeometric overlaps", () => {
    for (const [instances, shard, shared, probability] of [
      [8, 2, 0, 15 / 28],
      [8, 2, 1, 12 / 28],
      [8, 2, 2, 1 / 28],
      [100, 5, 1, 0.211425811342969],
      [100, 5, 5, 1.32824138715155e-8],
      [20, 12, 4, 0.00392950702548226],
    ] as const) {
      expect(shardOverlap(instances, shard, shared) / probability).toBeCloseTo(1, 12);
    }
    // Two shards of 12 of 20 have 4 in common at least.
    expect(shardOverlap(20, 12, 3)).toBe(0);
    expect(shardOverlap(3, 3, 3)).toBe(1);
  });

  it("has overlaps that sum to one", () => {
    for (const [instances, shard] of [
      [8, 3],
      [50, 20],
      [1_000, 30],
    ] as const) {
      let sum = 0;
      for (let shared = 0; shared <= shard; shared += 1) sum += shardOverlap(instances, shard, shared);
      expect(sum).toBeCloseTo(1, 11);
    }
  });

  it("counts shards and the tenants that share one", () => {
    expect(shardCount(8, 2)).toBe(28);
    expect(shardCount(100, 5)).toBe(75_287_520);
    expect(shardCount(100, 95)).toBe(75_287_520);
    expect(shardCount(2, 3)).toBe(0);
    expect(tenantsWithSameShard(281, 8, 2)).toBeCloseTo(10, 12);
  });

  it("refuses shards that can not be", () => {
    expect(() => shardOverlap(8, 9, 0)).toThrow("A shard has at most 8 instances; got 9.");
    expect(() => shardOverlap(8, 2, 3)).toThrow("Two shards share at most 2 instances; got 3.");
    expect(() => shardCount(8, 1.5)).toThrow("a whole number");
  });
});
