import { expect, test } from "vitest";
import { percentile } from "./service-run.ts";

test("a percentile is the smallest value that enough values do not exceed", () => {
  const values = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(values, 50)).toBe(50);
  expect(percentile(values, 99)).toBe(99);
  expect(percentile(values, 100)).toBe(100);
  expect(percentile(Float64Array.of(7), 1)).toBe(7);
  expect(percentile(new Float64Array(), 99)).toBeUndefined();
});
