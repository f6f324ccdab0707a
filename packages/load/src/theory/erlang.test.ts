import { describe, expect, it } from "vitest";
import { erlangB, erlangC } from "./erlang.ts";

/** Σ a^k/k! by definition, with 40 digits: servers, load, B, C. */
const known = [
  [1, 0.5, 0.333333333333333, 0.5],
  [2, 1, 0.2, 0.333333333333333],
  [10, 8, 0.121661064252952, 0.409180150796444],
  [100, 84, 0.00987252860920078, 0.0586627671127723],
  [500, 450, 0.00123445313537345, 0.0122088896349311],
] as const;

describe("Erlang's formulas", () => {
  it("agree with their definitions, for hundreds of servers too", () => {
    for (const [servers, load, lost, waiting] of known) {
      expect(erlangB(servers, load) / lost).toBeCloseTo(1, 12);
      expect(erlangC(servers, load) / waiting).toBeCloseTo(1, 12);
    }
  });

  it("have plain ends", () => {
    expect(erlangB(0, 3)).toBe(1);
    expect(erlangB(3, 0)).toBe(0);
    expect(erlangB(1, 1e6)).toBeCloseTo(1, 5);
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 15);
  });

  it("refuse what they do not hold for", () => {
    expect(() => erlangB(1.5, 1)).toThrow("The number of servers is a whole number, at least 0; got 1.5.");
    expect(() => erlangB(2, -1)).toThrow("The load is 0 or more; got -1.");
    expect(() => erlangC(0, 0)).toThrow("at least 1; got 0");
    expect(() => erlangC(4, 5)).toThrow("There is no steady state: the work offered is 125 % of what can be done.");
    expect(() => erlangC(4, 4)).toThrow("100 %");
    expect(() => erlangC(4, NaN)).toThrow("The load is 0 or more; got NaN.");
  });
});
