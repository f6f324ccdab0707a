import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./paths.mjs";
import { countTests } from "./steps.mjs";

const file = (status: string, ...statuses: string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: statuses.map((each, index) => ({
    fullName: `test ${index}`,
    status: each,
    failureMessages: [] as string[],
  })),
});
const report = (...testResults: ReturnType<typeof file>[]) => ({ testResults });

describe("countTests", () => {
  it("counts what passed and failed and names what was skipped in any way", () => {
    const counted = countTests(report(file("failed", "passed", "failed", "passed", "skipped", "todo", "pending")), 1);
    expect(counted).toMatchObject({ passed: 2, failed: 1, skipped: ["test 3", "test 4", "test 5"] });
  });

  it("counts a file that does not load as one failure, beside those of other files", () => {
    const counted = countTests(report(file("failed"), file("failed", "failed", "passed")), 1);
    expect(counted).toMatchObject({ passed: 1, failed: 2, skipped: [] });
  });

  it("counts an error outside any test as one failure", () => {
    expect(countTests(report(file("passed", "passed")), 1)).toMatchObject({ passed: 1, failed: 1, skipped: [] });
    expect(countTests(undefined, 1)).toMatchObject({ passed: 0, failed: 1, skipped: [] });
  });

  it("names each test that failed, with what it said, and each file that did not load", () => {
    const unloaded = { ...file("failed"), message: "SyntaxError: no" };
    const wrong = { ...file("failed", "passed", "failed"), name: path.join(root, "packages/b.test.ts") };
    wrong.assertionResults[1] = { ...wrong.assertionResults[1]!, failureMessages: ["expected 1 to be 2\n at line 3"] };
    expect(countTests(report({ ...unloaded, name: path.join(root, "a.test.ts") }, wrong), 1).failures).toEqual([
      "a.test.ts\n    SyntaxError: no",
      "packages/b.test.ts test 1\n    expected 1 to be 2\n     at line 3",
    ]);
  });

  it("does not take a Vitest that ended without a report for a success", () => {
    expect(countTests(undefined, 0).failed).toBe(1);
  });
});
