import * as fs from "node:fs";
import { root } from "./paths.mjs";
import { Refusal } from "./refusal.mjs";

const oldestNode = 20;
const platforms = ["linux", "darwin"];
const architectures = ["x64", "arm64"];

/** @typedef {{ platform: string, architecture: string, nodeVersion: string, musl: boolean }} Machine */

/** @returns {Machine} */
export function thisMachine() {
  return {
    platform: process.platform,
    architecture: process.arch,
    nodeVersion: process.versions.node,
    musl: process.platform === "linux" && fs.existsSync("/etc/alpine-release"),
  };
}

/**
 * @param {Machine} machine
 * @throws {Refusal} when Fieldbook can not run on it
 */
export function checkPlatform(machine) {
  if (Number.parseInt(machine.nodeVersion, 10) < oldestNode) {
    throw new Refusal(
      `Fieldbook needs Node ${oldestNode} or later, and this is Node ${machine.nodeVersion}: install a newer one from https://nodejs.org.`,
    );
  }
  const named = `${machine.platform} on ${machine.architecture}`;
  if (!platforms.includes(machine.platform) || !architectures.includes(machine.architecture)) {
    throw new Refusal(
      `Fieldbook runs on Linux and macOS, on x64 and arm64, and this is ${named}: use such a machine, or on Windows the Linux subsystem WSL 2.`,
    );
  }
  if (machine.musl) {
    throw new Refusal(
      "Fieldbook needs a Linux with the GNU C library, and this is Alpine with musl: use Debian, Ubuntu or Fedora, for instance in a container.",
    );
  }
}

/**
 * @param {number} neededBytes
 * @param {number} [freeBytes] of the project's file system; read from it when absent
 * @throws {Refusal} when less is free
 */
export function checkDisk(neededBytes, freeBytes = readFreeBytes()) {
  if (freeBytes >= neededBytes) return;
  throw new Refusal(
    `The disk is too full: this needs ${megabytes(neededBytes)} and ${megabytes(freeBytes)} are free under ${root}; make room and run the command again.`,
  );
}

function readFreeBytes() {
  const { bavail, bsize } = fs.statfsSync(root);
  return bavail * bsize;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${String(Math.floor(bytes / 1e6))} MB`;
}
