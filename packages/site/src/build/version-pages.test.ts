import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chapterHistory } from "./chapter-history.ts";
import { versionPage } from "./version-pages.ts";

const folder = mkdtempSync(join(tmpdir(), "fieldbook-history-"));
afterAll(() => rmSync(folder, { recursive: true }));

const git = (...args: string[]): string =>
  execFileSync("git", ["-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.org", ...args], {
    encoding: "utf8",
  });

function commit(file: string, text: string, says: string): void {
  writeFileSync(join(folder, file), text);
  git("add", "-A");
  git("commit", "-q", "-m", says, "--date=2026-11-01T12:00:00Z");
}

const chapter = { id: "operate/queues", title: "Why busy is <slow>" };
const opening = "Queues grow with load, and they grow faster the nearer it comes to what a server can do.";

describe("a chapter with a history", () => {
  beforeAll(() => {
    git("init", "-q");
    commit("old.md", `${opening}\n\nBusy is slow.\n`, "docs: begin");
    git("mv", "old.md", "queues.md");
    commit("queues.md", `${opening}\n\nBusy is very slow.\n`, "docs: <say> more");
  });

  it("is followed through its other names, the newest first", () => {
    const versions = chapterHistory(folder, "queues.md", `${opening}\n\nBusy is very slow.\n`);
    expect(versions.map(({ date, says }) => [date, says])).toEqual([
      ["2026-11-01", "docs: <say> more"],
      ["2026-11-01", "docs: begin"],
    ]);
  });

  it("shows what changed between two of them, word by word, and escapes it", () => {
    const { html } = versionPage(chapter, chapterHistory(folder, "queues.md", `${opening}\n\nBusy is very slow.\n`));
    expect(html).toContain("<p>Busy is slow.</p><p>Busy is <ins>very </ins>slow.</p>");
    expect(html).toContain("docs: &lt;say&gt; more");
  });

  it("counts a text that is not committed as the newest", () => {
    const versions = chapterHistory(folder, "queues.md", "Another text.");
    expect(versions).toHaveLength(3);
    expect(versionPage(chapter, versions).html).toContain("2026-11-01 → as it stands here");
  });
});

it("a book without git is told as one without a history", () => {
  const bare = mkdtempSync(join(tmpdir(), "fieldbook-bare-"));
  try {
    expect(chapterHistory(bare, "queues.md", "Text.")).toEqual([]);
    expect(versionPage(chapter, []).html).toContain("This build has no history");
  } finally {
    rmSync(bare, { recursive: true });
  }
});
