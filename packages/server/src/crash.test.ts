import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { eachStore } from "./data/each-store.fixture.ts";
import type { StoreSettings } from "./data/store.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
/** FIELDBOOK_KILLS=100 for the whole measurement. */
const kills = Number(process.env["FIELDBOOK_KILLS"] ?? 10);
const writers = 4;

interface Program {
  readonly child: ChildProcess;
  readonly api: string;
}

async function start(settings: StoreSettings, folder: string): Promise<Program> {
  const child = spawn(process.execPath, [main, "--folder", folder, "--port", "0"], {
    env: { ...process.env, FIELDBOOK_DATA: settings.dataFolder, DATABASE_URL: settings.databaseUrl ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("\n")) break;
  }
  return { child, api: `${/http\S+/.exec(said)?.[0] ?? "http://nothing-was-said/"}api/v1` };
}

const post = async (url: string, body: object): Promise<string> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`Status ${response.status}`);
  return ((await response.json()) as { id: string }).id;
};

describe("a server that is killed in the middle of a discussion", () => {
  eachStore(({ newSettings }) => {
    it(
      `${kills} times keeps every post that it acknowledged, and is well after each start`,
      async () => {
        const folder = mkdtempSync(join(tmpdir(), "fieldbook-crash-"));
        writeFileSync(join(folder, "index.html"), "<!doctype html><title>Home</title>");
        const settings = await newSettings();
        const acknowledged = new Map<string, string>();
        let thread = "";
        for (let kill = 0; kill <= kills; kill += 1) {
          const { child, api } = await start(settings, folder);
          if (thread === "") thread = await post(`${api}/threads`, { kind: "question", body: "Why?" });
          const read = (await (await fetch(`${api}/threads/${thread}`)).json()) as {
            thread: { postCount: number };
            posts: { id: string; body: string }[];
          };
          const kept = new Map(read.posts.map(({ id, body }) => [id, body]));
          const lost = [...acknowledged].filter(([id, body]) => kept.get(id) !== body);
          expect(lost).toEqual([]);
          expect(read.posts).toHaveLength(read.thread.postCount);
          const write = async (writer: number): Promise<void> => {
            for (let index = 0; ; index += 1) {
              const body = `${kill}/${writer}/${index}`;
              acknowledged.set(await post(`${api}/threads/${thread}/posts`, { body }), body);
            }
          };
          const ended = once(child, "exit");
          const writing = Promise.allSettled(Array.from({ length: writers }, (_, writer) => write(writer)));
          setTimeout(() => child.kill("SIGKILL"), 60 + ((kill * 37) % 100));
          await ended;
          await writing;
        }
        expect(acknowledged.size).toBeGreaterThan(kills);
        rmSync(folder, { recursive: true });
      },
      30_000 + kills * 6_000,
    );
  });
});
