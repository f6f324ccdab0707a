import { describe, expect, it } from "vitest";
import { constantServiceWaitQuantile, constantServiceWaitUpTo } from "./constant-service.ts";
import { sharedSojourn, singleServer, varianceOfWait, waitsByPriority } from "./single-server.ts";

describe("the formula of Pollaczek and Khinchine", () => {
  it("halves the wait for constant service, and multiplies it for a wide one", () => {
    const wait = (squaredVariation: number): number =>
      singleServer({ arrivalRate: 0.8, meanService: 1, squaredVariation }).meanWait;
    expect(wait(0)).toBeCloseTo(2, 12);
    expect(wait(1)).toBeCloseTo(4, 12);
    expect(wait(0.25)).toBeCloseTo(2.5, 12);
    expect(wait(9)).toBeCloseTo(20, 12);
  });

  it("has the variance of an exponential queue: waits are 0 or exponential", () => {
    // E[W²] = ρ · 2 / (μ − λ)², less the squared mean.
    expect(varianceOfWait(0.8, { first: 1, second: 2, third: 6 })).toBeCloseTo(0.8 * 2 * 25 - 16, 10);
  });

  it("refuses values out of range", () => {
    expect(() => singleServer({ arrivalRate: 1, meanService: 1, squaredVariation: 0 })).toThrow("no steady state");
    expect(() => singleServer({ arrivalRate: 0.5, meanService: 1, squaredVariation: -1 })).toThrow("0 or more; got -1");
    expect(() => varianceOfWait(0.5, { first: 1, second: NaN, third: 1 })).toThrow("The second moment is 0 or more");
  });
});

describe("processor sharing", () => {
  it("stretches each job alike", () => {
    expect(sharedSojourn(0.8, 1)).toBeCloseTo(5, 12);
    expect(sharedSojourn(0.8, 1, 0.1)).toBeCloseTo(0.5, 12);
    expect(() => sharedSojourn(2, 1)).toThrow("200 %");
  });
});

describe("priorities", () => {
  const exponential = (arrivalRate: number): { arrivalRate: number; meanService: number; secondMoment: number } => ({
    arrivalRate,
    meanService: 1,
    secondMoment: 2,
  });

  it("move waits from one class to another and keep their sum", () => {
    const [urgent, ordinary] = waitsByPriority([exponential(0.3), exponential(0.5)]);
    expect(urgent).toBeCloseTo(0.8 / 0.7, 12);
    expect(ordinary).toBeCloseTo(0.8 / (0.7 * 0.2), 12);
    // Kleinrock's law of conservation: Σ ρ W is as without priorities, 0.8 × 4.
    expect(0.3 * urgent! + 0.5 * ordinary!).toBeCloseTo(3.2, 12);
    expect(waitsByPriority([exponential(0.8)])[0]).toBeCloseTo(4, 12);
  });

  it("need a steady state of all", () => {
    expect(() => waitsByPriority([exponential(0.3), exponential(0.9)])).toThrow("120 %");
  });
});

describe("waits for constant service", () => {
  it("agree with Erlang's sum, done with 80 digits", () => {
    for (const [rate, time, upTo] of [
      [0.8, 0, 0.2],
      [0.8, 0.5, 0.2983649395282541],
      [0.8, 1, 0.4451081856984935],
      [0.8, 3.7, 0.8240545923506488],
      [0.5, 2.2, 0.958210299151253],
      [0.9, 10.3, 0.8894885207435629],
      [0.95, 60, 0.9978393930322164],
    ] as const) {
      expect(constantServiceWaitUpTo(rate, 1, time) / upTo).toBeCloseTo(1, 12);
      expect(constantServiceWaitUpTo(rate / 1_000, 1_000, 1_000 * time)).toBeCloseTo(upTo, 12);
    }
  });

  it("have the mean of Pollaczek and Khinchine", () => {
    let sum = 0;
    for (let time = 0.005; time < 60; time += 0.01) sum += (1 - constantServiceWaitUpTo(0.8, 1, time)) * 0.01;
    expect(sum).toBeCloseTo(2, 3);
  });

  it("have quantiles that invert them", () => {
    for (const share of [0.5, 0.9, 0.99]) {
      expect(constantServiceWaitUpTo(0.8, 1, constantServiceWaitQuantile(0.8, 1, share))).toBeCloseTo(share, 10);
    }
    expect(constantServiceWaitQuantile(0.8, 1, 0.1)).toBe(0);
  });

  it("refuse values out of range", () => {
    expect(() => constantServiceWaitUpTo(1, 1, 2)).toThrow("no steady state");
    expect(() => constantServiceWaitUpTo(0.5, 1, 1e6)).toThrow("up to 20000 services is needed; got 1000000");
    expect(() => constantServiceWaitQuantile(0.5, 1, 1)).toThrow("from 0 to less than 1");
  });
});
