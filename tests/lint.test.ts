import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commandOf, inRoot } from "../tools/paths.mjs";

/** Code that the linter has to refuse: the rule, where the code stands, the code, and what the message must name. */
const refused: readonly [rule: string, path: string, code: string, mend: string][] = [
  ["no-restricted-globals", "packages/engine/src/date.ts", "export const now = new Date();", "ctx.now()"],
  ["no-restricted-globals", "packages/engine/src/clock.ts", "export const now = performance.now();", "ctx.monotonic()"],
  ["no-restricted-globals", "packages/engine/src/timer.ts", "setTimeout(() => undefined, 1);", "ctx.timer()"],
  ["no-restricted-globals", "packages/load/src/log.ts", 'console.log("here");', "ctx.log()"],
  ["no-restricted-globals", "packages/lab/src/host.ts", "export const home = process.env;", "as an argument"],
  ["no-restricted-properties", "packages/systems/src/chance.ts", "export const x = Math.random();", "keyedRandom"],
  ["no-restricted-properties", "packages/kernel/src/log.ts", "export const x = Math.log(2);", "naturalLogarithm"],
  ["no-restricted-properties", "book/power.ts", "export const x = Math.pow(0.999, 20);", "whole numbers"],
  ["no-explicit-any", "packages/check/src/any.ts", "export const x = (y: any): unknown => y;", ""],
  ["no-floating-promises", "packages/server/src/promise.ts", "Promise.resolve(1);", ""],
  ["no-default-export", "packages/content/src/default.ts", "export default 1;", ""],
  ["no-cycle", "packages/check/src/one.ts", 'export { two } from "./two.ts";\nexport const one = 1;', ""],
  ["filename-case", "packages/check/src/CamelCase.ts", "export const x = 1;", ""],
  ["max-lines", "packages/check/src/long-file.ts", `export const x = [\n${"  1,\n".repeat(400)}];`, ""],
  [
    "max-lines-per-function",
    "tools/long-function.ts",
    `export function f(): number {\n${"f();\n".repeat(71)}return 1;\n}`,
    "",
  ],
];

/** Code in its place that the linter has to let pass. */
const accepted: readonly [path: string, code: string][] = [
  ["packages/lab/src/node/clock.ts", "export const startedAt = Date.now();"],
  ["packages/engine/src/root.ts", "export const x = Math.sqrt(2) + Math.floor(2.5);"],
  ["packages/engine/src/clock.test.ts", "export const before = performance.now();"],
  ["packages/check/src/two.ts", 'export { one } from "./one.ts";\nexport const two = 2;'],
  ["packages/engine/src/entry.ts", "export const x = (list: Int32Array): number => list[0]!;"],
];

interface Finding {
  readonly code: string;
  readonly filename: string;
  readonly message: string;
  readonly help?: string;
}

describe("the linter, as .oxlintrc.json sets it", () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-lint-"));
  const findings = lint(folder);

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(refused)("refuses by %s what stands in %s", async (rule, path, _, mend) => {
    const found = (await findings).filter(({ filename, code }) => filename === path && code.includes(`(${rule})`));
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ message, help }) => `${message} ${help ?? ""}`).join("\n")).toContain(mend);
  });

  it.each(accepted)("lets %s pass", async (path) => {
    const found = (await findings).filter(({ filename, code }) => filename === path && !code.includes("(no-cycle)"));
    expect(found).toEqual([]);
  });
});

async function lint(folder: string): Promise<Finding[]> {
  copyFileSync(inRoot(".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  copyFileSync(inRoot("tsconfig.base.json"), join(folder, "tsconfig.base.json"));
  writeFileSync(
    join(folder, "tsconfig.json"),
    '{ "extends": "./tsconfig.base.json", "compilerOptions": { "lib": ["esnext", "dom"] } }',
  );
  const cases = [...refused.map(([, path, code]) => [path, code] as const), ...accepted];
  for (const [path, code] of cases) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${code}\n`);
  }
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [commandOf("oxlint"), "--type-aware", "--format=json"], { cwd: folder }, (_, stdout) =>
      resolve(stdout),
    );
  });
  return (JSON.parse(output) as { diagnostics: Finding[] }).diagnostics;
}
