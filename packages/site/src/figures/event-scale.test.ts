import fc from "fast-check";
import { expect, it } from "vitest";
import { eventScale } from "./event-scale.ts";

const times = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 60 });

it("keeps the order of all times and never lets two events fall together", () => {
  fc.assert(
    fc.property(times, (all) => {
      const { y, height } = eventScale(all, 0, 1_000_000);
      const stops = [...new Set([0, ...all, 1_000_000])].toSorted((one, other) => one - other);
      for (const [index, stop] of stops.entries()) {
        const before = stops[index - 1];
        if (before !== undefined) expect(y(stop) - y(before)).toBeGreaterThanOrEqual(2 - 1e-9);
      }
      expect(y(0)).toBe(0);
      expect(y(1_000_000)).toBeCloseTo(height);
      expect(height).toBeLessThanOrEqual(560 + 2 * stops.length);
    }),
  );
});

it("is proportional between events that lie close", () => {
  const { y, shortened } = eventScale([100, 200, 300, 400, 500, 600, 700, 800, 900], 0, 1_000);
  expect(shortened).toEqual([]);
  expect(y(750) - y(700)).toBeCloseTo(y(150) - y(100));
});

it("shortens a long stretch without events and says which", () => {
  const { y, shortened } = eventScale([10, 20, 30, 40, 50, 60, 9_000], 0, 9_010);
  expect(shortened).toEqual([{ from: 60, to: 9_000 }]);
  expect(y(9_000) - y(60)).toBe(30);
});

it("puts what lies outside at the edges", () => {
  const { y, height } = eventScale([5], 4, 6);
  expect([y(0), y(9)]).toEqual([0, height]);
});
