import { describe, expect, it } from "vitest";
import { studentTCentralProbability, studentTQuantile } from "./student-t.ts";

/** From the incomplete beta function, with 30 digits. */
const known: readonly (readonly [probability: number, freedom: number, quantile: number])[] = [
  [0.9, 1, 3.0776835371753],
  [0.9, 2, 1.8856180831641],
  [0.9, 19, 1.3277282090268],
  [0.9, 201, 1.2857775925323],
  [0.975, 1, 12.706204736175],
  [0.975, 3, 3.1824463052837],
  [0.975, 4, 2.7764451051978],
  [0.975, 30, 2.0422724563012],
  [0.975, 199, 1.9719565442518],
  [0.975, 200, 1.9718962236339],
  [0.975, 201, 1.9718365067799],
  [0.975, 1_000, 1.9623390808264],
  [0.995, 7, 3.4994832973505],
  [0.995, 1_000, 2.580754698066],
  [0.9999, 1, 3183.0987571182],
  [0.9999, 4, 13.033671720896],
  [0.9999, 30, 4.233985957272],
  [0.9999, 201, 3.788766206977],
];

describe("studentTQuantile", () => {
  it("agrees with the incomplete beta function", () => {
    for (const [probability, freedom, quantile] of known) {
      expect(Math.abs(studentTQuantile(probability, freedom) / quantile - 1)).toBeLessThan(1e-9);
    }
  });

  it("is the inverse of the distribution, and odd about one half", () => {
    for (const freedom of [1, 2, 5, 50, 200]) {
      for (const probability of [0.6, 0.8, 0.95, 0.999]) {
        const t = studentTQuantile(probability, freedom);
        expect(studentTCentralProbability(t, freedom)).toBeCloseTo(2 * probability - 1, 12);
        expect(studentTQuantile(1 - probability, freedom)).toBeCloseTo(-t, 9);
      }
    }
    expect(studentTQuantile(0.5, 3)).toBe(0);
  });

  it("refuses other probabilities and degrees of freedom", () => {
    for (const probability of [0, 1, NaN, 0.000_09]) {
      expect(() => studentTQuantile(probability, 3)).toThrow("A probability from 0.0001 to 0.9999 is needed");
    }
    for (const freedom of [0, 1.5, NaN]) {
      expect(() => studentTQuantile(0.9, freedom)).toThrow("Degrees of freedom are a whole number, at least 1");
    }
  });
});

describe("studentTCentralProbability", () => {
  it("is Cauchy's for one degree and algebraic for two", () => {
    expect(studentTCentralProbability(1, 1)).toBeCloseTo(0.5, 14);
    expect(studentTCentralProbability(Math.SQRT2, 2)).toBeCloseTo(Math.SQRT1_2, 14);
    expect(studentTCentralProbability(0, 7)).toBe(0);
    expect(studentTCentralProbability(Infinity, 7)).toBe(1);
  });

  it("refuses a negative t", () => {
    expect(() => studentTCentralProbability(-1, 3)).toThrow("t is 0 or more; got -1.");
  });
});
