import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { flawInOrder } from "./certificate.ts";
import { checkLinearizable } from "./linearizable.ts";
import { models } from "./models/models.ts";
import type { ModelName } from "./models/models.ts";
import { readHistory } from "./read/read-history.ts";

const folder = new URL("../../../../shared/histories/", import.meta.url);
const manifest = new URL("MANIFEST.tsv", folder);
const isThere = existsSync(manifest);

interface Recorded {
  readonly file: string;
  readonly model: ModelName;
  readonly expected: "holds" | "violated";
}

function supported(): readonly Recorded[] {
  const [, ...rows] = readFileSync(manifest, "utf8").trim().split("\n");
  return rows.flatMap((row) => {
    const [file = "", , , about = "", verdict = ""] = row.split("\t");
    const model = about.startsWith("cas-register") ? "cas-register" : about.startsWith("kv ") ? "kv" : undefined;
    if (model === undefined) return [];
    const holds = verdict.startsWith("linearizable") || verdict.startsWith("valid");
    return [{ file, model, expected: holds ? "holds" : "violated" }];
  });
}

test.runIf(isThere)("the recorded histories have the verdicts of their sources", () => {
  const recorded = supported();
  expect(recorded.length).toBeGreaterThan(50);
  for (const { file, model, expected } of recorded) {
    const { history } = readHistory(readFileSync(new URL(file, folder), "utf8"), { model });
    const verdict = checkLinearizable(history, models[model]);
    expect(verdict.verdict, file).toBe(expected);
    if (verdict.verdict === "holds") {
      expect(flawInOrder(history, models[model], verdict.order, "real-time"), file).toBeUndefined();
    }
    if (verdict.verdict !== "violated") continue;
    const core = verdict.contradiction.operations.map((index) => history[index]!);
    expect(core.length, file).toBeLessThan(16);
    expect(checkLinearizable(core, models[model]).verdict, file).toBe("violated");
  }
});
