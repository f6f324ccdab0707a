import { expect, test } from "vitest";
import { checkLinearizable } from "./linearizable.ts";
import type { SequentialModel } from "./model.ts";
import { illegal } from "./model.ts";
import { models } from "./models/models.ts";
import type { ModelName } from "./models/models.ts";
import { checkSequential } from "./sequential.ts";
import { writeHistory } from "./testing/write-history.ts";

/** The lines that contradict each other are marked with a star; other lines are noise. */
function expectContradiction(model: ModelName, drawing: string, says: string, check = checkLinearizable): void {
  const lines = drawing.split("\n").filter((line) => line.trim() !== "");
  const marked = lines.filter((line) => line.includes("*")).map((line) => line.replace("*", " "));
  const history = writeHistory(lines.map((line) => line.replace("*", " ")).join("\n"));
  const verdict = check(history, models[model]);
  if (verdict.verdict !== "violated") throw new Error(`The verdict is ${verdict.verdict}.`);
  const core = verdict.contradiction.operations.map((index) => history[index]);
  expect(core).toEqual(writeHistory(marked.join("\n")));
  expect(verdict.contradiction.says).toBe(says);
}

test("a read of what was overwritten", () => {
  expectContradiction(
    "register",
    `
    * 0 write 1    1..2
    * 1 write 2    3..4
      2 read -> 2  5..6
    * 3 read -> 1  7..8
    `,
    "The read of 1 by process 3 began after the write of 2 by process 1 had ended, " +
      "and that one began after the write of 1 by process 0 had ended.",
  );
});

test("a read that is older than what someone has seen, while the write is still under way", () => {
  expectContradiction(
    "register",
    `
    * 0 write 1    1..2
    * 1 write 2    3..
    * 2 read -> 2  5..6
    * 3 read -> 1  7..8
    `,
    "The read of 1 by process 3 began after the read of 2 by process 2 had ended, " +
      "and that one began after the write of 1 by process 0 had ended.",
  );
});

test("a read of the value at first, after a write", () => {
  expectContradiction(
    "register",
    `
    * 0 write 1       1..2
    * 1 read -> null  3..4
      0 write 3       5..6
    `,
    "The read of null by process 1 began after the write of 1 by process 0 had ended, and nothing wrote null before.",
  );
});

test("a value out of nowhere", () => {
  expectContradiction(
    "register",
    `
      0 write 1    1..2
    * 1 read -> 7  3..4
      0 write 7    5..6
    `,
    "The read of 7 by process 1 has no source: no operation can have written 7 before it.",
  );
});

test("two writes under way at once, seen in opposite orders", () => {
  expectContradiction(
    "register",
    `
    * 0 write 1    1..
    * 1 write 2    1..
    * 2 read -> 1  2..3
    * 2 read -> 2  4..5
    * 3 read -> 1  6..7
    `,
    "The read of 1 by process 3 began after the read of 2 by process 2 had ended, and that one began after " +
      "the read of 1 by process 2 had ended; the first and the last of the three can only have seen " +
      "the write of 1 by process 0.",
  );
});

test("one value replaced twice", () => {
  expectContradiction(
    "cas-register",
    `
    * 0 write 1    1..2
    * 1 cas 1 2    3..6
    * 2 cas 1 3    3..6
    `,
    "The cas from 1 to 2 by process 1 and the cas from 1 to 3 by process 2 both replaced the write of 1 by process 0.",
  );
});

test("a lost append", () => {
  expectContradiction(
    "kv",
    `
    * 0 x: append a    1..2
    * 1 x: append b    3..4
      0 y: append c    3..4
    * 2 x: get -> a    5..6
    `,
    'On key "x", the get of "a" by process 2 began after the append of "b" by process 1 had ended, ' +
      "yet its answer does not contain it, and nothing that could have replaced it shows in the answer either.",
  );
});

test("sequential consistency: a process that goes back", () => {
  expectContradiction(
    "register",
    `
    * 0 write 1    1..2
    * 0 write 2    3..4
    * 1 read -> 2  5..6
    * 1 read -> 1  7..8
      2 read -> 1  9..10
    `,
    "The read of 1 by process 1 came after the read of 2 by process 1 in the order of that process; " +
      "the former can only have seen the write of 1 by process 0, the latter the write of 2 by process 0, " +
      "and of these two writes the former had ended when the latter began.",
    checkSequential,
  );
});

test("a model of the user's own, without evidence: all that changes the state stays", () => {
  const counter: SequentialModel<number> = {
    initial: 0,
    step: (state, { f, output }) => {
      if (f === "add") return state + 1;
      return output === undefined || output === state ? state : illegal;
    },
    stateKey: (state) => state,
    readOnly: ({ f }) => f === "read",
  };
  const history = writeHistory("0 add 1..2\n1 read -> 1 3..4\n0 add 5..6\n1 read -> 1 7..8");
  const verdict = checkLinearizable(history, counter);
  expect(verdict).toMatchObject({
    verdict: "violated",
    contradiction: {
      operations: [0, 2, 3],
      says:
        "No order of these 3 operations keeps real time and makes every answer right: " +
        "add → ? (process 0), add → ? (process 0), read → 1 (process 1).",
    },
  });
});
