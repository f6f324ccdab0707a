import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCausal } from "./causal.ts";
import type { CausalPattern, CausalVerdict } from "./causal.ts";
import type { History, Operation } from "./history.ts";
import { isCausalByDefinition } from "./testing/naive-causal.ts";
import { writeHistory } from "./testing/write-history.ts";

describe("the bad patterns of Bouajjani et al., Table 2", () => {
  test("WriteCORead: a value that was replaced before, as far as the reader can know", () => {
    const verdict = checkCausal(
      writeHistory(`
        0 write 1    1..2
        1 read -> 1  3..4
        1 write 2    5..6
        2 read -> 2  7..8
        2 read -> 1  9..10
      `),
    );
    expect(verdict).toEqual({
      verdict: "violated",
      pattern: "WriteCORead",
      contradiction: {
        operations: [0, 1, 2, 3, 4],
        says:
          "The read of 1 by process 2 saw a value that the write of 2 by process 1 had replaced: " +
          "that write comes causally after the write of 1 by process 0, and before the read.",
      },
    });
  });

  test("WriteCOInitRead: the value at first, after a write one knows of", () => {
    const verdict = checkCausal(
      writeHistory(`
        0 x: write 1       1..2
        0 y: write 2       3..4
        1 y: read -> 2     5..6
        1 x: read -> null  7..8
      `),
    );
    expect(verdict).toMatchObject({ verdict: "violated", pattern: "WriteCOInitRead" });
    if (verdict.verdict === "violated") expect(verdict.contradiction.operations).toEqual([0, 1, 2, 3]);
  });

  test("ThinAirRead: a value that nothing wrote", () => {
    expect(checkCausal(writeHistory("0 read -> 7 1..2"))).toMatchObject({
      verdict: "violated",
      pattern: "ThinAirRead",
    });
    const failed = writeHistory("0 write 7 1..2 failed\n1 read -> 7 3..4");
    expect(checkCausal(failed)).toMatchObject({ verdict: "violated", pattern: "ThinAirRead" });
  });

  test("CyclicCO: an effect before its cause", () => {
    const verdict = checkCausal(
      writeHistory(`
        0 x: read -> 1   1..2
        0 y: write 2     3..4
        1 y: read -> 2   1..2
        1 x: write 1     3..4
      `),
    );
    expect(verdict).toMatchObject({ verdict: "violated", pattern: "CyclicCO" });
    if (verdict.verdict === "violated") expect(verdict.contradiction.operations).toEqual([0, 1, 2, 3]);
  });
});

test("concurrent writes may be seen in different orders", () => {
  const history = writeHistory(`
    0 write 1    1..2
    1 write 2    1..2
    2 read -> 1  3..4
    2 read -> 2  5..6
    3 read -> 2  3..4
    3 read -> 1  5..6
  `);
  expect(checkCausal(history)).toEqual({ verdict: "holds" });
});

test("a value that was written twice and read leaves it unknown", () => {
  const history = writeHistory(`
    0 write 1    1..2
    1 write 1    1..2
    2 read -> 1  3..4
  `);
  const verdict = checkCausal(history);
  expect(verdict.verdict).toBe("unknown");
  expect(checkCausal(history.slice(0, 2))).toEqual({ verdict: "holds" });
});

test("a compare-and-set leaves it unknown", () => {
  expect(checkCausal(writeHistory("0 cas 1 2 1..2"))).toEqual({
    verdict: "unknown",
    says: "Causal consistency is decided for reads and writes; operation 0 is a cas.",
  });
});

test("an open write counts where it was seen", () => {
  const seen = "0 write 1 1..\n1 read -> 1 3..4\n1 write 2 5..6\n2 read -> 2 7..8\n2 read -> 1 9..10";
  expect(checkCausal(writeHistory(seen))).toMatchObject({ verdict: "violated", pattern: "WriteCORead" });
  const unseen = "0 write 1 1..\n1 read -> null 3..4";
  expect(checkCausal(writeHistory(unseen))).toEqual({ verdict: "holds" });
});

test("has the verdict of the definition on small histories", () => {
  const tally: Record<CausalVerdict["verdict"] | CausalPattern, number> = {
    holds: 0,
    violated: 0,
    unknown: 0,
    CyclicCO: 0,
    ThinAirRead: 0,
    WriteCOInitRead: 0,
    WriteCORead: 0,
  };
  fc.assert(
    fc.property(smallReadWriteHistory, (history) => {
      const verdict = checkCausal(history);
      tally[verdict.verdict] += 1;
      expect(verdict.verdict).toBe(isCausalByDefinition(history) ? "holds" : "violated");
      if (verdict.verdict !== "violated") return;
      const core = verdict.contradiction.operations.map((index) => history[index]!);
      tally[verdict.pattern] += 1;
      expect(isCausalByDefinition(core)).toBe(false);
    }),
    { numRuns: 8_000, seed: 5 },
  );
  expect(tally.unknown).toBe(0);
  for (const pattern of ["holds", "CyclicCO", "WriteCOInitRead", "WriteCORead"] as const) {
    expect(tally[pattern], pattern).toBeGreaterThan(30);
  }
});

/** Up to five reads and writes by up to three processes on two registers; every value is written once. */
const smallReadWriteHistory: fc.Arbitrary<History> = fc
  .array(
    fc.record({
      process: fc.integer({ min: 0, max: 2 }),
      key: fc.constantFrom("x", "x", "x", "y"),
      read: fc.constantFrom(true, true, false),
      seen: fc.integer({ min: 0, max: 4 }),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((steps) => {
    const writes = steps.map(({ key, read }, index) => ({ key, value: index + 1, read })).filter(({ read }) => !read);
    return steps.map(({ process, key, read, seen }, index): Operation => {
      const candidates = writes.filter((write) => write.key === key);
      const value = candidates[seen]?.value ?? candidates[seen - 2]?.value ?? null;
      const times = { called: 2 * index, returned: 2 * index + 1, outcome: "ok" } as const;
      return read
        ? { process, f: "read", key, input: null, output: value, ...times }
        : { process, f: "write", key, input: index + 1, output: null, ...times };
    });
  });
