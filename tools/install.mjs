import * as fs from "node:fs";
import { inRoot, pinnedNode } from "./paths.mjs";
import { checkDisk, checkPlatform, thisMachine } from "./platform.mjs";
import { progressLine } from "./progress.mjs";
import { Refusal } from "./refusal.mjs";
import { lastLines, runProgram } from "./run-program.mjs";

/** The installed packages, npm's cache of them, the built pages and the unpacked browser, with room to spare. */
const installBytes = 1_500_000_000;

/** Written by npm once an installation is whole, and only then. */
const installedLock = inRoot("node_modules", ".package-lock.json");

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages */

/**
 * Makes the machine ready: the platform is checked, and what package-lock.json names is installed when it is missing,
 * cut off in the middle, or of other versions.
 *
 * @throws {Refusal} with the mend
 */
export async function prepare() {
  checkPlatform(thisMachine());
  const wanted = readLock(inRoot("package-lock.json"));
  if (wanted === undefined) throw new Refusal("package-lock.json is missing or damaged: restore it with git.");
  if (isInstalled(wanted, readLock(installedLock)) && fs.existsSync(pinnedNode)) return;
  checkDisk(installBytes);
  await install(wanted);
}

/**
 * @param {LockedPackages} wanted
 * @param {LockedPackages | undefined} installed
 */
export function isInstalled(wanted, installed) {
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const present = installed[path];
    return present === undefined ? optional === true : present.version === version;
  });
}

/** @param {string} file @returns {LockedPackages | undefined} */
function readLock(file) {
  try {
    return /** @type {{ packages: LockedPackages }} */ (JSON.parse(fs.readFileSync(file, "utf8"))).packages;
  } catch {
    return undefined;
  }
}

/** @param {LockedPackages} wanted */
async function install(wanted) {
  // npm deletes what is there file by file; without this, a kill in that moment could leave a folder that looks whole.
  fs.rmSync(installedLock, { force: true });
  const folders = Object.keys(wanted).filter((path) => path.startsWith("node_modules/") && fitsMachine(wanted[path]));
  const progress = progressLine();
  const show = () => {
    const present = folders.filter((folder) => fs.existsSync(inRoot(folder, "package.json"))).length;
    progress.update(`Installing: ${String(present)} of ${String(folders.length)} packages`);
  };
  const timer = setInterval(show, 500);
  const { exitCode, output, milliseconds } = await runNpm(["ci", "--no-audit", "--no-fund"]);
  clearInterval(timer);
  progress.clear();
  // A file that could not be written whole is only a warning to npm.
  if (exitCode !== 0 || output.includes("TAR_ENTRY_ERROR")) {
    fs.rmSync(installedLock, { force: true });
    throw new Refusal(explainFailure(output));
  }
  progress.done(`Installed ${String(folders.length)} packages in ${(milliseconds / 1000).toFixed(0)} s.`);
}

/** @param {LockedPackage | undefined} locked */
function fitsMachine(locked) {
  /** @param {string[] | undefined} allowed @param {string} actual */
  const fits = (allowed, actual) => allowed === undefined || allowed.includes(actual);
  return fits(locked?.os, process.platform) && fits(locked?.cpu, process.arch) && fits(locked?.libc, "glibc");
}

/**
 * Runs the npm that started this command, on the Node it runs on: the pinned one is replaced meanwhile.
 *
 * @param {string[]} npmArguments
 */
function runNpm(npmArguments) {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  return npm !== undefined && node !== undefined
    ? runProgram(node, [npm, ...npmArguments])
    : runProgram("npm", npmArguments);
}

const diskIsFull =
  "The dependencies could not be installed, for the disk is full: make room and run the command again.";

/** What npm's error codes mean for someone who wants to read a handbook. */
const mends = [
  {
    sign: /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    mend: "The package registry could not be reached: check the network or the proxy and run the command again.",
  },
  {
    sign: /EUSAGE/,
    mend: "package.json and package-lock.json do not agree: run `npm install` with the pinned Node, as CONTRIBUTING.md says.",
  },
  { sign: /EACCES|EPERM|EROFS/, mend: "A file may not be written: see that the project's folder belongs to you." },
];

const otherMend = "Run the command again; if it fails in the same way, delete the folder node_modules first.";

/** @param {string} output of npm */
export function explainFailure(output) {
  if (/ENOSPC|no space left/i.test(output)) return diskIsFull;
  const mend = mends.find(({ sign }) => sign.test(output))?.mend ?? otherMend;
  const errors = output
    .split("\n")
    .filter((line) => /^npm (error|ERR!) /.test(line) && !/complete log|debug-\d/.test(line));
  const shown = errors.length > 0 ? errors.slice(0, 12).join("\n") : lastLines(output, 12);
  return `${shown}\nThe dependencies could not be installed. ${mend}`;
}
