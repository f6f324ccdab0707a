import { describe, expect, it } from "vitest";
import { failsInTheEnd, layeredAttempts, meanAttempts, meanAttemptsWithBudget } from "./retries.ts";

describe("retries", () => {
  it("are a geometric series", () => {
    expect(meanAttempts(0.5, 3)).toBe(1.75);
    expect(meanAttempts(0, 3)).toBe(1);
    expect(meanAttempts(1, 3)).toBe(3);
    expect(meanAttempts(0.9, 100_000)).toBeCloseTo(10, 12);
    expect(meanAttempts(1 - 1e-13, 4)).toBeCloseTo(4, 10);
    expect(failsInTheEnd(0.1, 3)).toBeCloseTo(0.001, 15);
  });

  it("multiply over layers", () => {
    expect(layeredAttempts(3, 5)).toBe(243);
    expect(layeredAttempts(4, 3)).toBe(64);
    expect(layeredAttempts(3, 0)).toBe(1);
  });

  it("are held by a budget, which only counts where it is needed", () => {
    expect(meanAttemptsWithBudget(1, 3, 0.1)).toBe(1.1);
    expect(meanAttemptsWithBudget(0.01, 3, 0.1)).toBeCloseTo(1.0101, 12);
  });

  it("refuse values out of range", () => {
    expect(() => meanAttempts(1.1, 3)).toThrow("The share of failures is from 0 to 1; got 1.1.");
    expect(() => meanAttempts(0.5, 0)).toThrow("at least 1; got 0");
    expect(() => meanAttemptsWithBudget(0.5, 2, -0.1)).toThrow("0 or more; got -0.1");
  });
});
