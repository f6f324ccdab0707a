import { describe, expect, it } from "vitest";
import { batchArrivals } from "./batch-arrivals.ts";
import { boundedQueue, finiteSource } from "./bounded-queue.ts";
import { erlangB } from "./erlang.ts";
import { manyServers } from "./many-servers.ts";

describe("boundedQueue", () => {
  it("loses (1 − ρ) ρ^K / (1 − ρ^(K + 1)) with one server", () => {
    for (const rho of [0.5, 0.9, 1.2, 5]) {
      const { lostShare } = boundedQueue({ arrivalRate: rho, meanService: 1, places: 7 });
      expect(lostShare).toBeCloseTo(((1 - rho) * rho ** 7) / (1 - rho ** 8), 12);
    }
    const even = boundedQueue({ arrivalRate: 1, meanService: 1, places: 9 });
    expect(even.lostShare).toBeCloseTo(0.1, 12);
    expect(even.meanInside).toBeCloseTo(4.5, 12);
  });

  it("is Erlang's loss system without a queue, and M/M/c with a long one", () => {
    const lossy = boundedQueue({ arrivalRate: 8, meanService: 1, servers: 10, places: 10 });
    expect(lossy.lostShare).toBeCloseTo(erlangB(10, 8), 12);
    expect(lossy.meanWait).toBe(0);
    expect(lossy.waitingShare).toBe(0);
    const long = boundedQueue({ arrivalRate: 8, meanService: 1, servers: 10, places: 400 });
    const unbounded = manyServers({ arrivalRate: 8, meanService: 1, servers: 10 });
    for (const key of ["meanWait", "meanInside", "waitingShare", "utilisation"] as const) {
      expect(long[key]).toBeCloseTo(unbounded[key], 10);
    }
  });

  it("keeps Little's law and serves no more than it can, far above its capacity", () => {
    const flooded = boundedQueue({ arrivalRate: 1_000, meanService: 1, servers: 2, places: 5_000 });
    expect(flooded.throughput).toBeCloseTo(2, 9);
    expect(flooded.meanInside / flooded.throughput).toBeCloseTo(flooded.meanSojourn, 9);
    expect(flooded.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  });

  it("refuses fewer places than servers", () => {
    expect(() => boundedQueue({ arrivalRate: 1, meanService: 1, servers: 3, places: 2 })).toThrow("at least 3; got 2");
  });
});

/** Mean value analysis: Reiser and Lavenberg, Journal of the ACM 27 (1980), for one server and a time of thinking. */
function meanValueAnalysis(users: number, think: number, service: number): { sojourn: number; throughput: number } {
  let inside = 0;
  let sojourn = service;
  let throughput = 0;
  for (let count = 1; count <= users; count += 1) {
    sojourn = service * (1 + inside);
    throughput = count / (think + sojourn);
    inside = throughput * sojourn;
  }
  return { sojourn, throughput };
}

describe("finiteSource", () => {
  it("agrees with mean value analysis", () => {
    for (const users of [1, 5, 20, 100]) {
      const { sojourn, throughput } = meanValueAnalysis(users, 10, 1);
      const figures = finiteSource({ users, meanThink: 10, meanService: 1 });
      expect(figures.meanSojourn).toBeCloseTo(sojourn, 10);
      expect(figures.throughput).toBeCloseTo(throughput, 10);
    }
  });

  it("never waits with a server for each user", () => {
    const figures = finiteSource({ users: 6, meanThink: 3, meanService: 1, servers: 6 });
    expect(figures.meanWait).toBeCloseTo(0, 15);
    expect(figures.waitingShare).toBeCloseTo(0, 15);
    expect(figures.throughput).toBeCloseTo(6 / 4, 12);
  });

  it("shows a request the others alone: what it meets is the system with one user fewer", () => {
    const figures = finiteSource({ users: 8, meanThink: 5, meanService: 1, servers: 2 });
    const others = finiteSource({ users: 7, meanThink: 5, meanService: 1, servers: 2 }).probabilities;
    expect(figures.waitingShare).toBeCloseTo(1 - others[0]! - others[1]!, 12);
  });

  it("refuses values out of range", () => {
    expect(() => finiteSource({ users: 0, meanThink: 5, meanService: 1 })).toThrow("at least 1; got 0");
    expect(() => finiteSource({ users: 1, meanThink: 0, meanService: 1 })).toThrow("thinking is above 0");
  });
});

/** The mean number inside by iteration of the chain at a uniform rate, cut off at 400. */
function batchesByIteration(batchRate: number, sizes: readonly number[], serviceRate: number): number {
  const limit = 400;
  let shares = new Float64Array(limit + 1);
  shares[0] = 1;
  const step = 1 / (batchRate + serviceRate);
  for (let round = 0; round < 6_000; round += 1) {
    const next = new Float64Array(limit + 1);
    for (const [inside, share] of shares.entries()) {
      next[Math.max(0, inside - 1)]! += share * serviceRate * step;
      for (const [index, part] of sizes.entries()) {
        next[Math.min(limit, inside + index + 1)]! += share * part * batchRate * step;
      }
    }
    shares = next;
  }
  return shares.reduce((sum, share, inside) => sum + inside * share, 0);
}

describe("batchArrivals", () => {
  it("agrees with the chain, iterated", () => {
    // Sizes 1, 2, 3, 4 with shares 0.1, 0.4, 0.2, 0.3: mean 2.7, second moment 8.3.
    const queue = { batchRate: 0.25, meanSize: 2.7, secondMomentOfSize: 8.3, meanService: 1 };
    expect(batchArrivals(queue).meanInside).toBeCloseTo(batchesByIteration(0.25, [0.1, 0.4, 0.2, 0.3], 1), 6);
  });

  it("is M/M/1 for batches of one", () => {
    const figures = batchArrivals({ batchRate: 0.8, meanSize: 1, secondMomentOfSize: 1, meanService: 1 });
    expect(figures.meanWait).toBeCloseTo(4, 12);
    expect(figures.waitingShare).toBeCloseTo(0.8, 12);
  });

  it("refuses sizes that can not be", () => {
    const queue = { batchRate: 0.1, meanSize: 2, secondMomentOfSize: 3, meanService: 1 };
    expect(() => batchArrivals(queue)).toThrow("at least its squared mean, 4; got 3");
    expect(() => batchArrivals({ ...queue, meanSize: 0.5 })).toThrow("1 or more; got 0.5");
    expect(() => batchArrivals({ ...queue, secondMomentOfSize: 4, batchRate: 1 })).toThrow("200 %");
  });
});
