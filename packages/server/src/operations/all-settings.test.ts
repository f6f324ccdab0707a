import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allSettings } from "./all-settings.ts";

const inRoot = (path: string): URL => new URL(`../../../../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(inRoot(path), "utf8");
const names = allSettings.map(({ name }) => name);

describe("the settings", () => {
  it("stand in one table of docs/running.md, each as it is here and no other", () => {
    const rows = read("docs/running.md")
      .split("\n")
      .filter((line) => /^\| `[A-Z_]+` /.test(line))
      .map((line) => line.replaceAll(/ +/g, " "));
    expect(rows).toEqual(
      allSettings.map(({ name, meaning, fallback }) => `| \`${name}\` | ${meaning} | ${fallback} |`),
    );
  });

  it("are all that the files for starting it name", () => {
    const others = new Set(["POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "NODE_ENV", "NODE_COMPILE_CACHE"]);
    const found = readdirSync(inRoot("deploy")).flatMap((file) => [
      ...read(`deploy/${file}`).matchAll(/\b(?:FIELDBOOK|OTEL|OIDC|DATABASE|POSTGRES|NODE|SMTP|MAIL)_[A-Z_]+\b/g),
    ]);
    const unknown = found.map(([name]) => name).filter((name) => !names.includes(name) && !others.has(name));
    expect(unknown).toEqual([]);
    expect(found.length).toBeGreaterThan(8);
  });

  it("of the engine are the same wherever the server is started", () => {
    const [memory] = /"--max-semi.*"/.exec(read("tools/server.mjs")) ?? [];
    const flags = (memory ?? "").replaceAll(/[",]/g, "");
    expect(flags).toMatch(/^--max-semi-space-size=\d+ --max-old-space-size=\d+$/);
    expect(read("deploy/fieldbook.service")).toContain(`/node ${flags} /`);
    expect(read("tools/server.mjs")).toContain('MALLOC_ARENA_MAX: "1"');
    for (const file of ["fieldbook.service", "Containerfile"]) {
      expect(read(`deploy/${file}`)).toMatch(/^(?:Environment=|ENV .*)MALLOC_ARENA_MAX=1\b/m);
    }
    expect(read("deploy/Containerfile")).toContain(`["node", ${memory ?? ""}, "packages/server`);
  });
});
