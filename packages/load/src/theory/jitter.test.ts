import { keyedRandom } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { backoffCeiling, clientsPerSlice, jitterQuantile, peakOfSlices } from "./jitter.ts";

describe("back-off", () => {
  it("doubles up to its cap", () => {
    expect([1, 2, 3, 4, 5].map((retry) => backoffCeiling(100, 1_000, retry))).toEqual([100, 200, 400, 800, 1_000]);
    expect(backoffCeiling(100, 1_000, 100_000)).toBe(1_000);
  });

  it("is even from 0, or from half, up to its ceiling", () => {
    const terms = { base: 100, cap: 1_000, retry: 3 };
    expect(jitterQuantile("full-jitter", terms, 0.25)).toBe(100);
    expect(jitterQuantile("equal-jitter", terms, 0.25)).toBe(250);
    expect(jitterQuantile("equal-jitter", terms, 1)).toBe(400);
  });

  it("refuses values out of range", () => {
    expect(() => backoffCeiling(0, 1, 1)).toThrow("The base is above 0");
    expect(() => backoffCeiling(1, 1, 0)).toThrow("The retry is a whole number, at least 1; got 0.");
    expect(() => jitterQuantile("full-jitter", { base: 1, cap: 1, retry: 1 }, 2)).toThrow("from 0 to 1; got 2");
  });
});

describe("clients that spread themselves over slices", () => {
  it("come to a slice in binomial numbers", () => {
    expect(clientsPerSlice(1_000, 10)).toEqual({ mean: 100, variance: 90 });
  });

  it("have a peak a little above the least that the exact binomial sum allows", () => {
    // Exact: 130, 7, 9. With Poisson's tail, by sums of 30 digits: 132, 7, 10.
    expect(peakOfSlices(1_000, 10, 0.99)).toBe(132);
    expect(peakOfSlices(1_000, 1_000, 0.95)).toBe(7);
    expect(peakOfSlices(20, 4, 0.9)).toBe(10);
    expect(peakOfSlices(5, 1, 0.99)).toBe(5);
  });

  it("do not exceed the peak more often than was asked", () => {
    const [clients, slices, runs] = [2_000, 50, 300];
    const peak = peakOfSlices(clients, slices, 0.9);
    const random = keyedRandom(4);
    let exceeded = 0;
    for (let run = 0; run < runs; run += 1) {
      const counts = new Uint32Array(slices);
      for (let client = 0; client < clients; client += 1) counts[Math.floor(slices * random.unit(run, client))]! += 1;
      if (Math.max(...counts) > peak) exceeded += 1;
    }
    expect(exceeded / runs).toBeLessThan(0.14);
    expect(exceeded / runs).toBeGreaterThan(0.01);
  });

  it("refuse values out of range", () => {
    expect(() => peakOfSlices(10, 0, 0.9)).toThrow("at least 1; got 0");
    expect(() => peakOfSlices(10, 5, 1)).toThrow("less than 1; got 1");
  });
});
