import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runProgram } from "../program.ts";

const scratch = mkdtempSync(join(tmpdir(), "fieldbook-publish-"));
afterAll(() => rmSync(scratch, { recursive: true }));

async function fieldbook(...args: string[]): Promise<{ code: number; said: string }> {
  let said = "";
  const hear = (text: string): void => void (said += text);
  const code = await runProgram(args, { out: hear, err: hear, interactive: false });
  return { code, said };
}

it("writes a book, and nothing over what is there", { timeout: 60_000 }, async () => {
  const file = join(scratch, "book.epub");
  expect(await fieldbook("publish", "epub", "-o", file)).toEqual({ code: 0, said: `Written to ${file}.\n` });
  expect(readFileSync(file).subarray(30, 58).toString()).toBe("mimetypeapplication/epub+zip");
  writeFileSync(file, "mine");
  const refused = await fieldbook("publish", "epub", "-o", file);
  expect(refused.code).toBe(2);
  expect(refused.said).toContain("is there already. Give --force");
  expect(readFileSync(file, "utf8")).toBe("mine");
  expect((await fieldbook("publish", "epub", "-o", join(scratch, "none", "book.epub"))).code).toBe(2);
  expect(existsSync(join(scratch, "none"))).toBe(false);
  expect((await fieldbook("publish", "rtf", "-o", file)).code).toBe(2);
});
