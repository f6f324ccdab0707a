import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { experiments } from "../experiments/index.ts";
import { CodeGraph } from "./code-graph.ts";
import { engineIdentity, experimentIdentities } from "./engine-identity.ts";

const scratch = mkdtempSync(join(tmpdir(), "fieldbook-code-graph-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function reachIn(files: Readonly<Record<string, string>>, from: string): readonly string[] {
  const packages = mkdtempSync(join(scratch, "packages-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(packages, path)), { recursive: true });
    writeFileSync(join(packages, path), text);
  }
  const reached = new CodeGraph(packages).reach([join(packages, from)]);
  return reached.map((path) => relative(packages, path).replaceAll("\\", "/"));
}

describe("what a module's code can reach", () => {
  const door = {
    "systems/src/index.ts":
      'export { raft, quorum as majority } from "./systems.ts";\nexport { swim } from "./swim.ts";\n',
    "systems/src/systems.ts": 'import { log } from "./log.ts";\nexport const raft = log, quorum = 3;\n',
    "systems/src/log.ts": "export const log = 1;\n",
    "systems/src/swim.ts": "export const swim = 1;\n",
  };

  it("is what it imports by name, through the doors of packages", () => {
    const a = 'import {\n  majority,\n  type Config,\n} from "@fieldbook/systems";\nexport const a = majority;\n';
    expect(reachIn({ ...door, "lab/src/a.ts": a }, "lab/src/a.ts")).toEqual([
      "lab/src/a.ts",
      "systems/src/log.ts",
      "systems/src/systems.ts",
    ]);
  });

  it("is all of a door that is imported whole, or that does something itself", () => {
    const whole = 'import * as systems from "@fieldbook/systems";\nexport const a = systems;\n';
    expect(reachIn({ ...door, "lab/src/a.ts": whole }, "lab/src/a.ts")).toContain("systems/src/swim.ts");
    const busy = { ...door, "systems/src/index.ts": `${door["systems/src/index.ts"]}export const version = 2;\n` };
    const a = 'import { raft } from "@fieldbook/systems";\nexport const a = raft;\n';
    expect(reachIn({ ...busy, "lab/src/a.ts": a }, "lab/src/a.ts")).toContain("systems/src/index.ts");
    expect(reachIn({ ...busy, "lab/src/a.ts": a }, "lab/src/a.ts")).toContain("systems/src/swim.ts");
  });

  it("is not what only types come from, nor what is no module of ours", () => {
    const a =
      'import type { Raft } from "@fieldbook/systems";\nimport { x } from "yaml";\nimport "./b.ts";\nexport const a = x;\n';
    expect(reachIn({ ...door, "lab/src/a.ts": a, "lab/src/b.ts": "x();\n" }, "lab/src/a.ts")).toEqual([
      "lab/src/a.ts",
      "lab/src/b.ts",
    ]);
  });
});

describe("the engine of an experiment", () => {
  const packages = fileURLToPath(new URL("../../../", import.meta.url));
  const reach = (experiment: string): readonly string[] =>
    new CodeGraph(packages)
      .reach([join(packages, `lab/src/experiments/${experiment}.ts`)])
      .map((path) => relative(packages, path).replaceAll("\\", "/"));

  it("is known for each, and is the whole engine's for none", () => {
    const identityOf = experimentIdentities();
    const whole = engineIdentity();
    for (const { id } of experiments) {
      expect(identityOf(id).digest, id).toMatch(/^[0-9a-f]{12}$/);
      expect(identityOf(id).digest, id).not.toBe(whole.digest);
    }
    expect(identityOf("of-somebody-else").digest).toBe(whole.digest);
  });

  it("holds its own system and none of the others", () => {
    const reached = reach("quorum-register");
    for (const path of [
      "systems/src/quorum-register/quorum-register.ts",
      "engine/src/simulation.ts",
      "kernel/src/random.ts",
    ]) {
      expect(reached).toContain(path);
    }
    expect(reached.filter((path) => /raft|paxos|load\//.test(path))).toEqual([]);
    expect(reach("retry-storm").filter((path) => path.startsWith("engine/"))).toEqual([]);
  });
});
