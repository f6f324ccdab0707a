import { describe, expect, it } from "vitest";
import { shareOfServersWith, sojournWithChoices } from "./power-of-choices.ts";

describe("sojournWithChoices", () => {
  it("agrees with the series, done with 30 digits", () => {
    for (const [utilisation, choices, sojourn] of [
      [0.9, 1, 10],
      [0.9, 2, 2.61405737732388],
      [0.99, 2, 5.43199657916188],
      [0.95, 3, 2.53513347651765],
      [0.5, 5, 1.03125000093132],
      [0, 2, 1],
    ] as const) {
      expect(sojournWithChoices(utilisation, choices)).toBeCloseTo(sojourn, 12);
    }
    expect(sojournWithChoices(0.9, 2, 10)).toBeCloseTo(26.1405737732388, 10);
  });

  it("keeps Little's law with the lengths of the queues", () => {
    for (const choices of [1, 2, 4]) {
      let inside = 0;
      for (let length = 1; length < 500; length += 1) inside += shareOfServersWith(0.9, choices, length);
      expect(inside / 0.9).toBeCloseTo(sojournWithChoices(0.9, choices), 10);
    }
  });

  it("knows that a server is busy for the utilisation, whatever the choices", () => {
    expect(shareOfServersWith(0.7, 2, 0)).toBe(1);
    expect(shareOfServersWith(0.7, 5, 1)).toBeCloseTo(0.7, 15);
    expect(shareOfServersWith(0.7, 2, 4)).toBeCloseTo(0.7 ** 15, 15);
    expect(shareOfServersWith(0.7, 2, 10_000)).toBe(0);
  });

  it("refuses values out of range", () => {
    expect(() => sojournWithChoices(1, 2)).toThrow("from 0 to less than 1; got 1");
    expect(() => sojournWithChoices(0.5, 0)).toThrow("at least 1; got 0");
    expect(() => shareOfServersWith(0.5, 2, -1)).toThrow("at least 0; got -1");
  });
});
