import fc from "fast-check";
import { expect, test } from "vitest";
import { Core } from "./core.ts";
import { models } from "./models/models.ts";
import type { ModelName } from "./models/models.ts";
import { processOrder, realTime } from "./ordering.ts";
import { whole } from "./parts.ts";
import { hasOrder, precedesInProcess, precedesInRealTime } from "./testing/naive-order.ts";
import { smallHistory } from "./testing/small-history.ts";

const names = Object.keys(models) as ModelName[];

/** What makes a core a proof: leaving operations out must not make a contradiction where there was none. */
test.each(names)("%s: leaving out operations makes no contradiction", (name) => {
  const model = models[name];
  let smaller = 0;
  fc.assert(
    fc.property(
      smallHistory(model, { operationsMax: 7, keyed: true }),
      fc.array(fc.nat(6), { maxLength: 5 }),
      (history, leftOut) => {
        const happened = [...history.keys()].filter((index) => history[index]!.outcome !== "fail");
        for (const [ordering, precedes] of [
          [realTime, precedesInRealTime],
          [processOrder, precedesInProcess],
        ] as const) {
          if (!hasOrder(history, model, precedes)) continue;
          const core = new Core(history, happened, whole(model), ordering);
          const kept = core.closed(happened.filter((index) => !leftOut.includes(index)));
          if (kept.length > 0 && kept.length < happened.length) smaller += 1;
          const operations = kept.map((index) => history[index]!);
          expect(hasOrder(operations, model, precedes)).toBe(true);
        }
      },
    ),
    { numRuns: 2_000, seed: 7 },
  );
  expect(smaller).toBeGreaterThan(500);
});
