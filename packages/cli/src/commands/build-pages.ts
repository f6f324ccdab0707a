import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { refuseToOverwrite } from "../files.ts";
import { UserError } from "../terminal.ts";

const siteFolder = fileURLToPath(new URL("../../../site", import.meta.url));

function astroCommand(): string {
  const manifest = createRequire(join(siteFolder, "package.json")).resolve("astro/package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly bin: { readonly astro: string } };
  return join(dirname(manifest), bin.astro);
}

/** What bounds the memory of the build, before what the environment asks for. */
function buildOptions(): string {
  const manifest = readFileSync(join(siteFolder, "package.json"), "utf8");
  const { config } = JSON.parse(manifest) as { readonly config: { readonly buildFlags: string } };
  return [config.buildFlags, process.env["NODE_OPTIONS"] ?? ""].join(" ").trim();
}

/**
 * Builds the pages beside the place where they go and moves them there when they are whole.
 *
 * @param edition its folder; the handbook when absent
 * @throws UserError with what the build said, when it fails
 */
export async function buildPages(edition: string | undefined, output: string, force: boolean): Promise<void> {
  refuseToOverwrite(output, force);
  const target = resolve(output);
  if (edition !== undefined && !relative(resolve(edition), target).startsWith("..")) {
    throw new UserError(
      `${output} lies within the edition, which holds nothing but its data. Name a folder beside it.`,
    );
  }
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}.building-`);
  const next = join(work, "next");
  try {
    const child = spawn(process.execPath, [astroCommand(), "build", "--root", siteFolder, "--outDir", next], {
      env: {
        ...process.env,
        FIELDBOOK_EDITION: edition === undefined || edition === "" ? "" : resolve(edition),
        ASTRO_TELEMETRY_DISABLED: "1",
        NODE_ENV: "production",
        NODE_OPTIONS: buildOptions(),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => (said += String(chunk)));
    child.stderr.on("data", (chunk) => (said += String(chunk)));
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0 || !existsSync(join(next, "index.html"))) throw new UserError(said.trim() || "The build failed.");
    if (existsSync(target)) renameSync(target, join(work, "previous"));
    renameSync(next, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
