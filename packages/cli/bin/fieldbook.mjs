#!/usr/bin/env node
// Runs on any Node from 20 on: an older one hands over to the Node 24 that the project pins.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../src/main.ts", import.meta.url);
const pinned = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(main.href);
} else if (existsSync(pinned)) {
  const { status } = spawnSync(pinned, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(
    "fieldbook: nothing is installed yet. Run `npm start` or `npm ci` in the project's folder first.\n",
  );
  process.exitCode = 2;
}
