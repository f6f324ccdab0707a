import { expect, test } from "vitest";
import { describeOperation } from "./describe-operation.ts";
import { writeHistory } from "./testing/write-history.ts";

test.each([
  ["0 read -> 2 1..2", "read → 2"],
  ["0 read -> null 1..2", "read → null"],
  ["0 read 1..", "read → ?"],
  ["0 read 1..2", "read → ?"],
  ["0 read 1..2 failed", "read failed"],
  ["0 write 3 1..2", "write 3"],
  ["0 write null 1..2", "write null"],
  ["0 write 3 1..", "write 3 → ?"],
  ["0 cas 1 2 1..2", "cas 1→2"],
  ["0 cas 1 2 1..2 failed", "cas 1→2 failed"],
  ["0 x: get -> abc 1..2", 'get x → "abc"'],
  ["0 x: append abc 1..2", 'append x "abc"'],
])("%s", (drawing, words) => {
  expect(describeOperation(writeHistory(drawing)[0]!)).toBe(words);
});

test("a compare-and-set that was answered shows its answer only where that was no", () => {
  const [cas] = writeHistory("0 cas 1 2 1..2");
  expect(describeOperation({ ...cas!, output: true })).toBe("cas 1→2");
  expect(describeOperation({ ...cas!, output: false })).toBe("cas 1→2 → false");
});

test("of a long text the beginning and the end are shown", () => {
  const [get] = writeHistory("0 get -> a 1..2");
  const words = describeOperation({ ...get!, output: `${"a".repeat(500)}${"z".repeat(500)}` });
  expect(words).toBe(`get → "${"a".repeat(23)} … ${"z".repeat(23)}"`);
});
