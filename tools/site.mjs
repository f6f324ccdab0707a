import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { commandOf, inRoot, pinnedNode, root } from "./paths.mjs";
import { progressLine } from "./progress.mjs";
import { Refusal } from "./refusal.mjs";
import { lastLines, runProgram } from "./run-program.mjs";

/** Where the built handbook stands. */
export const siteFolder = inRoot("packages", "site", "dist");

/** In the built handbook: the hash of all that it was built from. */
const stampName = ".built-from";

/** What the pages are made of; packages that only serve or test them are left out. */
const inputs = [
  "book",
  "package-lock.json",
  "tsconfig.base.json",
  ...["kernel", "check", "engine", "load", "systems", "lab", "content", "site"].map((name) => `packages/${name}`),
  "tools/site.mjs",
];

const ignored = /^(node_modules|dist|\.astro|\.cache)$|\.test\.ts$/;

/** @param {string} relative path below the project's folder @returns {string[]} its files, in order */
function filesUnder(relative) {
  if (!fs.existsSync(inRoot(relative))) return [];
  if (!fs.statSync(inRoot(relative)).isDirectory()) return [relative];
  return fs
    .readdirSync(inRoot(relative))
    .filter((name) => !ignored.test(name))
    .sort()
    .flatMap((name) => filesUnder(path.posix.join(relative, name)));
}

/** The pages of versions show the text's history. @returns {string} empty without git */
function lastCommitOfBook() {
  const found = spawnSync("git", ["-C", root, "log", "-1", "--format=%H", "--", "book"], { encoding: "utf8" });
  return found.status === 0 ? found.stdout : "";
}

function hashInputs() {
  const hash = createHash("sha256").update(lastCommitOfBook());
  const edition = process.env["FIELDBOOK_EDITION"];
  if (edition) hash.update(edition);
  for (const file of inputs.flatMap(filesUnder)) {
    const content = fs.readFileSync(inRoot(file));
    hash.update(`${file}\0${String(content.length)}\0`).update(content);
  }
  // An edition may rest on others beside it.
  if (edition) hashFolder(path.dirname(path.resolve(edition)), hash);
  return hash.digest("hex");
}

/** @param {string} folder @param {import("node:crypto").Hash} hash */
function hashFolder(folder, hash) {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder).sort()) {
    const file = path.join(folder, name);
    const isFolder = fs.statSync(file).isDirectory();
    if (isFolder && ignored.test(name)) continue;
    if (isFolder) hashFolder(file, hash);
    else hash.update(`${file}\0`).update(fs.readFileSync(file));
  }
}

/** @param {string} stamp */
function isBuiltFrom(stamp) {
  const file = path.join(siteFolder, stampName);
  return fs.existsSync(file) && fs.readFileSync(file, "utf8") === stamp;
}

/**
 * Builds the handbook when what it is made of has changed. It is built beside the one that stands and takes its place
 * only when it is whole, so that nothing half built is ever served.
 *
 * @throws {Refusal} with the last lines of the build when it fails
 */
export async function buildSiteIfStale() {
  const stamp = hashInputs();
  if (isBuiltFrom(stamp)) return;
  fs.mkdirSync(inRoot("packages", "site", ".cache"), { recursive: true });
  const workFolder = fs.mkdtempSync(inRoot("packages", "site", ".cache", "build-"));
  const next = path.join(workFolder, "next");
  try {
    await build(next);
    fs.writeFileSync(path.join(next, stampName), stamp);
    if (fs.existsSync(siteFolder)) fs.renameSync(siteFolder, path.join(workFolder, "previous"));
    fs.renameSync(next, siteFolder);
  } finally {
    fs.rmSync(workFolder, { recursive: true, force: true });
  }
}

/**
 * Bounds the memory of the build, which lives on a third of what the engine takes when nobody bounds it. What the
 * environment asks for wins.
 */
function buildOptions() {
  const manifest = fs.readFileSync(inRoot("packages", "site", "package.json"), "utf8");
  const { config } = /** @type {{ config: { buildFlags: string } }} */ (JSON.parse(manifest));
  return [config.buildFlags, process.env["NODE_OPTIONS"] ?? ""].join(" ").trim();
}

/** @param {string} folder */
async function build(folder) {
  const progress = progressLine();
  const begun = Date.now();
  const seconds = () => `${((Date.now() - begun) / 1000).toFixed(0)} s`;
  progress.update("Building the handbook");
  const timer = setInterval(() => progress.update(`Building the handbook, ${seconds()}`), 1_000);
  const { exitCode, output } = await runProgram(
    pinnedNode,
    [commandOf("astro"), "build", "--root", inRoot("packages", "site"), "--outDir", folder],
    { env: { ASTRO_TELEMETRY_DISABLED: "1", NODE_ENV: "production", NODE_OPTIONS: buildOptions() } },
  );
  clearInterval(timer);
  progress.clear();
  if (exitCode !== 0 || !fs.existsSync(path.join(folder, "index.html"))) {
    const mend = /ENOSPC/.test(output)
      ? "The disk is full: make room and run the command again."
      : `The handbook could not be built from ${root}: mend what the lines above name.`;
    throw new Refusal(`${lastLines(output, 30)}\n${mend}`);
  }
  progress.done(`Built the handbook in ${seconds()}.`);
}
