import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";

const program = `
  import { whenNpmEnds } from ${JSON.stringify(new URL("orphan.mjs", import.meta.url).href)};
  whenNpmEnds(() => { console.log("left alone"); process.exit(); });
  setTimeout(() => { console.log("still here"); process.exit(); }, Number(process.argv[1]));
  console.log("started");
`;

/** What the program says after the shell that started it was ended; the shell hands no signal on. */
async function afterTheShellEnds(env: Record<string, string>, staysMs: number): Promise<string> {
  const node = `"${process.execPath}" --input-type=module -e "$PROGRAM" ${String(staysMs)}; true`;
  const shell = spawn("sh", ["-c", node], {
    env: { PATH: process.env["PATH"] ?? "", PROGRAM: program, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: shell.stdout });
  await once(lines, "line");
  const next = once(lines, "line");
  shell.kill("SIGTERM");
  const [said] = (await next) as [string];
  return said;
}

it("ends with npm, which started it through a shell", async () => {
  expect(await afterTheShellEnds({ npm_lifecycle_event: "start" }, 30_000)).toBe("left alone");
}, 40_000);

it("outlives the shell that started it without npm", async () => {
  expect(await afterTheShellEnds({}, 1_500)).toBe("still here");
}, 40_000);
