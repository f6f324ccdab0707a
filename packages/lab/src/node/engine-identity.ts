import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineIdentity } from "../evidence.ts";
import { CodeGraph } from "./code-graph.ts";

const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** The packages whose code decides what a run does and what is concluded from it. */
const deciding = ["kernel", "check", "engine", "load", "systems", "lab"];

/** What counts and judges runs, whatever the experiment. */
const concluding = ["campaign", "claim", "evidence", "judge"].map((name) => join(packages, "lab", "src", `${name}.ts`));

/** Sources of a package that can change a run: no tests, and not the threads and files of `lab/src/node`. */
function sourcesOf(name: string): string[] {
  const folder = join(packages, name, "src");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(path))
    .filter((path) => !(name === "lab" && path.startsWith("node")))
    .map((path) => join(folder, path));
}

const versionOfLab = (): string =>
  (JSON.parse(readFileSync(join(packages, "lab", "package.json"), "utf8")) as { version: string }).version;

function identityOf(paths: readonly string[], graph: CodeGraph): EngineIdentity {
  const hash = createHash("sha256");
  for (const path of paths) {
    hash.update(relative(packages, path).replaceAll("\\", "/"));
    hash.update("\0");
    hash.update(graph.text(path));
    hash.update("\0");
  }
  return { version: versionOfLab(), digest: hash.digest("hex").slice(0, 12) };
}

/** The engine as it stands in this checkout: the version of `@fieldbook/lab` and a digest of the deciding sources. */
export const engineIdentity = (): EngineIdentity =>
  identityOf(deciding.flatMap(sourcesOf).toSorted(), new CodeGraph(packages));

/**
 * For each experiment the engine as far as it can reach it: a digest of the modules that it imports, directly or not, and
 * of those that count and judge runs. A change elsewhere leaves its runs as they were, and its evidence valid. An
 * experiment whose module is not found has the whole engine's.
 *
 * @returns a function of the experiment's id
 */
export function experimentIdentities(): (experiment: string) => EngineIdentity {
  const graph = new CodeGraph(packages);
  const candidates = sourcesOf("lab").filter((path) => relative(packages, path).includes("experiments"));
  const known = new Map<string, EngineIdentity>();
  const make = (experiment: string): EngineIdentity => {
    const modules = candidates.filter((path) => graph.text(path).includes(`\n  id: "${experiment}",\n`));
    const paths = modules.length === 1 ? graph.reach([...modules, ...concluding]) : deciding.flatMap(sourcesOf);
    return identityOf(paths.toSorted(), graph);
  };
  return (experiment) => {
    const identity = known.get(experiment) ?? make(experiment);
    known.set(experiment, identity);
    return identity;
  };
}
