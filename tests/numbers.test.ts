import { claims } from "@fieldbook/book";
import { bookFolder, evidenceFolder } from "@fieldbook/book/folder";
import { assembleBook, numberProblem } from "@fieldbook/content";
import { readEvidence } from "@fieldbook/lab/node";
import { expect, it } from "vitest";

/** Every number of the text for which a claim answers, held against that claim's evidence. */

const byId = new Map(claims.map((claim) => [claim.id, claim]));

it.each(assembleBook(bookFolder, claims).parts.flatMap(({ chapters }) => chapters))(
  "$path quotes its claims' numbers as the evidence has them",
  ({ path, numbers }) => {
    expect(numbers.length).toBeGreaterThan(0);
    const problems = numbers.flatMap((number) => {
      const problem = numberProblem(number, byId.get(number.claim)!, readEvidence(evidenceFolder, number.claim));
      return problem === undefined ? [] : [`${path}:${String(number.line)}: ${problem}`];
    });
    expect(problems).toEqual([]);
  },
);
