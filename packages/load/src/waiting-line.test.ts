import { expect, test } from "vitest";
import { WaitingLine } from "./waiting-line.ts";

function drain(line: WaitingLine): number[] {
  const ids: number[] = [];
  for (let id = line.next(); id !== undefined; id = line.next()) ids.push(id);
  return ids;
}

test("first in, first out, across growth and wrap-around", () => {
  const line = new WaitingLine("fifo");
  for (let id = 0; id < 50; id += 1) line.join(id);
  for (let id = 0; id < 40; id += 1) expect(line.next()).toBe(id);
  for (let id = 50; id < 250; id += 1) line.join(id);
  expect(line.length).toBe(210);
  expect(drain(line)).toEqual(Array.from({ length: 210 }, (_, index) => index + 40));
});

test("last in, first out", () => {
  const line = new WaitingLine("lifo");
  for (let id = 0; id < 100; id += 1) line.join(id);
  expect(drain(line)).toEqual(Array.from({ length: 100 }, (_, index) => 99 - index));
  expect(line.next()).toBeUndefined();
});
