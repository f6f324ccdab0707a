import { describe, expect, it } from "vitest";
import { drawsToSeeAll, kindsSeen, mostDefectsWithoutOne, unitsToMeet } from "./sampling.ts";

describe("how many to expose", () => {
  it("is 299 for a defect of 1 % and 95 % confidence", () => {
    expect(unitsToMeet(0.01, 0.95)).toBe(299);
    expect(1 - 0.99 ** 299).toBeGreaterThanOrEqual(0.95);
    expect(1 - 0.99 ** 298).toBeLessThan(0.95);
    expect(unitsToMeet(0.5, 0.95)).toBe(5);
    expect(unitsToMeet(1, 0.95)).toBe(1);
    // ln 20 / 10^−9, where 1 − p has lost half of the digits of p.
    expect(unitsToMeet(1e-9, 0.95) / 2_995_732_272).toBeCloseTo(1, 9);
  });

  it("is the rule of three the other way round", () => {
    expect(mostDefectsWithoutOne(300)).toBeCloseTo(0.00993607, 7);
    expect(mostDefectsWithoutOne(300) * 300).toBeCloseTo(3, 1);
    expect(mostDefectsWithoutOne(1, 0.9)).toBeCloseTo(0.9, 13);
  });

  it("refuses values out of range", () => {
    expect(() => unitsToMeet(0, 0.95)).toThrow("above 0 and up to 1; got 0");
    expect(() => unitsToMeet(0.1, 1)).toThrow("The confidence is above 0 and below 1; got 1.");
    expect(() => mostDefectsWithoutOne(0)).toThrow("at least 1; got 0");
  });
});

describe("the coupon collector", () => {
  it("needs n times a harmonic number", () => {
    expect(drawsToSeeAll(1)).toBe(1);
    expect(drawsToSeeAll(6)).toBeCloseTo(14.7, 12);
    expect(drawsToSeeAll(365)).toBeCloseTo(2_364.646, 3);
  });

  it("has seen so many kinds on the way", () => {
    expect(kindsSeen(6, 1)).toBeCloseTo(1, 13);
    expect(kindsSeen(6, 2)).toBeCloseTo(1 + 5 / 6, 13);
    expect(kindsSeen(1, 5)).toBe(1);
    expect(kindsSeen(3, 0)).toBe(0);
  });
});
