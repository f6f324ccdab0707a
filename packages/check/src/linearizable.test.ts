import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flawInOrder } from "./certificate.ts";
import type { History } from "./history.ts";
import { checkLinearizable } from "./linearizable.ts";
import { models } from "./models/models.ts";
import type { ModelName } from "./models/models.ts";
import { hasOrder, precedesInRealTime } from "./testing/naive-order.ts";
import { smallHistory } from "./testing/small-history.ts";

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
