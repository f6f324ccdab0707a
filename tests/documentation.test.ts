import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** The examples in `docs` that are marked `ts run` do run, and print what the text says they print. */

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));

interface Example {
  readonly page: string;
  readonly code: string;
  /** What the sentence after the example says in code marks after "It prints". */
  readonly prints: string;
}

const examples: readonly Example[] = pages.flatMap((page) => {
  const text = readFileSync(join(root, "docs", page), "utf8");
  return [...text.matchAll(/```ts run\n(.*?)```\s+It prints `([^`]+)`/gs)].map(([, code, prints]) => ({
    page,
    code: code!,
    prints: prints!,
  }));
});

function run(code: string): string {
  const cache = join(root, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "example-"));
  try {
    writeFileSync(join(folder, "example.ts"), code);
    return execFileSync(process.execPath, [join(folder, "example.ts")], { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the documentation's examples", () => {
  it("are found: every block that is marked to run says what it prints", () => {
    const marked = pages.flatMap((page) => readFileSync(join(root, "docs", page), "utf8").match(/```ts run/g) ?? []);
    expect(examples.length).toBe(marked.length);
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(examples.map((example) => [example.page, example] as const))("%s", (_page, { code, prints }) => {
    expect(run(code)).toContain(prints);
  });
});
