import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flawInOrder } from "./certificate.ts";
import type { History } from "./history.ts";
import { checkSequential } from "./sequential.ts";
import { models } from "./models/models.ts";
import type { ModelName } from "./models/models.ts";
import { hasOrder, precedesInProcess } from "./testing/naive-order.ts";
import { smallHistory } from "./testing/small-history.ts";
import { writeHistory } from "./testing/write-history.ts";

const names = Object.keys(models) as ModelName[];

describe.each(names)("%s, against a search through all orders", (name) => {
  const model = models[name];

  test.each([false, true])("has the same verdict (several keys: %s)", (keyed) => {
    const tally = { holds: 0, violated: 0, unknown: 0 };
    fc.assert(
      fc.property(smallHistory(model, { operationsMax: 6, keyed }), (history) => {
        const verdict = checkSequential(history, model);
        tally[verdict.verdict] += 1;
        expect(verdict.verdict).toBe(hasOrder(history, model, precedesInProcess) ? "holds" : "violated");
        if (verdict.verdict === "holds") expect(flawInOrder(history, model, verdict.order, "process")).toBeUndefined();
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
    expect(hasOrder(operations, model, precedesInProcess), JSON.stringify(operations)).toBe(false);
  }
});

test("real time does not matter, the order of a process does", () => {
  const stale = writeHistory("0 write 1 1..2\n1 read -> null 3..4");
  expect(checkSequential(stale, models.register).verdict).toBe("holds");
  const own = writeHistory("0 write 1 1..2\n0 read -> null 3..4");
  expect(checkSequential(own, models.register).verdict).toBe("violated");
});

/** Linearizability is local, sequential consistency is not: Herlihy & Wing, ACM TOPLAS 12(3), 1990. */
test("keys that are each sequentially consistent need not be so together", () => {
  const together = writeHistory(`
    0 x: write 1      1..2
    0 y: read -> null 3..4
    1 y: write 1      1..2
    1 x: read -> null 3..4
  `);
  for (const key of ["x", "y"]) {
    const alone = together.filter((operation) => operation.key === key);
    expect(checkSequential(alone, models.register).verdict).toBe("holds");
  }
  const verdict = checkSequential(together, models.register);
  expect(verdict).toMatchObject({ verdict: "violated", contradiction: { operations: [0, 1, 2, 3] } });
});

test("two processes that each miss the other's write", () => {
  const history = writeHistory(`
    0 write 1    1..2
    1 write 2    1..2
    0 read -> 2  3..4
    1 read -> 1  3..4
  `);
  const verdict = checkSequential(history, models.register);
  expect(verdict).toMatchObject({
    verdict: "violated",
    contradiction: {
      operations: [0, 1, 2, 3],
      says:
        "The read of 2 by process 0 came after the write of 1 by process 0 in the order of that process; " +
        "the former can only have seen the write of 2 by process 1, and the read of 1 by process 1 came after " +
        "the write of 2 by process 1 in the order of that process.",
    },
  });
});
