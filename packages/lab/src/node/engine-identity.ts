import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineIdentity } from "../evidence.ts";

const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** The packages whose code decides what a run does and what is concluded from it. */
const deciding = ["kernel", "check", "engine", "load", "systems", "lab"];

/** Sources of a package that can change a run: no tests, and not the threads and files of `lab/src/node`. */
function sourcesOf(name: string): string[] {
  const folder = join(packages, name, "src");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(path))
    .filter((path) => !(name === "lab" && path.startsWith("node")))
    .map((path) => join(folder, path));
}

/** The engine as it stands in this checkout: the version of `@fieldbook/lab` and a digest of the deciding sources. */
export function engineIdentity(): EngineIdentity {
  const manifest = JSON.parse(readFileSync(join(packages, "lab", "package.json"), "utf8")) as { version: string };
  const hash = createHash("sha256");
  for (const path of deciding.flatMap(sourcesOf).toSorted()) {
    hash.update(relative(packages, path).replaceAll("\\", "/"));
    hash.update("\0");
    hash.update(readFileSync(path, "utf8").replaceAll("\r\n", "\n"));
    hash.update("\0");
  }
  return { version: manifest.version, digest: hash.digest("hex").slice(0, 12) };
}
