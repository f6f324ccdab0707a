import { bookFolder } from "@fieldbook/book/folder";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runProgram } from "../program.ts";

const scratch = mkdtempSync(join(tmpdir(), "fieldbook-propose-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;

async function propose(thread: unknown, ...more: string[]) {
  const file = join(scratch, `thread-${String(count++)}.json`);
  const patch = file.replace(".json", ".patch");
  writeFileSync(file, JSON.stringify(thread));
  let said = "";
  const write = (text: string) => (said += text);
  const code = await runProgram(["propose", file, "-o", patch, ...more], {
    out: write,
    err: write,
    interactive: false,
  });
  return { code, said, patch };
}

const threadAt = (exact: string, ...bodies: string[]) => ({
  thread: {
    chapter: "operate/queues",
    anchor: { source: "/operate/queues/", selector: [{ type: "TextQuoteSelector", exact, prefix: "", suffix: "" }] },
  },
  posts: bodies.map((body) => ({ body })),
});

const quote = "So the useful question is never how busy a server is.";

it("makes a patch that git applies", async () => {
  const { code, said, patch } = await propose(
    threadAt(quote, "Shorter:\n\n```suggestion\nAsk never how busy it is.\n```\n"),
  );
  expect(said).toMatch(/^book\/operate\/queues\.md:\d+\. Apply it: git apply /);
  expect(code).toBe(0);
  const copy = join(scratch, "copy");
  mkdirSync(copy);
  cpSync(bookFolder, join(copy, "book"), { recursive: true, filter: (path) => !path.includes("node_modules") });
  const applied = spawnSync("git", ["apply", "--unsafe-paths", patch], { cwd: copy, encoding: "utf8" });
  expect(applied.stderr).toBe("");
  const before = readFileSync(join(bookFolder, "operate/queues.md"), "utf8");
  expect(readFileSync(join(copy, "book/operate/queues.md"), "utf8")).toBe(
    before.replace(quote, () => "Ask never how busy it is."),
  );
});

it("takes the newest suggestion, or the one of the post that is asked for", async () => {
  const thread = threadAt(quote, "```suggestion\nFirst.\n```", "```suggestion\nSecond.\n```", "I agree.");
  expect(readFileSync((await propose(thread)).patch, "utf8")).toContain("+Second.");
  expect(readFileSync((await propose(thread, "--post", "1")).patch, "utf8")).toContain("+First.");
});

it.each([
  ["abc", '--post takes the number of a post, from 1; got "abc".'],
  ["0", '--post takes the number of a post, from 1; got "0".'],
  ["3", "post 3 of 2 has no suggestion"],
])("says what is the matter with --post %s", async (post, message) => {
  const { code, said } = await propose(threadAt(quote, "```suggestion\nFirst.\n```", "I agree."), "--post", post);
  expect([code, said.includes(message)]).toEqual([2, true]);
});

it.each([
  ["no suggestion", threadAt(quote, "It is wrong."), "no post has a suggestion"],
  [
    "no sentence",
    { thread: { chapter: "operate/queues", anchor: null }, posts: [] },
    "the thread stands at no sentence",
  ],
  ["a sentence that is gone", threadAt("It said so once.", "```suggestion\nx\n```"), "The chapter does not say"],
  [
    "a chapter that is not there",
    { ...threadAt(quote), thread: { ...threadAt(quote).thread, chapter: "../etc/passwd" } },
    'there is no chapter "../etc/passwd"',
  ],
  ["a suggestion that breaks the book", threadAt(quote, "```suggestion\n<b>x</b>\n```"), "Raw HTML is not allowed"],
])("says what is the matter with %s, and writes nothing", async (_, thread, message) => {
  const { code, said, patch } = await propose(thread);
  expect(said).toContain(message);
  expect(code).toBe(2);
  expect(() => readFileSync(patch)).toThrow("ENOENT");
});
