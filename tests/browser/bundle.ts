import { build } from "vite";
import { inRoot } from "../../tools/paths.mjs";

/**
 * A script for a page, minified as the site's own scripts are: what the module exports stands in a global variable.
 *
 * @param entry path below the project's folder
 */
export async function bundle(entry: string, globalName: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    root: inRoot(),
    build: { write: false, minify: true, lib: { entry: inRoot(entry), formats: ["iife"], name: globalName } },
  });
  const chunks = [result].flat().flatMap((output) => ("output" in output ? output.output : []));
  const script = chunks.find((chunk) => chunk.type === "chunk" && chunk.isEntry);
  if (script?.type !== "chunk") throw new Error(`${entry} could not be bundled.`);
  return script.code;
}
