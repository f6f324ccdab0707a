import { expect, it } from "vitest";
import { milliseconds, seconds } from "./time.ts";

it("gives whole microseconds", () => {
  expect(milliseconds(2.5)).toBe(2_500);
  expect(seconds(0.000_000_4)).toBe(0);
  expect(seconds(3)).toBe(3_000_000);
});
