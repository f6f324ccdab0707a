import { expect, test } from "vitest";
import { outagesBefore, totalLength, whenAtLeast } from "./outages.ts";

const one = [
  { from: 0, to: 10 },
  { from: 20, to: 30 },
];
const other = [
  { from: 5, to: 15 },
  { from: 30, to: 40 },
];

test("parts in series are down when at least one is; outages that touch are one", () => {
  expect(whenAtLeast(1, [one, other])).toEqual([
    { from: 0, to: 15 },
    { from: 20, to: 40 },
  ]);
});

test("copies are down when all are", () => {
  expect(whenAtLeast(2, [one, other])).toEqual([{ from: 5, to: 10 }]);
  expect(whenAtLeast(3, [one, other])).toEqual([]);
});

test("nothing down gives nothing down", () => {
  expect(whenAtLeast(1, [])).toEqual([]);
  expect(whenAtLeast(1, [[], []])).toEqual([]);
});

test("it agrees with counting moment by moment", () => {
  const parts = [
    one,
    other,
    [{ from: 8, to: 25 }],
    [
      { from: 12, to: 13 },
      { from: 29, to: 31 },
    ],
  ];
  for (const count of [1, 2, 3, 4]) {
    const isDown = (moment: number): boolean =>
      parts.flat().filter(({ from, to }) => from <= moment && moment < to).length >= count;
    const expected = Array.from({ length: 45 }, (_, moment) => isDown(moment));
    const found = whenAtLeast(count, parts);
    expect(expected.map((_, moment) => found.some(({ from, to }) => from <= moment && moment < to))).toEqual(expected);
    expect(totalLength(found)).toBe(expected.filter(Boolean).length);
  }
});

test("what lies before an end is cut there", () => {
  expect(outagesBefore(25, one)).toEqual([
    { from: 0, to: 10 },
    { from: 20, to: 25 },
  ]);
  expect(outagesBefore(20, one)).toEqual([{ from: 0, to: 10 }]);
});
