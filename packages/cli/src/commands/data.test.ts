import { Command, CommanderError } from "commander";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { openFieldbookStore } from "@fieldbook/server";
import { startPostgres, startThread } from "@fieldbook/server/testing";
import type { Outcome } from "../program.ts";
import { addData } from "./data.ts";

const scratch = mkdtempSync(join(tmpdir(), "fieldbook-data-command-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function fieldbook(environment: Record<string, string>, ...args: string[]): Promise<string> {
  let said = "";
  const outcome: Outcome = { code: 0 };
  const terminal = { out: (text: string) => (said += text), err: (text: string) => (said += text), interactive: false };
  const program = new Command("fieldbook")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  addData(program, terminal, outcome, environment);
  try {
    await program.parseAsync(["data", ...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return said;
    if (!(error instanceof Error) || error.name !== "UserError") throw error;
    return `refused: ${error.message}`;
  }
  return outcome.code === 0 ? said : `exits ${outcome.code}: ${said}`;
}

async function newData(): Promise<{ FIELDBOOK_DATA: string }> {
  const dataFolder = mkdtempSync(join(scratch, "data-"));
  const store = await openFieldbookStore({ dataFolder });
  await startThread(
    store,
    { id: "p-ada", name: "Ada", role: "owner" },
    { kind: "question", chapter: "", title: "Why?", body: "Tell me" },
  );
  await store.close();
  return { FIELDBOOK_DATA: dataFolder };
}

describe("fieldbook data", () => {
  it("backs up and restores on an empty machine", async () => {
    const from = await newData();
    const file = join(scratch, "backup.sqlite");
    expect(await fieldbook(from, "backup", "-o", file)).toContain(`Written to ${file}`);
    expect(await fieldbook(from, "backup", "-o", file)).toMatch(/^refused: .* is there already/);
    expect(await fieldbook(from, "restore", file)).toMatch(/^refused: .*nothing is written over them/);
    const empty = { FIELDBOOK_DATA: join(scratch, "empty", "machine") };
    expect(await fieldbook(empty, "restore", file)).toMatch(/thread +1\n/);
    expect(await fieldbook(empty, "export", "-f", "json", "-o", join(scratch, "restored.json"))).toContain(
      "1 thread written",
    );
  });

  it("exports JSON and Markdown", async () => {
    const from = await newData();
    const [json, folder] = [join(scratch, "threads.json"), join(scratch, "threads")];
    await fieldbook(from, "export", "-f", "json", "-o", json);
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({
      threads: [{ thread: { title: "Why?" }, posts: [{ body: "Tell me" }] }],
    });
    await fieldbook(from, "export", "-f", "markdown", "-o", folder);
    const [file = ""] = readdirSync(folder);
    expect(readFileSync(join(folder, file), "utf8")).toContain("# Why?\n\n## Ada, ");
    expect(await fieldbook(from, "export", "-f", "markdown", "-o", folder)).toMatch(/^refused: .* is not empty/);
    expect(await fieldbook(from, "export", "-f", "pdf", "-o", folder)).toBe(
      'refused: There is no format "pdf"; there are: json, markdown.',
    );
  });

  it("moves from SQLite to PostgreSQL, and backs up from there", async () => {
    const postgres = await startPostgres();
    try {
      const from = await newData();
      const url = await postgres.newDatabase();
      expect(await fieldbook(from, "move", "--to", url)).toMatch(/thread +1\n[\s\S]*Both have the same counts/);
      const there = { ...from, DATABASE_URL: url };
      const file = join(scratch, "backup.dump");
      await fieldbook(there, "backup", "-o", file);
      expect(await fieldbook({ ...from, DATABASE_URL: await postgres.newDatabase() }, "restore", file)).toMatch(
        /post +1\n/,
      );
    } finally {
      await postgres.stop();
    }
  }, 30_000);

  it("goes through the audit log, with and without a head that was kept", async () => {
    const data = await newData();
    const database = new DatabaseSync(join(data.FIELDBOOK_DATA, "fieldbook.sqlite"));
    const before = "0".repeat(64);
    const note = (sequence: number, action: string, previous: string): string => {
      const fields = JSON.stringify([sequence, 7, "p-ada", action, "p-ben", "", previous]);
      const hash = createHash("sha256").update(fields).digest("hex");
      const insert = "insert into audit_entry (sequence, at, actor_id, action, subject, detail, previous, hash)";
      database.prepare(`${insert} values (?, 7, 'p-ada', ?, 'p-ben', '', ?, ?)`).run(sequence, action, previous, hash);
      return hash;
    };
    const second = note(2, "role.changed", note(1, "session.began", before));
    expect(await fieldbook(data, "audit")).toContain(
      `Whole up to entry 2. Keep this elsewhere, for --kept: 2:${second}`,
    );
    expect(JSON.parse(await fieldbook(data, "audit", "--json"))).toEqual({
      whole: true,
      head: { sequence: 2, hash: second },
    });
    database.prepare("delete from audit_entry where sequence = 2").run();
    expect(await fieldbook(data, "audit")).toContain("Whole up to entry 1.");
    expect(await fieldbook(data, "audit", "--kept", `2:${second}`)).toMatch(/^exits 1: Entry 2 is not as it was/);
    database.prepare("update audit_entry set action = 'nothing'").run();
    expect(await fieldbook(data, "audit")).toBe("exits 1: Entry 1 is not as it was written. The entry was changed.\n");
    expect(await fieldbook(data, "audit", "--kept", "yesterday")).toMatch(/^refused: "yesterday" is no head/);
    database.close();
  });

  it("says in one sentence what is wrong", async () => {
    const none = { FIELDBOOK_DATA: join(scratch, "none") };
    expect(await fieldbook(none, "backup", "-o", join(scratch, "x"))).toMatch(
      /^refused: There is no data in .*FIELDBOOK_DATA/,
    );
    expect(await fieldbook(none, "move", "--to", "postgres://u:p@127.0.0.1:1/x")).toMatch(
      /^refused: There is no data in/,
    );
    expect(await fieldbook(none, "move", "--to", "elsewhere")).toMatch(/^refused: --to is "elsewhere": an address/);
    expect(await fieldbook({ FIELDBOOK_DATA: "x" }, "restore", "y")).toMatch(
      /^refused: FIELDBOOK_DATA: an absolute path/,
    );
    expect(await fieldbook(none, "restore", "/none")).toBe("refused: There is no backup /none.");
  });
});
