import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { commandOf, pinnedNode, root } from "./paths.mjs";
import { Refusal } from "./refusal.mjs";
import { runProgram } from "./run-program.mjs";
import { buildSiteIfStale } from "./site.mjs";

/**
 * `failures`: a text for each test that failed, its name and what it said, of Vitest's steps.
 *
 * @typedef {{ passed: number, failed: number, skipped: string[], failures: string[] }} Tally
 */
/** @typedef {{ name: string, title: string, take: () => Promise<Tally> }} Step */

/** @returns {Tally} */
export const none = () => ({ passed: 0, failed: 0, skipped: [], failures: [] });

/** @param {boolean} passed @returns {Tally} */
const one = (passed) => ({ ...none(), passed: passed ? 1 : 0, failed: passed ? 0 : 1 });

/**
 * A step that passes when its program ends with exit code 0; what the program said is shown when it does not.
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @returns {() => Promise<Tally>}
 */
const passes = (program, programArguments) => async () => {
  const { exitCode, output } = await runProgram(program, programArguments);
  if (exitCode !== 0) process.stdout.write(`${output.trimEnd()}\n`);
  return one(exitCode === 0);
};

/** @param {string} command a command that a dependency brings @param {readonly string[]} commandArguments */
const tool = (command, ...commandArguments) => passes(pinnedNode, [commandOf(command), ...commandArguments]);

/**
 * @param {(() => Promise<Tally>)[]} parts counted each, taken one after the other
 * @returns {() => Promise<Tally>}
 */
const all =
  (...parts) =>
  async () => {
    const total = none();
    for (const part of parts) {
      const { passed, failed } = await part();
      total.passed += passed;
      total.failed += failed;
    }
    return total;
  };

const typePrograms = ["pure", "node", "web"].map((world) => tool("tsc", "-p", `tsconfig.${world}.json`));

const reporters = ["--reporter=default", "--reporter=json"];

/**
 * A step of Vitest, with each of its tests counted.
 *
 * @param {string} project of vitest.config.ts
 * @returns {() => Promise<Tally>}
 */
const vitest = (project) => async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fieldbook-tests-"));
  const report = path.join(folder, "report.json");
  try {
    const { exitCode } = await runProgram(
      pinnedNode,
      [commandOf("vitest"), "run", "--project", project, ...reporters, `--outputFile.json=${report}`],
      { show: true },
    );
    return countTests(fs.existsSync(report) ? readReport(report) : undefined, exitCode);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

/**
 * @typedef {object} TestResult
 * @property {string} fullName
 * @property {string} status
 * @property {string[]} [failureMessages]
 *
 * @typedef {object} VitestReport
 * @property {{ name: string, status: string, message?: string, assertionResults: TestResult[] }[]} testResults
 */

/** @param {string} file */
const readReport = (file) => /** @type {VitestReport} */ (JSON.parse(fs.readFileSync(file, "utf8")));

/** @param {string} file @param {string} name @param {readonly string[]} messages */
const describeFailure = (file, name, messages) =>
  [`${path.relative(root, file)} ${name}`.trim(), ...messages.join("\n").split("\n").slice(0, 6)].join("\n    ");

/**
 * A file that does not load counts as a failed test, and so does an error outside any test.
 *
 * @param {VitestReport | undefined} report absent when Vitest did not come to its end
 * @param {number} exitCode of Vitest
 * @returns {Tally}
 */
export function countTests(report, exitCode) {
  const tally = none();
  for (const { name, status, message, assertionResults } of report?.testResults ?? []) {
    const failing = assertionResults.filter((test) => test.status === "failed");
    const failed = failing.length;
    tally.failures.push(...failing.map((test) => describeFailure(name, test.fullName, test.failureMessages ?? [])));
    if (status === "failed" && failed === 0) tally.failures.push(describeFailure(name, "", [message ?? ""]));
    tally.passed += assertionResults.filter((test) => test.status === "passed").length;
    tally.failed += status === "failed" ? Math.max(1, failed) : failed;
    const others = assertionResults.filter((test) => test.status !== "passed" && test.status !== "failed");
    tally.skipped.push(...others.map((test) => test.fullName));
  }
  if (tally.failed === 0 && (exitCode !== 0 || report === undefined)) tally.failed = 1;
  return tally;
}

/** @returns {Promise<Tally>} */
async function buildSite() {
  try {
    await buildSiteIfStale();
    return one(true);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stdout.write(`${error.message}\n`);
    return one(false);
  }
}

/** What `npm test` does, in this order: what fails soonest comes first. @type {readonly Step[]} */
export const steps = [
  { name: "format", title: "Format (oxfmt)", take: tool("oxfmt", "--check") },
  { name: "lint", title: "Lint (oxlint)", take: tool("oxlint", "--type-aware", "--deny-warnings") },
  { name: "types", title: "Types of pure, Node and web code (tsc)", take: all(...typePrograms) },
  { name: "unused", title: "Unused files, exports and dependencies (knip)", take: tool("knip") },
  { name: "unit", title: "Unit tests (Vitest)", take: vitest("unit") },
  { name: "claims", title: "Every claim and every control of the book (Vitest)", take: vitest("claims") },
  { name: "site", title: "The handbook is built (Astro)", take: buildSite },
  { name: "browser", title: "Browser tests (Vitest, Chromium)", take: vitest("browser") },
];
