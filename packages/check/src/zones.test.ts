import fc from "fast-check";
import { expect, test } from "vitest";
import { checkLinearizable } from "./linearizable.ts";
import { models } from "./models/models.ts";
import { hasOrder, precedesInRealTime } from "./testing/naive-order.ts";
import { smallHistory } from "./testing/small-history.ts";
import { writeHistory } from "./testing/write-history.ts";
import { findCrossedZones } from "./zones.ts";

const all = (history: readonly unknown[]): readonly number[] => [...history.keys()];

test("two values of which each was there before the other", () => {
  const history = writeHistory(`
    0 write 1    1..2
    0 write 2    3..4
    1 read -> 1  5..6
  `);
  expect(findCrossedZones(history, all(history), models.register)).toEqual([0, 1, 2]);
});

test("a value written twice has no zone", () => {
  const history = writeHistory(`
    0 write 1    1..2
    0 write 2    3..4
    2 write 1    1..9
    1 read -> 1  5..6
  `);
  expect(findCrossedZones(history, all(history), models.register)).toBeUndefined();
});

test("what crosses has no legal order", () => {
  let found = 0;
  fc.assert(
    fc.property(smallHistory(models["cas-register"], { operationsMax: 7, keyed: false }), (history) => {
      const crossed = findCrossedZones(history, all(history), models["cas-register"]);
      if (crossed === undefined) return;
      found += 1;
      const operations = crossed.map((index) => history[index]!);
      expect(hasOrder(operations, models["cas-register"], precedesInRealTime)).toBe(false);
      expect(hasOrder(history, models["cas-register"], precedesInRealTime)).toBe(false);
    }),
    { numRuns: 6_000, seed: 3 },
  );
  expect(found).toBeGreaterThan(150);
});

test("a long history with one stale read is decided where a search alone would not end", () => {
  const clients = 24;
  const drawing: string[] = [];
  for (let round = 0; round < 40; round += 1) {
    for (let client = 0; client < clients; client += 1) {
      drawing.push(`${client} write ${round * clients + client + 1} ${round * 10}..${round * 10 + 8}`);
    }
  }
  drawing.push(`0 read -> 5 400..401`);
  const verdict = checkLinearizable(writeHistory(drawing.join("\n")), models.register, { maxSteps: 100_000 });
  expect(verdict.verdict).toBe("violated");
  if (verdict.verdict === "violated") expect(verdict.contradiction.operations).toHaveLength(3);
});
