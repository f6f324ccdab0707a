import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { inRoot } from "../../tools/paths.mjs";
import { buildSiteIfStale, siteFolder } from "../../tools/site.mjs";

/** The built handbook, served as `npm start` serves it. */
export interface ServedSite {
  /** Without a slash at its end: "http://127.0.0.1:40123". */
  readonly url: string;
  close(): Promise<void>;
}

const startTimeoutMs = 15_000;

/** Builds the handbook when it has changed and serves it on a free port. */
export async function serveSite(): Promise<ServedSite> {
  await buildSiteIfStale();
  return serveFolder(siteFolder);
}

/**
 * Serves built pages on a free port.
 *
 * @throws Error with what the build or the server said, when it fails or does not answer within 15 s
 */
export async function serveFolder(folder: string): Promise<ServedSite> {
  const port = String(await freePort());
  const main = inRoot("packages", "server", "src", "main.ts");
  const data = mkdtempSync(join(tmpdir(), "fieldbook-site-data-"));
  const server = spawn(process.execPath, [main, "--folder", folder, "--port", port], {
    env: { ...process.env, FIELDBOOK_DATA: data },
  });
  let said = "";
  server.stdout.on("data", (chunk) => (said += String(chunk)));
  server.stderr.on("data", (chunk) => (said += String(chunk)));
  const ended = once(server, "close");
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(url))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill();
      throw new Error(`The server did not answer at ${url}: ${said.trim()}`);
    }
    await wait(50);
  }
  return {
    url,
    async close() {
      server.kill();
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
