import { describe, expect, it } from "vitest";
import { manyServers, sojournBeyond, sojournQuantile, waitBeyond, waitQuantile } from "./many-servers.ts";

const one = { arrivalRate: 0.8, meanService: 1 };
const ten = { arrivalRate: 8, meanService: 1, servers: 10 };

/** ∫ f over 0 to Infinity by the trapezoid rule, for a function that has gone by `end`. */
function integral(f: (time: number) => number, end: number, steps = 20_000): number {
  let sum = f(0) / 2;
  for (let at = 1; at < steps; at += 1) sum += f((at * end) / steps);
  return (sum * end) / steps;
}

describe("manyServers", () => {
  it("knows the knee of one server: waits of 4, 9 and 19 services", () => {
    for (const [arrivalRate, wait] of [
      [0.8, 4],
      [0.9, 9],
      [0.95, 19],
    ] as const) {
      expect(manyServers({ arrivalRate, meanService: 1 }).meanWait).toBeCloseTo(wait, 10);
    }
  });

  it("knows that one queue of ten beats ten queues 19.6 times", () => {
    expect(manyServers(ten).meanWait).toBeCloseTo(0.204590075398222, 12);
    expect(manyServers(one).meanWait / manyServers(ten).meanWait).toBeCloseTo(19.55, 2);
    expect(manyServers(ten).meanInside).toBeCloseTo(9.6367206, 6);
  });

  it("scales with the unit of time", () => {
    const slower = manyServers({ arrivalRate: 0.008, meanService: 1_000, servers: 10 });
    expect(slower.meanSojourn).toBeCloseTo(1_000 * manyServers(ten).meanSojourn, 8);
    expect(slower.meanWaiting).toBeCloseTo(manyServers(ten).meanWaiting, 10);
  });

  it("refuses a load without a steady state", () => {
    expect(() => manyServers({ arrivalRate: 12, meanService: 1, servers: 10 })).toThrow("120 %");
    expect(() => manyServers({ arrivalRate: 0, meanService: 1 })).toThrow("The rate of arrivals is above 0; got 0.");
    expect(() => manyServers({ arrivalRate: 1, meanService: -1 })).toThrow("The mean time of service is above 0");
  });
});

describe("waits and times in the system", () => {
  it("have the means that the figures say", () => {
    for (const queue of [one, ten, { arrivalRate: 1, meanService: 1, servers: 2 }]) {
      const { meanWait, meanSojourn } = manyServers(queue);
      expect(integral((time) => waitBeyond(queue, time), 200)).toBeCloseTo(meanWait, 3);
      expect(integral((time) => sojournBeyond(queue, time), 200)).toBeCloseTo(meanSojourn, 3);
    }
  });

  it("agree with a convolution of wait and service, done with 30 digits", () => {
    for (const [arrivalRate, servers, time, beyond] of [
      [0.8, 1, 5, 0.367879441171442],
      [8, 10, 2, 0.183217398957024],
      [8, 10, 7.5, 0.000779270346970448],
      // Here service and queue drain at the same rate, where the formula divides 0 by 0.
      [1, 2, 3, 0.0995741367357279],
      [1.7, 2, 0.4, 0.912009285058646],
    ] as const) {
      expect(sojournBeyond({ arrivalRate, meanService: 1, servers }, time) / beyond).toBeCloseTo(1, 12);
    }
  });

  it("have quantiles that invert them", () => {
    for (const share of [0.7, 0.9, 0.99, 0.9999]) {
      expect(waitBeyond(ten, waitQuantile(ten, share))).toBeCloseTo(1 - share, 12);
      expect(sojournBeyond(ten, sojournQuantile(ten, share))).toBeCloseTo(1 - share, 12);
    }
    // The 99th percentile of one server at 80 %: ln 100 / 0.2.
    expect(sojournQuantile(one, 0.99)).toBeCloseTo(Math.log(100) / 0.2, 9);
    expect(waitQuantile(ten, 0.5)).toBe(0);
    expect(sojournQuantile(one, 0)).toBeCloseTo(0, 12);
  });

  it("go to 0 far out", () => {
    expect(sojournBeyond(ten, 1e9)).toBe(0);
    expect(waitBeyond(one, 1e9)).toBe(0);
  });

  it("refuse negative times and shares of 1", () => {
    expect(() => waitBeyond(one, -1)).toThrow("The time is 0 or more; got -1.");
    expect(() => sojournQuantile(one, 1)).toThrow("The share is from 0 to less than 1; got 1.");
    expect(() => waitQuantile(one, 99)).toThrow("got 99");
  });
});
