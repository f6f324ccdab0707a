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
    const ofDatabase = new Set(["POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "NODE_ENV"]);
    const found = readdirSync(inRoot("deploy")).flatMap((file) => [
      ...read(`deploy/${file}`).matchAll(/\b(?:FIELDBOOK|OTEL|OIDC|DATABASE|POSTGRES|NODE|SMTP|MAIL)_[A-Z_]+\b/g),
    ]);
    const unknown = found.map(([name]) => name).filter((name) => !names.includes(name) && !ofDatabase.has(name));
    expect(unknown).toEqual([]);
    expect(found.length).toBeGreaterThan(8);
  });
});
