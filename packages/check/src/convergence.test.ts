import { expect, test } from "vitest";
import { checkConvergence } from "./convergence.ts";
import { writeHistory } from "./testing/write-history.ts";

const writes = `
  0 write 1    1..2
  1 write 2    1..3
  2 read -> 1  4..5
`;

test("all late reads agree on a value that was written", () => {
  const history = writeHistory(`${writes}\n 0 read -> 2 10..11\n 1 read -> 2 12..13`);
  expect(checkConvergence(history, { after: 10 })).toEqual({ verdict: "holds", values: [2] });
});

test("two late reads that disagree are named", () => {
  const history = writeHistory(`${writes}\n 0 read -> 2 10..11\n 1 read -> 1 12..13`);
  expect(checkConvergence(history, { after: 10 })).toEqual({
    verdict: "violated",
    contradiction: {
      operations: [3, 4],
      says: "Long after the last write, the read of 2 by process 0 and the read of 1 by process 1 do not agree.",
    },
  });
});

test("agreeing on a value that nothing wrote is no convergence", () => {
  const history = writeHistory(`${writes}\n 0 read -> 7 10..11`);
  expect(checkConvergence(history, { after: 10 })).toMatchObject({
    verdict: "violated",
    contradiction: { operations: [3], says: "The read of 7 by process 0 has no source: nothing wrote that value." },
  });
});

test("each key comes to a value of its own", () => {
  const history = writeHistory("0 a: put 1 1..2\n0 b: put 2 3..4\n1 a: get -> 1 10..11\n1 b: get -> 2 12..13");
  expect(checkConvergence(history, { after: 10 })).toEqual({ verdict: "holds", values: [1, 2] });
});

test("without late reads, or with late writes, nothing is known", () => {
  const history = writeHistory(writes);
  expect(checkConvergence(history, { after: 10 })).toEqual({
    verdict: "unknown",
    says: "No read was answered after position 10.",
  });
  expect(checkConvergence(history, { after: 1 })).toMatchObject({ verdict: "unknown" });
  expect(checkConvergence(writeHistory("0 cas 1 2 1..2"), { after: 0 })).toMatchObject({ verdict: "unknown" });
});
