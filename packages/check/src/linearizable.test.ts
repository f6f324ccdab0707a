import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flawInOrder } from "./certificate.ts";
import type { History } from "./history.ts";
import { checkLinearizable } from "./linearizable.ts";
import { illegal } from "./model.ts";
import type { SequentialModel } from "./model.ts";
import { models } from "./models/models.ts";
import type { ModelName } from "./models/models.ts";
import { hasOrder, precedesInRealTime } from "./testing/naive-order.ts";
import { smallHistory } from "./testing/small-history.ts";
import { writeHistory } from "./testing/write-history.ts";

const names = Object.keys(models) as ModelName[];

describe.each(names)("%s, against a search through all orders", (name) => {
  const model = models[name];

  test.each([false, true])("has the same verdict (several keys: %s)", (keyed) => {
    const tally = { holds: 0, violated: 0, unknown: 0 };
    fc.assert(
      fc.property(smallHistory(model, { operationsMax: 6, keyed }), (history) => {
        const verdict = checkLinearizable(history, model);
        tally[verdict.verdict] += 1;
        expect(verdict.verdict).toBe(hasOrder(history, model, precedesInRealTime) ? "holds" : "violated");
        if (verdict.verdict === "holds")
          expect(flawInOrder(history, model, verdict.order, "real-time")).toBeUndefined();
        if (verdict.verdict === "violated") expectCore(history, verdict.contradiction.operations);
      }),
      { numRuns: 4_000, seed: 2 },
    );
    expect(tally.holds).toBeGreaterThan(700);
    expect(tally.violated).toBeGreaterThan(700);
    expect(tally.unknown).toBe(0);
  });

  function expectCore(history: History, core: readonly number[]): void {
    const operations = core.map((index) => history[index]!);
    expect(hasOrder(operations, model, precedesInRealTime), JSON.stringify(operations)).toBe(false);
  }
});

describe("bounds", () => {
  const manyWrites = Array.from({ length: 14 }, (_, process) => `${process} x: append ${process % 2} 1..9`).join("\n");
  const hard = `${manyWrites}\n14 x: get -> 01010101011111 10..11`;

  test("a bound that is reached makes the verdict unknown, the same each time", () => {
    const first = checkLinearizable(writeHistory(hard), models.kv, { maxSteps: 50 });
    expect(first).toMatchObject({ verdict: "unknown" });
    if (first.verdict === "unknown") expect(first.says).toBe("No answer was found within the bound of 50 steps.");
    expect(checkLinearizable(writeHistory(hard), models.kv, { maxSteps: 50 })).toEqual(first);
  });

  test("the bound is named as it was given, its digits grouped, and with how many keys are open", () => {
    const many = writeHistory(["x", "y", "z"].map((key, process) => `${process} ${key}: put 1 1..2`).join("\n"));
    expect(checkLinearizable(many, models.kv, { maxSteps: 1 })).toMatchObject({
      says: "No answer was found within the bound of 1 step, with 3 of 3 keys undecided.",
    });
    expect(checkLinearizable(writeHistory(hard), models.kv, { maxSteps: 2_000 })).toMatchObject({
      says: "No answer was found within the bound of 2,000 steps.",
    });
  });

  test("a hard key does not hide the violation of another", () => {
    const history = writeHistory(`${hard}\n15 y: put 1 1..2\n15 y: get -> 2 3..4`);
    const verdict = checkLinearizable(history, models.kv, { maxSteps: 5_000 });
    expect(verdict).toMatchObject({
      verdict: "violated",
      contradiction: {
        says: 'On key "y", the get of 2 by process 15 has no source: no operation can have written 2 before it.',
      },
    });
  });

  test("without reduction the part that was searched is named", () => {
    const history = writeHistory("0 write 1 1..2\n0 write 2 3..4\n0 read -> 7 5..6\n0 write 3 7..8");
    expect(checkLinearizable(history, models.register, { reduce: false })).toMatchObject({
      verdict: "violated",
      contradiction: { operations: [0, 1, 2], says: "The first 3 operations have no legal order." },
    });
  });
});

test("a return and a call at the same position overlap", () => {
  expect(verdictOf("0 write 1 1..2\n1 read -> null 2..3")).toBe("holds");
  expect(verdictOf("0 write 1 1..2\n1 read -> null 3..4")).toBe("violated");
});

test("an empty history holds", () => {
  expect(checkLinearizable([], models.register)).toEqual({ verdict: "holds", order: [], steps: 0 });
});

test("a history that is none is refused", () => {
  const [one, other] = writeHistory("0 write 1 1..2\n1 write 2 3..4");
  expect(() => checkLinearizable([other!, one!], models.register)).toThrow(
    "Operation 1 was called at 1, before the one listed before it: sort by call.",
  );
  expect(() => checkLinearizable([{ ...one!, returned: 0 }], models.register)).toThrow(
    "Operation 0 was called at 1 but returned at 0.",
  );
  expect(() => checkLinearizable([{ ...one!, returned: Infinity }], models.register)).toThrow(
    'Operation 0 never returned, yet its outcome is "ok": make it "open".',
  );
});

test("a model of the user's own: a lock for each key", () => {
  const lock: SequentialModel<boolean> = {
    initial: false,
    step: (isHeld, { f }) => (isHeld === (f === "acquire") ? illegal : f === "acquire"),
    stateKey: (isHeld) => isHeld,
    partition: ({ key }) => key ?? null,
  };
  const sound = "0 a: acquire 1..2\n1 b: acquire 1..2\n0 a: release 3..6\n1 a: acquire 4..5";
  expect(checkLinearizable(writeHistory(sound), lock)).toMatchObject({ verdict: "holds", order: [0, 1, 2, 3] });
  const broken = "0 a: acquire 1..2\n1 a: acquire 3..4\n0 a: release 5..6";
  expect(checkLinearizable(writeHistory(broken), lock)).toMatchObject({ verdict: "violated" });
});

const verdictOf = (drawing: string): string => checkLinearizable(writeHistory(drawing), models.register).verdict;
