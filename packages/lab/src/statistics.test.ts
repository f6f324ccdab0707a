import { keyedRandom, naturalLogarithm } from "@fieldbook/kernel";
import { expect, it } from "vitest";
import { addValue, meanInterval, mergeMoments, noMoments, shareInterval } from "./statistics.ts";

it("gives Wilson's interval as published: 81 of 263 is 0.2553 to 0.3662 (Newcombe, Statistics in Medicine 17, 1998, table I)", () => {
  const { low, high } = shareInterval(81, 263);
  expect([low.toFixed(4), high.toFixed(4)]).toEqual(["0.2553", "0.3662"]);
});

it("stays within nought and one, and refuses what is no share", () => {
  expect(shareInterval(0, 20)).toMatchObject({ low: 0 });
  expect(shareInterval(20, 20)).toMatchObject({ high: 1 });
  for (const [part, runs] of [
    [1, 0],
    [-1, 5],
    [6, 5],
  ] as const)
    expect(() => shareInterval(part, runs)).toThrow(RangeError);
});

it("covers the true mean in 97 to 100 % of 400 samples of a skewed quantity", () => {
  let covered = 0;
  for (let sample = 0; sample < 400; sample += 1) {
    const random = keyedRandom(sample);
    let moments = noMoments;
    for (let n = 0; n < 200; n += 1) moments = addValue(moments, -naturalLogarithm(1 - random.unit(1, n)));
    const { low, high } = meanInterval(moments);
    if (low <= 1 && 1 <= high) covered += 1;
  }
  expect(covered / 400).toBeGreaterThan(0.965);
  expect(covered / 400).toBeLessThan(1);
});

it("merges moments into those of the whole", () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const whole = values.reduce(addValue, noMoments);
  const merged = mergeMoments(
    values.slice(0, 3).reduce(addValue, noMoments),
    values.slice(3).reduce(addValue, noMoments),
  );
  expect(merged.count).toBe(8);
  expect(merged.mean).toBeCloseTo(whole.mean, 12);
  expect(merged.squares).toBeCloseTo(whole.squares, 12);
  expect(mergeMoments(noMoments, noMoments)).toEqual(noMoments);
  expect(() => meanInterval(whole)).toThrow(/at least 30 runs; got 8/);
});
