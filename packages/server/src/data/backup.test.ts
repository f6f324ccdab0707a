import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Actor } from "../accounts/actor.ts";
import { openFieldbookStore as open } from "../open-fieldbook-store.ts";
import { readPosts, readThread } from "../threads/read-threads.ts";
import { changeThread } from "../threads/change-thread.ts";
import { editPost, reply, startThread } from "../threads/write-threads.ts";
import { backUp, move, restore } from "./backup.ts";
import { startPostgres } from "../testing/start-postgres.ts";
import { eachStore } from "./each-store.fixture.ts";
import { exportThreads, threadAsMarkdown } from "./export-threads.ts";
import type { Store, StoreSettings } from "./store.ts";

const ada: Actor = { id: "p-ada", name: "Ada", role: "editor" };
const scratch = mkdtempSync(join(tmpdir(), "fieldbook-backup-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(scratch, `backup-${String((files += 1))}`);
const newFolder = (): StoreSettings => ({ dataFolder: mkdtempSync(join(scratch, "data-")) });

/** A thread with everything that a thread can have. */
async function fill(store: Store): Promise<string> {
  const anchor = { source: "/operate/queues/", selector: [{ type: "TextQuoteSelector", exact: "“œ ☃ 𝕏”" }] };
  const { threadId, postId } = await startThread(store, ada, {
    kind: "question",
    chapter: "operate/queues",
    title: "Why?",
    anchor,
    body: 'One: "a"\n---\n\\ \u2028 😀',
  });
  await editPost(store, ada, postId, 1, "Two 😀");
  await reply(store, { ...ada, id: "p-ben", name: "Ben" }, threadId, "Three @ada");
  await changeThread(store, ada, threadId, 1, { state: "resolved", reason: "Said: all" });
  return threadId;
}

/** Every row of every table, in an order that does not hang on the store. */
async function everything(store: Store): Promise<unknown> {
  const rows = { threads: await exportThreads(store) };
  const tables = ["person", "post_version", "mention", "subscription", "notification"] as const;
  const rest = await Promise.all(tables.map((table) => store.db.selectFrom(table).selectAll().execute()));
  return { ...rows, rest: rest.map((each) => each.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort()) };
}

async function using<Value>(settings: StoreSettings, use: (store: Store) => Promise<Value>): Promise<Value> {
  const store = await open(settings);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

describe("a backup", () => {
  eachStore(({ newSettings }) => {
    it("taken while people write is of one moment, and restores on an empty machine", async () => {
      const settings = await newSettings();
      const file = newFile();
      const before = await using(settings, async (store) => {
        const threadId = await fill(store);
        const told = await everything(store);
        const writing = Promise.all(
          Array.from({ length: 20 }, (_, index) => reply(store, ada, threadId, `More ${index}`)),
        );
        await backUp(store, file);
        await writing;
        return { told, threadId };
      });
      for (const target of [await newSettings(), newFolder()]) {
        const counts = await restore(file, target, open);
        expect(counts.get("thread")).toBe(1);
        await using(target, async (store) => {
          const thread = await readThread(store.db, before.threadId);
          // Counted and kept in one transaction: a moment has both or neither.
          expect(await readPosts(store.db, before.threadId)).toHaveLength(thread.postCount);
          await reply(store, ada, before.threadId, "The restored store is written to");
        });
      }
    });

    it("brings back every row", async () => {
      const settings = await newSettings();
      const file = newFile();
      const before = await using(settings, async (store) => {
        await fill(store);
        await backUp(store, file);
        return everything(store);
      });
      const target = await newSettings();
      await restore(file, target, open);
      expect(await using(target, everything)).toEqual(before);
    });

    it("brings back more rows than are read at once, and texts with all that could end a line", async () => {
      const settings = await newSettings();
      const file = newFile();
      const before = await using(settings, async (store) => {
        const threadId = await fill(store);
        for (let index = 0; index < 1_001; index += 1) {
          await reply(store, ada, threadId, `${index} \r\n a \u2028 b \u0085 c \v d`);
        }
        await backUp(store, file);
        return everything(store);
      });
      const target = await newSettings();
      expect((await restore(file, target, open)).get("post")).toBe(1_003);
      expect(await using(target, everything)).toEqual(before);
    }, 60_000);

    it("that is damaged is refused, and nothing is restored", async () => {
      const settings = await newSettings();
      const file = newFile();
      await using(settings, async (store) => {
        await fill(store);
        await backUp(store, file);
      });
      const whole = readFileSync(file);
      for (const damaged of [whole.subarray(0, whole.length - 600), Buffer.from("no backup"), Buffer.alloc(0)]) {
        writeFileSync(file, damaged);
        const target = newFolder();
        await expect(restore(file, target, open)).rejects.toThrow(/damaged|no backup/);
        expect(await using(target, exportThreads)).toEqual([]);
      }
    });

    it("is not restored over what people have written", async () => {
      const settings = await newSettings();
      const file = newFile();
      await using(settings, async (store) => {
        await fill(store);
        await backUp(store, file);
      });
      await expect(restore(file, settings, open)).rejects.toThrow("nothing is written over them");
    });
  });

  it("that is not there is named", async () => {
    await expect(restore("/none", newFolder(), open)).rejects.toThrow("There is no backup /none.");
  });
});

describe("moving", () => {
  it("from SQLite to PostgreSQL brings every row, with the counts compared", async () => {
    const postgres = await startPostgres();
    try {
      const from = newFolder();
      const to = { ...newFolder(), databaseUrl: await postgres.newDatabase() };
      const before = await using(from, async (store) => {
        await fill(store);
        return everything(store);
      });
      const counts = await move(from, to, open);
      expect(Object.fromEntries(counts)).toMatchObject({ thread: 1, post: 2, post_version: 1, person: 2, mention: 1 });
      expect(await using(to, everything)).toEqual(before);
      expect(await using(from, everything)).toEqual(before);
      await expect(move(from, to, open)).rejects.toThrow("nothing is written over them");
    } finally {
      await postgres.stop();
    }
  }, 30_000);

  it("from a folder without data is refused, and makes none there", async () => {
    const from = newFolder();
    await expect(move(from, newFolder(), open)).rejects.toThrow("There is no data in");
  });
});

describe("an export", () => {
  it("has a thread as Markdown, with what breaks no line of its head", async () => {
    const text = await using(newFolder(), async (store) => {
      await fill(store);
      return (await exportThreads(store)).map(threadAsMarkdown).join("");
    });
    expect(text).toMatch(
      /^---\nid: "[0-9a-f-]{36}"\nkind: "question"\nstate: "resolved"\nchapter: "operate\/queues"\n/,
    );
    expect(text).toContain("\n# Why?\n");
    expect(text).toMatch(/\n## Ada, \S+, edited \S+\n\nTwo 😀\n/);
    expect(text).toMatch(/- Resolved by Ada, \S+: Said: all\n$/);
  });
});
