import { describe, expect, it } from "vitest";
import { constant, exponential, meanOf, sample, uniform } from "./distribution.ts";
import { keyedRandom } from "./random.ts";

describe.each([constant(700), uniform(100, 900), exponential(1_000), exponential(5_000, 2_000)])(
  "%o",
  (distribution) => {
    const random = keyedRandom(11);
    const draws = Array.from({ length: 50_000 }, (_, id) => sample(distribution, random.unit(1, id)));

    it("has the mean it says it has", () => {
      const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
      expect(Math.abs(mean - meanOf(distribution))).toBeLessThan(meanOf(distribution) * 0.02);
    });

    it("gives whole microseconds from its minimum on", () => {
      const least = "min" in distribution ? (distribution.min ?? 0) : 0;
      expect(draws.every((draw) => Number.isInteger(draw) && draw >= least)).toBe(true);
    });
  },
);

it("has an exponential tail: a share of 1/e lies beyond the mean", () => {
  const random = keyedRandom(12);
  let beyond = 0;
  for (let id = 0; id < 50_000; id += 1) if (sample(exponential(10_000), random.unit(1, id)) > 10_000) beyond += 1;
  expect(Math.abs(beyond / 50_000 - 1 / Math.E)).toBeLessThan(0.01);
});
