import { describe, expect, it } from "vitest";
import { countTests } from "./steps.mjs";

const file = (status: string, ...statuses: string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: statuses.map((each, index) => ({ fullName: `test ${index}`, status: each })),
});
const report = (...testResults: ReturnType<typeof file>[]) => ({ testResults });

describe("countTests", () => {
  it("counts what passed and failed and names what was skipped in any way", () => {
    const counted = countTests(report(file("failed", "passed", "failed", "passed", "skipped", "todo", "pending")), 1);
    expect(counted).toEqual({ passed: 2, failed: 1, skipped: ["test 3", "test 4", "test 5"] });
  });

  it("counts a file that does not load as one failure, beside those of other files", () => {
    const counted = countTests(report(file("failed"), file("failed", "failed", "passed")), 1);
    expect(counted).toEqual({ passed: 1, failed: 2, skipped: [] });
  });

  it("counts an error outside any test as one failure", () => {
    expect(countTests(report(file("passed", "passed")), 1)).toEqual({ passed: 1, failed: 1, skipped: [] });
    expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: [] });
  });

  it("does not take a Vitest that ended without a report for a success", () => {
    expect(countTests(undefined, 0).failed).toBe(1);
  });
});
