import { keyedRandom, seconds } from "@fieldbook/kernel";
import { expect, test } from "vitest";
import type { Dependency } from "./dependencies.ts";
import { simulateDependencies } from "./dependencies.ts";
import { availabilityOf, failureAndRepair, simulateOutages } from "./failure-and-repair.ts";
import { totalLength } from "./outages.ts";

const hour = seconds(3_600);
const year = 8_760 * hour;
const ordinary: Dependency = { availability: 0.99, meanTimeToRepair: hour, copies: 1, commonCause: 0, kind: "hard" };
const repeat = (count: number, change: Partial<Dependency> = {}): Dependency[] =>
  Array.from({ length: count }, () => ({ ...ordinary, ...change }));

/** Mean and half of the 99 % interval (Student's t, 29 degrees of freedom) over thirty seeds. */
function over30Seeds(measure: (seed: number) => number): { mean: number; half: number } {
  const values = Array.from({ length: 30 }, (_, seed) => measure(seed));
  const mean = values.reduce((sum, value) => sum + value, 0) / 30;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, half: 2.756 * Math.sqrt(squares / 29 / 30) };
}

const availability = (dependencies: readonly Dependency[], length = 5 * year) =>
  over30Seeds((seed) => 1 - totalLength(simulateDependencies(dependencies, length, seed).down) / length);

test("one process is up for MTTF / (MTTF + MTTR) of the time, whatever the times are", () => {
  for (const meanTimeToRepair of [hour / 4, hour, 8 * hour]) {
    const model = { meanTimeToFailure: 99 * hour, meanTimeToRepair };
    const up = over30Seeds((seed) => 1 - totalLength(simulateOutages(model, year, keyedRandom(seed), 0)) / year);
    expect(up.half).toBeLessThan(0.01);
    expect(Math.abs(up.mean - availabilityOf(model))).toBeLessThan(up.half);
    // A formula that forgets the time of repair in the denominator is found out.
    if (meanTimeToRepair > hour) {
      expect(Math.abs(up.mean - (1 - meanTimeToRepair / model.meanTimeToFailure))).toBeGreaterThan(up.half / 2);
    }
  }
});

test("outages come in order, do not overlap and end with the run", () => {
  const outages = simulateOutages(failureAndRepair(0.5, hour), 1_000 * hour, keyedRandom(3), 0);
  expect(outages.length).toBeGreaterThan(300);
  let last = -1;
  for (const { from, to } of outages) {
    expect(from).toBeGreaterThan(last);
    expect(to).toBeGreaterThan(from);
    last = to;
  }
  expect(last).toBeLessThanOrEqual(1_000 * hour);
});

test("the mean outage lasts the mean time to repair", () => {
  const length = over30Seeds((seed) => {
    const outages = simulateOutages(failureAndRepair(0.99, 2 * hour), 10 * year, keyedRandom(seed), 0);
    return totalLength(outages) / outages.length / hour;
  });
  expect(Math.abs(length.mean - 2)).toBeLessThan(length.half);
  expect(length.half).toBeLessThan(0.1);
});

test("hard dependencies in series multiply; a sum of their times down would be too much", () => {
  const service = availability(repeat(10));
  expect(Math.abs(service.mean - 0.99 ** 10)).toBeLessThan(service.half);
  expect(Math.abs(service.mean - (1 - 10 * 0.01))).toBeGreaterThan(service.half);
});

test("soft ones leave the service up, degraded; perfect ones change nothing", () => {
  const mixed = [...repeat(3), ...repeat(4, { kind: "soft" }), ...repeat(5, { availability: 1 })];
  const service = availability(mixed);
  expect(Math.abs(service.mean - 0.99 ** 3)).toBeLessThan(service.half);
  const degraded = over30Seeds((seed) => simulateDependencies(mixed, year, seed).degraded / year);
  expect(Math.abs(degraded.mean - 0.99 ** 3 * (1 - 0.99 ** 4))).toBeLessThan(degraded.half);
});

test("copies fail together only as often as chance and common causes say", () => {
  const alone = availability(repeat(1, { availability: 0.9, copies: 2 }));
  expect(Math.abs(alone.mean - 0.99)).toBeLessThan(alone.half);
  const common = 1 - 0.2 * 0.1;
  const shared = availability(repeat(1, { availability: 0.9, copies: 2, commonCause: 0.2 }));
  expect(Math.abs(shared.mean - common * (1 - (1 - 0.9 / common) ** 2))).toBeLessThan(shared.half);
  const together = availability(repeat(1, { availability: 0.9, copies: 3, commonCause: 1 }));
  expect(Math.abs(together.mean - 0.9)).toBeLessThan(together.half);
});

test("a common cause changes nothing for a single copy", () => {
  const split = availability(repeat(1, { availability: 0.95, commonCause: 0.5 }));
  expect(Math.abs(split.mean - 0.95)).toBeLessThan(split.half);
});

test("each dependency keeps its outages whatever becomes of the others", () => {
  const before = simulateDependencies(repeat(5), year, 11);
  const after = simulateDependencies([{ ...ordinary, availability: 1 }, ...repeat(4, { kind: "soft" })], year, 11);
  expect(after.outages[0]).toEqual([]);
  expect(after.outages.slice(1)).toEqual(before.outages.slice(1));
  expect(after.down).toEqual([]);
});

test("the same seed gives the same run, another seed another", () => {
  expect(simulateDependencies(repeat(3), year, 1)).toEqual(simulateDependencies(repeat(3), year, 1));
  expect(simulateDependencies(repeat(3), year, 2).traceHash).not.toBe(
    simulateDependencies(repeat(3), year, 1).traceHash,
  );
});

test("the service is down at least as long as its worst hard dependency, at most as long as all together", () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const run = simulateDependencies(repeat(6), year / 4, seed);
    const each = run.outages.map(totalLength);
    expect(totalLength(run.down)).toBeGreaterThanOrEqual(Math.max(...each));
    expect(totalLength(run.down)).toBeLessThanOrEqual(each.reduce((sum, length) => sum + length, 0));
  }
});

test("values out of range are refused", () => {
  expect(() => simulateDependencies(repeat(2, { availability: 0 }), year, 1)).toThrow(
    "Dependency 1: an availability is above 0",
  );
  expect(() => simulateDependencies(repeat(1, { commonCause: 2 }), year, 1)).toThrow("a share lies from 0 to 1; got 2");
  expect(() => simulateDependencies(repeat(1, { copies: 0 }), year, 1)).toThrow("copies are a whole number from 1");
  expect(() => failureAndRepair(1, hour)).toThrow("An availability lies between 0 and 1; got 1.");
});
