import { expect, it } from "vitest";
import { naturalLogarithm, roughLogarithm, roughLogarithmError } from "./logarithm.ts";
import { keyedRandom } from "./random.ts";

it("agrees with the engine's logarithm within two units in the last place", () => {
  const random = keyedRandom(1);
  for (let n = 0; n < 20_000; n += 1) {
    const x = (random.unit(1, n) + 2 ** -53) * 2 ** (random.below(200, 2, n) - 100);
    const exact = Math.log(x);
    expect(Math.abs(naturalLogarithm(x) - exact)).toBeLessThanOrEqual(Math.max(Math.abs(exact), 2 ** -20) * 2 ** -51);
  }
});

it("is exact where it can be", () => {
  expect(naturalLogarithm(1)).toBe(0);
  expect(naturalLogarithm(2)).toBe(Math.LN2);
});

it("refuses what has no logarithm", () => {
  for (const x of [0, -1, NaN, Infinity, 2 ** -1074]) expect(() => naturalLogarithm(x)).toThrow(RangeError);
});

it("has a quick version for whole numbers that is as near as it says", () => {
  const random = keyedRandom(2);
  const edges = [1, 2, 3, 255, 256, 257, 2 ** 27 - 1, 2 ** 27, 2 ** 32 - 1];
  const drawn = Array.from({ length: 20_000 }, (_, n) => 1 + (random.u32(1, n) >>> (n % 32)));
  for (const x of [...edges, ...drawn.filter((some) => some < 2 ** 32)]) {
    expect(Math.abs(roughLogarithm(x) - naturalLogarithm(x))).toBeLessThan(roughLogarithmError / 10);
  }
});
