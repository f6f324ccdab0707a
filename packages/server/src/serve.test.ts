import { spawn } from "node:child_process";
import { once } from "node:events";
import { Hono } from "hono";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve, ServeError } from "./serve.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-serve-"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Home</title>");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const main = fileURLToPath(new URL("main.ts", import.meta.url));

interface Program {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the server's program; `onOpen` is called with its first line and the process. */
async function run(
  commandLine: readonly string[],
  environment: Record<string, string> = {},
  onOpen: (line: string, stop: (signal: NodeJS.Signals) => void) => Promise<void> | void = () => {},
): Promise<Program> {
  const child = spawn(process.execPath, [main, ...commandLine], {
    env: { ...process.env, PORT: "", FIELDBOOK_DATA: join(folder, "data"), ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    const isFirst = stdout === "";
    stdout += String(chunk);
    if (isFirst) void onOpen(stdout, (signal) => child.kill(signal));
  });
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  await once(child, "close");
  return { exitCode: child.exitCode, stdout, stderr };
}

describe("serve", () => {
  test("answers on a free port of this machine until it is closed", async () => {
    const server = await serve({ folder, port: 0 });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(server.url)).text()).toContain("Home");
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  test("closes although a browser keeps its connection open", async () => {
    const server = await serve({ folder, port: 0 });
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket, "data");
    const ended = once(socket, "close");
    await server.close();
    await ended;
    expect(socket.destroyed).toBe(true);
  });

  test("waits for a request whose connection it has cut, so that nothing is closed beneath it", async () => {
    let work = (): void => {};
    const worked = new Promise<void>((resolve) => (work = resolve));
    const discussion = new Hono().get("/slow", async (context) => {
      await worked;
      return context.text("done");
    });
    const server = await serve({ folder, port: 0, discussion });
    const cut = fetch(new URL("slow", server.url)).catch((error: unknown) => String(error));
    await fetch(server.url);
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    expect(await cut).toMatch(/fetch failed/);
    expect(closed).toBe(false);
    work();
    expect(await closing).toBe(true);
  });

  test("sends no file for a path that climbs, as a raw socket can ask for it", async () => {
    const server = await serve({ folder, port: 0 });
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("GET /../../../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    await server.close();
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain("root:");
  });

  test("says so when there is no built handbook", async () => {
    await expect(serve({ folder: join(folder, "missing"), port: 0 })).rejects.toThrow(ServeError);
  });
});

describe("the program", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("prints one address, and ends on %s", async (signal) => {
    const { exitCode, stdout, stderr } = await run(["--folder", folder, "--port", "0"], {}, async (line, stop) => {
      const url = /http\S+/.exec(line)?.[0] ?? "";
      if ((await fetch(url)).ok) stop(signal);
    });
    expect(stdout).toMatch(/^Fieldbook is open at http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  test("keeps what is said when it is started again", async () => {
    const say = async (line: string, stop: (signal: NodeJS.Signals) => void): Promise<void> => {
      const threads = `${/http\S+/.exec(line)?.[0] ?? ""}api/v1/threads`;
      const body = JSON.stringify({ kind: "question", body: "Why?" });
      await fetch(threads, { method: "POST", body, headers: { "Content-Type": "application/json" } });
      said.push(((await (await fetch(threads)).json()) as { counts: { open: number } }).counts.open);
      stop("SIGTERM");
    };
    const said: number[] = [];
    for (let time = 0; time < 2; time += 1) {
      const { exitCode, stderr } = await run(["--folder", folder, "--port", "0"], {}, say);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    }
    expect(said).toEqual([1, 2]);
  });

  test("leaves discussion out where others could reach it, as there are no accounts", async () => {
    const statuses: number[] = [];
    const { stderr } = await run(["--folder", folder, "--port", "0", "--host", "0.0.0.0"], {}, async (line, stop) => {
      const port = /:(\d+)\//.exec(line)?.[1] ?? "";
      statuses.push((await fetch(`http://127.0.0.1:${port}/api/v1/threads`)).status);
      stop("SIGTERM");
    });
    expect(statuses).toEqual([404]);
    expect(stderr).toBe("Discussion is left out: without accounts it is for this machine only.\n");
  });

  test("refuses a wrong setting with its name", async () => {
    const { exitCode, stderr } = await run(["--folder", folder], { FIELDBOOK_DATA: "here" });
    expect(exitCode).toBe(1);
    expect(stderr).toBe('FIELDBOOK_DATA: an absolute path is expected, and this is "here".\n');
  });

  test("says in one sentence that the port is taken, and how to choose another", async () => {
    const server = await serve({ folder, port: 0 });
    const { port } = new URL(server.url);
    const { exitCode, stdout, stderr } = await run(["--folder", folder], { PORT: port });
    await server.close();
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `Port ${port} is taken: stop the program that uses it, or choose another with PORT=${String(Number(port) + 1)} npm start.\n`,
    });
  });

  test.each([
    [["--port", "many"], 'A port is a whole number from 0 to 65535, and this is "many": try PORT=4322 npm start.\n'],
    [["--port", "65536"], 'A port is a whole number from 0 to 65535, and this is "65536": try PORT=4322 npm start.\n'],
    [["--colour", "red"], "Unknown option '--colour'; the options are --folder, --port and --host.\n"],
    [
      ["--folder", "/nowhere"],
      "There is no built handbook in /nowhere: build it with npm run build -w packages/site.\n",
    ],
  ])("refuses %j in one sentence", async (commandLine, sentence) => {
    const { exitCode, stderr } = await run(commandLine);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: sentence });
  });
});
