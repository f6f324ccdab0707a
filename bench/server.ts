import autocannon from "autocannon";
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startPostgres } from "../packages/server/src/testing/index.ts";
import { serverEnvironment, serverFlags, serverProgram } from "../tools/server.mjs";
import type { Bench, Effort, Listener, Row, Summary } from "./measure.ts";

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Replies of the thread that is read. */
const replies = 200;
const connections = 32;
/** The generator sends a second's requests in bursts, one for each connection. */
const connectionsAtHalf = 8;
/** Answers a second that the generator in JavaScript can keep a rate of, for pages of 50 kB. */
const mostOfGenerator = 2_000;
const wrk = "/usr/bin/wrk";
const chapter = "/operate/queues/";
const taskset = "/usr/bin/taskset";

interface Started {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** One process of the server, on the first core where the machine has `taskset`; the load comes from the others. */
async function startServer(environment: Record<string, string>): Promise<Started> {
  const port = String(await freePort());
  const words = [...serverFlags, serverProgram, "--port", port];
  const isPinned = existsSync(taskset);
  const child = spawn(
    isPinned ? taskset : process.execPath,
    isPinned ? ["-c", "0", process.execPath, ...words] : words,
    {
      env: { ...serverEnvironment, ...process.env, ...environment },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    const isUp = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return { url, process: child, stop: () => stop(child) };
    await wait(50);
  }
  child.kill();
  throw new Error("The server did not start.");
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

const headersOf = (url: string): Record<string, string> => ({ "Content-Type": "application/json", Origin: url });

/** The id of a new thread with its replies. */
async function fillThread(url: string): Promise<string> {
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: "POST",
      headers: headersOf(url),
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${String(answer.status)}: ${await answer.text()}`);
    return answer.json();
  };
  const { id } = (await post("/threads", {
    kind: "question",
    chapter: "operate/queues",
    title: "Why?",
    body: "Why is it so?",
  })) as {
    readonly id: string;
  };
  for (let reply = 0; reply < replies; reply += 1) {
    await post(`/threads/${id}/posts`, {
      body: `Reply **${String(reply)}** with \`code\`, a [link](https://example.org/) and some words.`,
    });
  }
  return id;
}

interface Load {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Answers a second as wrk counts them, which costs the machine less than a generator in JavaScript. */
function driveByWrk({ url, headers = {} }: Load, seconds: number): number {
  const words = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const count = ["-t1", `-c${String(connections)}`, `-d${String(seconds)}s`];
  const said = execFileSync(wrk, [...count, ...words, url], { encoding: "utf8" });
  if (/Non-2xx/.test(said)) throw new Error(`${url}: ${said}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1] ?? Number.NaN);
}

/** Answers a second, and the 99th percentile of the latency in milliseconds. */
async function drive(
  load: Load,
  seconds: number,
  rate?: number,
): Promise<{ readonly rate: number; readonly p99: number }> {
  const result = await autocannon({
    ...load,
    connections: rate === undefined ? connections : connectionsAtHalf,
    duration: seconds,
    ...(rate === undefined ? {} : { overallRate: rate }),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(
      `${load.url}: ${String(result.non2xx)} answers were refusals, ${String(result.errors)} none at all.`,
    );
  }
  return { rate: result["2xx"] / result.duration, p99: result.latency.p99 };
}

const residentMegabytes = ({ pid }: ChildProcess): number => {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_000;
};

const exactly = (value: number): Summary => ({ median: value, least: value, most: value });

/** Loads one kind of request as fast as it goes, then at half of that. */
async function measureLoad(
  store: string,
  says: string,
  load: Load,
  least: number,
  effort: Effort,
): Promise<readonly Row[]> {
  const seconds = Math.max(2, Math.round(10 / effort.divisor));
  await drive(load, Math.max(1, Math.round(seconds / 3)));
  const isRead = load.method === undefined || load.method === "GET";
  const full = isRead && existsSync(wrk) ? driveByWrk(load, seconds) : (await drive(load, seconds)).rate;
  const half = await drive(load, seconds, Math.round(Math.min(full, mostOfGenerator) / 2));
  return [
    {
      bench: "server",
      says: `${says}, ${store}`,
      unit: "/s",
      ours: exactly(full),
      bar: { at: "least", value: least },
    },
    {
      bench: "server",
      says: `99th percentile at half of it, ${store}`,
      unit: "ms",
      ours: exactly(half.p99),
      bar: { at: "most", value: 100 },
    },
  ];
}

async function measureStore(
  store: string,
  environment: Record<string, string>,
  effort: Effort,
  listener: Listener,
): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-bench-server-"));
  const server = await startServer({ FIELDBOOK_DATA: folder, FIELDBOOK_LOG: "off", ...environment });
  try {
    listener.progress(`a thread with ${String(replies)} replies on ${store}`);
    const thread = await fillThread(server.url);
    const { url } = server;
    const reply = JSON.stringify({ body: "A reply with some **words**." });
    const other = await fillThread(url);
    const rows: Row[] = [];
    const kinds: readonly (readonly [string, Load, number])[] = [
      ["chapter pages", { url: url + chapter, headers: { "Accept-Encoding": "br" } }, 3_000],
      [`a thread with ${String(replies)} replies, page`, { url: `${url}/threads/${thread}/` }, 500],
      [`a thread with ${String(replies)} replies, JSON`, { url: `${url}/api/v1/threads/${thread}` }, 500],
      [
        "posts, each on disk",
        { url: `${url}/api/v1/threads/${other}/posts`, method: "POST", body: reply, headers: headersOf(url) },
        100,
      ],
    ];
    for (const [says, load, least] of kinds) {
      listener.progress(`${says} on ${store}`);
      rows.push(...(await measureLoad(store, says, load, least, effort)));
    }
    const resident = exactly(residentMegabytes(server.process));
    rows.push({
      bench: "server",
      says: `resident memory after it all, ${store}`,
      unit: "MB",
      ours: resident,
      bar: { at: "most", value: 200 },
    });
    return rows;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What one process of the server bears on one core, on either store, with the load generator beside it. */
export const server: Bench = async (effort, listener) => {
  if (!existsSync(inRoot("packages/site/dist/index.html"))) {
    listener.missing("The pages are not built: npm run build -w packages/site.");
    return [];
  }
  const rows = [...(await measureStore("SQLite", {}, effort, listener))];
  const postgres = await startPostgres();
  try {
    rows.push(...(await measureStore("PostgreSQL", { DATABASE_URL: await postgres.newDatabase() }, effort, listener)));
  } finally {
    await postgres.stop();
  }
  return rows;
};
