import { describe, expect, it } from "vitest";
import { bestNodes, fitScalability, scaledThroughput } from "./scalability.ts";

const law = { contention: 0.02, coherency: 0.0005 };

describe("the Universal Scalability Law", () => {
  it("has its peak where it says", () => {
    const peak = bestNodes(law);
    expect(peak).toBeCloseTo(44.27, 2);
    expect(scaledThroughput(law, peak)).toBeGreaterThan(scaledThroughput(law, peak - 1));
    expect(scaledThroughput(law, peak)).toBeGreaterThan(scaledThroughput(law, peak + 1));
    expect(scaledThroughput(law, 1)).toBe(1);
  });

  it("is Amdahl's law without coherency, and a line without contention", () => {
    const amdahl = { contention: 0.1, coherency: 0 };
    expect(scaledThroughput(amdahl, 1e12)).toBeCloseTo(10, 6);
    expect(bestNodes(amdahl)).toBe(Infinity);
    expect(scaledThroughput({ contention: 0, coherency: 0 }, 8)).toBe(8);
    expect(bestNodes({ contention: 1, coherency: 0 })).toBe(1);
    expect(bestNodes({ contention: 0.9, coherency: 0.5 })).toBe(1);
  });

  it("is found again in what was measured", () => {
    const measured = [2, 4, 8, 16, 32].map((nodes) => ({ nodes, throughput: 950 * scaledThroughput(law, nodes) }));
    const found = fitScalability(950, measured);
    expect(found.contention).toBeCloseTo(law.contention, 10);
    expect(found.coherency).toBeCloseTo(law.coherency, 10);
    const linear = [2, 4, 8].map((nodes) => ({ nodes, throughput: 1.01 * nodes * 950 }));
    expect(fitScalability(950, linear)).toMatchObject({ contention: 0 });
  });

  it("refuses values out of range", () => {
    expect(() => scaledThroughput({ contention: 2, coherency: 0 }, 3)).toThrow("The contention is from 0 to 1; got 2.");
    expect(() => scaledThroughput(law, 0.5)).toThrow("Nodes are 1 or more; got 0.5.");
    expect(() => fitScalability(1, [{ nodes: 2, throughput: 2 }])).toThrow("two different numbers of nodes");
    expect(() => fitScalability(1, [{ nodes: 1, throughput: 2 }])).toThrow("Nodes are above 1; got 1.");
  });
});
