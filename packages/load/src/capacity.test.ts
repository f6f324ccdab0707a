import { expect, test } from "vitest";
import { checkCapacity, finishTime } from "./capacity.ts";

const halfFrom100To200 = [
  { from: 100, share: 0.5 },
  { from: 200, share: 1 },
];

test("at full speed, work takes as long as it says", () => {
  expect(finishTime([], 70, 30)).toBe(100);
  expect(finishTime(halfFrom100To200, 70, 30)).toBe(100);
});

test("work that meets a dip goes on slower, and at full speed after it", () => {
  // 30 before the dip, then 20 at half speed.
  expect(finishTime(halfFrom100To200, 70, 50)).toBe(140);
  // 30 before the dip, 50 in its 100, the last 20 after it.
  expect(finishTime(halfFrom100To200, 70, 100)).toBe(220);
  expect(finishTime(halfFrom100To200, 300, 40)).toBe(340);
});

test("work stands still at share 0 and ends after it", () => {
  const stop = [
    { from: 100, share: 0 },
    { from: 200, share: 1 },
  ];
  expect(finishTime(stop, 90, 10)).toBe(100);
  expect(finishTime(stop, 90, 11)).toBe(201);
  expect(finishTime(stop, 150, 10)).toBe(210);
});

test("steps that go back, negative shares and an endless standstill are refused", () => {
  expect(() => checkCapacity(halfFrom100To200.toReversed())).toThrow("Capacity steps go forward");
  expect(() => checkCapacity([{ from: 0, share: -1 }])).toThrow("A share of capacity is 0 or more; got -1.");
  expect(() => checkCapacity([{ from: 0, share: 0 }])).toThrow("add a step that restores it");
});
