import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inRoot } from "../tools/paths.mjs";

/** How many items of level 1 each section of ASVS 5.0.0 has, as numbered there. */
const items = [
  "V1.2.1 V1.2.2 V1.2.3 V1.2.4 V1.2.5 V1.3.1 V1.3.2 V1.5.1 V2.1.1 V2.2.1 V2.2.2 V2.3.1 V3.2.1 V3.2.2 V3.3.1 V3.4.1",
  "V3.4.2 V3.5.1 V3.5.2 V3.5.3 V4.1.1 V4.4.1 V5.2.1 V5.2.2 V5.3.1 V5.3.2 V6.1.1 V6.2.1 V6.2.2 V6.2.3 V6.2.4 V6.2.5",
  "V6.2.6 V6.2.7 V6.2.8 V6.3.1 V6.3.2 V6.4.1 V6.4.2 V7.2.1 V7.2.2 V7.2.3 V7.2.4 V7.4.1 V7.4.2 V8.1.1 V8.2.1 V8.2.2",
  "V8.3.1 V9.1.1 V9.1.2 V9.1.3 V9.2.1 V10.4.1 V10.4.2 V10.4.3 V10.4.4 V10.4.5 V11.3.1 V11.3.2 V11.4.1 V12.1.1 V12.2.1",
  "V12.2.2 V13.4.1 V14.2.1 V14.3.1 V15.1.1 V15.2.1 V15.3.1",
].flatMap((line) => line.split(" "));

const standings = /^(met|met in part|left to the operator|not met by a check|does not apply)(\.|$)/;

describe("docs/security.md", () => {
  const text = readFileSync(inRoot("docs", "security.md"), "utf8");
  const rows = text
    .split("\n")
    .filter((line) => /^\| V\d/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  it("goes through every item of level 1, each once", () => {
    expect(items).toHaveLength(70);
    expect(rows.map(([, id]) => id)).toEqual(items);
  });

  it("says of each how it stands, and names files and tests that there are", () => {
    const wrong: string[] = [];
    for (const [, id = "", , stands = "", shown = ""] of rows) {
      if (!standings.test(stands)) wrong.push(`${id} stands "${stands}"`);
      const named = [...shown.matchAll(/`([^`]+)`(?: “([^”]+)”)?/g)];
      if (named.length === 0) wrong.push(`${id} shows nothing`);
      for (const [, file = "", test] of named) {
        if (!existsSync(inRoot(file))) wrong.push(`${id}: there is no ${file}`);
        else if (test !== undefined && !readFileSync(inRoot(file), "utf8").includes(test)) {
          wrong.push(`${id}: ${file} has no test "${test}"`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
