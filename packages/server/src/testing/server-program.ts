import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StoreSettings } from "../data/store.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A server that runs as a program of its own, as it does for its operator. */
export interface ServerProgram {
  readonly child: ChildProcess;
  /** Where its API begins: `http://127.0.0.1:PORT/api/v1`. */
  readonly api: string;
}

/** A folder with a home page alone; removed by the one who made it. */
export function makeTinySite(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-site-"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Home</title>");
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** @throws Error when the program ends without saying where it listens */
export async function startServerProgram(settings: StoreSettings, folder: string): Promise<ServerProgram> {
  const child = spawn(process.execPath, [main, "--folder", folder, "--port", "0"], {
    env: { ...process.env, FIELDBOOK_DATA: settings.dataFolder, DATABASE_URL: settings.databaseUrl ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("\n")) break;
  }
  const address = /http\S+/.exec(said)?.[0];
  if (address === undefined) throw new Error(`The server said no address: ${JSON.stringify(said)}`);
  return { child, api: `${address}api/v1` };
}

/**
 * @returns the id of what was made
 * @throws Error when the server answers anything but 201, or not at all
 */
export async function postJson(url: string, body: object): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`Status ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}

/** The posts of a thread as the API gives them, by id. */
export async function readPosts(api: string, thread: string): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(`${api}/threads/${thread}`);
  if (response.status !== 200) throw new Error(`Status ${response.status}`);
  const read = (await response.json()) as {
    thread: { postCount: number };
    posts: { id: string; body: string }[];
  };
  if (read.posts.length !== read.thread.postCount) {
    throw new Error(`${read.posts.length} posts, counted as ${read.thread.postCount}`);
  }
  return new Map(read.posts.map(({ id, body }) => [id, body]));
}
