import { describe, expect, it } from "vitest";
import { constant, drawSample, exponential, meanOf, sample, uniform } from "./distribution.ts";
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

describe("drawSample", () => {
  it.each([
    constant(700),
    uniform(1_000, 9_999),
    uniform(5, 5),
    uniform(0, 2 ** 40),
    exponential(3),
    exponential(5_500, 1_000),
    exponential(10 ** 9),
    exponential(0),
    exponential(1, 5),
  ])("gives what `sample` gives of the whole draw: %o", (distribution) => {
    const random = keyedRandom(13);
    const series = random.series(1, 2);
    const ids = Array.from({ length: 20_000 }, (_, id) => id);
    expect(ids.map((id) => drawSample(distribution, series, id))).toEqual(
      ids.map((id) => sample(distribution, random.unit(1, 2, id))),
    );
  });

  it("draws the rest where the upper half does not decide", () => {
    // 1 − unit is 2^−27 or less: the upper half alone leaves the logarithm open.
    const series = { u32: () => 0xffff_ffff, unit: () => 1 - 2 ** -40, chance: () => false };
    expect(drawSample(exponential(1_000), series, 0)).toBe(sample(exponential(1_000), 1 - 2 ** -40));
    // 2^13 values lie between one upper half and the next.
    const wide = { u32: () => 32, unit: () => 1.5 / 2 ** 27, chance: () => false };
    expect(drawSample(uniform(0, 2 ** 40 - 1), wide, 0)).toBe(1.5 * 2 ** 13);
  });
});
