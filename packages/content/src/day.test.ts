import { expect, test } from "vitest";
import { addDays, isDay } from "./day.ts";

test("only days of the calendar are days", () => {
  expect(["2026-11-23", "2028-02-29"].every(isDay)).toBe(true);
  expect(["2026-02-29", "2026-13-01", "2026-1-1", "yesterday", ""].some(isDay)).toBe(false);
});

test("days are counted over months, years and leap days", () => {
  expect(addDays("2028-02-28", 2)).toBe("2028-03-01");
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(() => addDays("2026-02-30", 1)).toThrow(RangeError);
});
