import { describe, expect, it } from "vitest";
import type { Actor } from "../accounts/actor.ts";
import { eachStore } from "../data/each-store.fixture.ts";
import { admitThread } from "./admit-thread.ts";
import { handleOf, mentionsIn } from "./mentions.ts";
import {
  countThreads,
  listThreads,
  readEvents,
  readPost,
  readPosts,
  readPostVersions,
  readThread,
} from "./read-threads.ts";
import { changeThread } from "./change-thread.ts";
import { deletePost, editPost, reply, setSubscription, startThread, unsubscribeByToken } from "./write-threads.ts";

const ada: Actor = { id: "p-ada", name: "Ada Lovelace", role: "contributor" };
const ben: Actor = { id: "p-ben", name: "Ben", role: "contributor" };
const eve: Actor = { id: "p-eve", name: "Eve", role: "editor" };
const guest: Actor = { id: "p-guest", name: "Guest", role: "reader" };
const queues = "operate/queues";
const question = { kind: "question", chapter: queues, body: "Why does it *collapse*?" } as const;

describe("threads", () => {
  eachStore(({ open }) => {
    it("begin with a post, and are read back as they were written", async () => {
      const store = await open();
      const anchor = { source: "/operate/queues/", selector: [{ type: "TextQuoteSelector", exact: "a queue" }] };
      const { threadId } = await startThread(store, ada, { ...question, lens: "engineer", title: "Collapse", anchor });
      const thread = await readThread(store.db, threadId);
      expect(thread).toMatchObject({
        kind: "question",
        state: "open",
        title: "Collapse",
        postCount: 1,
        anchor,
        run: null,
      });
      expect(thread.author).toEqual({ id: "p-ada", name: "Ada Lovelace", handle: "ada-lovelace" });
      expect((await readPosts(store.db, threadId)).map(({ body }) => body)).toEqual(["Why does it *collapse*?"]);
    });

    it("are not begun, answered or edited by readers", async () => {
      const store = await open();
      await expect(startThread(store, guest, question)).rejects.toThrow("Readers do not write");
      const { threadId } = await startThread(store, ada, question);
      await expect(reply(store, guest, threadId, "Me too")).rejects.toThrow("Readers do not write");
      await expect(reply(store, ben, "none", "Hello")).rejects.toThrow("There is no such thread.");
    });

    it("keep what a post said before an edit, and refuse an edit of what has changed", async () => {
      const store = await open();
      const { postId } = await startThread(store, ada, question);
      expect(await editPost(store, ada, postId, 1, "Second")).toBe(2);
      await expect(editPost(store, ada, postId, 1, "From another window")).rejects.toThrow("changed meanwhile");
      await expect(editPost(store, eve, postId, 2, "Your words")).rejects.toThrow("by its author alone");
      expect((await readPost(store.db, postId)).body).toBe("Second");
      expect(await readPostVersions(store.db, postId)).toMatchObject([{ version: 1, body: "Why does it *collapse*?" }]);
    });

    it("lose no edit when many edit at once: one of them wins", async () => {
      const store = await open();
      const { postId } = await startThread(store, ada, question);
      const edits = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) => editPost(store, ada, postId, 1, `Edit ${index}`)),
      );
      expect(edits.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await readPostVersions(store.db, postId)).toHaveLength(1);
    });

    it("leave the trace of a deleted post and nothing of what it said", async () => {
      const store = await open();
      const { threadId, postId } = await startThread(store, ada, question);
      await editPost(store, ada, postId, 1, "A secret");
      await expect(deletePost(store, ben, postId, 2)).rejects.toThrow("author or an editor");
      await deletePost(store, eve, postId, 2);
      const post = await readPost(store.db, postId);
      expect(post.body).toBe("");
      expect(post.deletedAt).not.toBeNull();
      expect(await readPostVersions(store.db, postId)).toEqual([]);
      expect((await listThreads(store.db, { text: "secret" })).threads).toEqual([]);
      expect((await readThread(store.db, threadId)).postCount).toBe(1);
      await expect(editPost(store, ada, postId, 3, "Back again")).rejects.toThrow();
    });

    it("are resolved and reopened with the reason kept", async () => {
      const store = await open();
      const { threadId } = await startThread(store, ada, question);
      await expect(changeThread(store, ben, threadId, 1, { state: "resolved" })).rejects.toThrow("author or an editor");
      const second = await changeThread(store, ada, threadId, 1, { state: "resolved", reason: "Answered in §2" });
      await changeThread(store, eve, threadId, second, { state: "open", reason: "Not quite" });
      const events = await readEvents(store.db, threadId);
      expect(events.map(({ state, reason, person }) => [state, reason, person.name])).toEqual([
        ["resolved", "Answered in §2", "Ada Lovelace"],
        ["open", "Not quite", "Eve"],
      ]);
      await expect(changeThread(store, eve, threadId, 1, { title: "Late" })).rejects.toThrow("changed meanwhile");
    });

    it("settle a decision by an editor only", async () => {
      const store = await open();
      const { threadId } = await startThread(store, ada, { ...question, kind: "decision" });
      await expect(changeThread(store, ada, threadId, 1, { state: "resolved" })).rejects.toThrow("by an editor");
      expect(await changeThread(store, eve, threadId, 1, { state: "resolved" })).toBe(2);
    });

    it("tell subscribers and those who are named, never who writes", async () => {
      const store = await open();
      await startThread(store, ben, { ...question, body: "So that Ben is known" });
      const { threadId } = await startThread(store, ada, { ...question, body: "@ben what do you say? `@eve`" });
      await reply(store, ben, threadId, "Much, @ada-lovelace");
      const rows = await store.db.selectFrom("notification").select(["person_id", "reason"]).orderBy("id").execute();
      expect(rows).toEqual([
        { person_id: "p-ben", reason: "mention" },
        { person_id: "p-ada", reason: "mention" },
      ]);
    });

    it("leave in peace who has left, also when they post again", async () => {
      const store = await open();
      const { threadId } = await startThread(store, ada, question);
      const told = async (): Promise<number> =>
        (await store.db.selectFrom("notification").select("id").execute()).length;
      await reply(store, ben, threadId, "One");
      expect(await told()).toBe(1);
      const { token } = await store.db
        .selectFrom("subscription")
        .select("token")
        .where("person_id", "=", "p-ada")
        .executeTakeFirstOrThrow();
      expect(await unsubscribeByToken(store, token)).toBe(threadId);
      expect(await unsubscribeByToken(store, "guessed")).toBeUndefined();
      await reply(store, ben, threadId, "Two");
      await reply(store, ada, threadId, "Three");
      await setSubscription(store, ben, threadId, false);
      await reply(store, eve, threadId, "Four");
      expect(await told()).toBe(2);
      await setSubscription(store, ada, threadId, true);
      await reply(store, eve, threadId, "Five");
      expect(await told()).toBe(3);
    });

    it("are listed by filter, the last active first", async () => {
      let now = 1_764_000_000_000;
      const store = await open(() => (now += 1_000));
      const first = await startThread(store, ada, { ...question, title: "Ein Ärger mit 100%" });
      const second = await startThread(store, ben, {
        ...question,
        kind: "correction",
        lens: "manager",
        chapter: "physics/light",
      });
      const list = async (filter: object): Promise<readonly string[]> =>
        (await listThreads(store.db, filter)).threads.map(({ id }) => id);
      expect(await list({})).toEqual([second.threadId, first.threadId]);
      await reply(store, ben, first.threadId, "A metastable failure");
      expect(await list({})).toEqual([first.threadId, second.threadId]);
      expect(await list({ kind: "correction" })).toEqual([second.threadId]);
      expect(await list({ lens: "manager", state: "open" })).toEqual([second.threadId]);
      expect(await list({ chapter: queues })).toEqual([first.threadId]);
      expect(await list({ text: "ärger METASTABLE" })).toEqual([first.threadId]);
      expect(await list({ text: "100%" })).toEqual([first.threadId]);
      expect(await list({ text: "1_0%" })).toEqual([]);
      await changeThread(store, ada, first.threadId, 1, { state: "resolved" });
      expect(await countThreads(store.db)).toEqual({ open: 1, resolved: 1 });
      expect(await countThreads(store.db, { chapter: queues, state: "open" })).toEqual({ open: 0, resolved: 1 });
    });

    it("are paged without repeating or hiding any, though all are of one moment and more come in between", async () => {
      const store = await open(() => 1_764_000_000_000);
      const made = [];
      for (let index = 0; index < 7; index += 1) made.push((await startThread(store, ada, question)).threadId);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await listThreads(store.db, {}, { after, size: 3 });
        seen.push(...page.threads.map(({ id }) => id));
        after = page.next;
        if (seen.length === 3) await startThread(store, ada, question);
      } while (after !== undefined);
      expect(seen).toEqual(made.toReversed());
      await expect(listThreads(store.db, {}, { after: "x" })).rejects.toThrow("use the `next`");
    });

    it("count every one of many posts at once", async () => {
      const store = await open();
      const { threadId } = await startThread(store, ada, question);
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => reply(store, index % 2 === 0 ? ben : eve, threadId, `Post ${index}`)),
      );
      expect((await readThread(store.db, threadId)).postCount).toBe(21);
      expect(await readPosts(store.db, threadId)).toHaveLength(21);
    });

    it("know two people of one name apart", async () => {
      const store = await open();
      await startThread(store, ben, question);
      await startThread(store, { ...ben, id: "p-ben-2" }, question);
      const people = await store.db.selectFrom("person").select("handle").orderBy("handle").execute();
      expect(people.map(({ handle }) => handle)).toEqual(["ben", "ben-2"]);
    });
  });
});

describe("a title that was made of the first post", () => {
  eachStore(({ open }) => {
    it("says what that post says now, and nothing once it was taken away", async () => {
      const store = await open();
      const body = "SECRET hunter2 leaked here";
      const ground = { places: undefined, counterexamples: undefined };
      const { threadId, postId } = await admitThread(store, ground, ben, { kind: "question", chapter: "", body });
      const titleNow = async () => (await readThread(store.db, threadId)).title;
      const found = async (text: string) => (await listThreads(store.db, { text }, {})).threads.length;
      expect([await titleNow(), await found("hunter2")]).toEqual([body, 1]);
      await editPost(store, ben, postId, 1, "A better question");
      expect([await titleNow(), await found("hunter2")]).toEqual(["A better question", 0]);
      await deletePost(store, ben, postId, 2);
      expect([await titleNow(), await found("better")]).toEqual([null, 0]);
    });

    it("is left alone when somebody gave it", async () => {
      const store = await open();
      const { threadId, postId } = await startThread(store, ben, { ...question, title: "Given" });
      await editPost(store, ben, postId, 1, "Other words");
      expect((await readThread(store.db, threadId)).title).toBe("Given");
    });
  });
});

describe("a decision", () => {
  eachStore(({ open }) => {
    it("is one by an editor's word, and settled by an editor", async () => {
      const store = await open();
      const author = { ...ben, role: "contributor" } as const;
      const { threadId } = await startThread(store, author, { ...question, kind: "decision" });
      const refused = { problem: "not-allowed" };
      await expect(changeThread(store, author, threadId, 1, { state: "resolved" })).rejects.toMatchObject(refused);
      await expect(changeThread(store, author, threadId, 1, { kind: "question" })).rejects.toMatchObject(refused);
      const other = await startThread(store, author, question);
      await expect(changeThread(store, author, other.threadId, 1, { kind: "decision" })).rejects.toMatchObject(refused);
    });
  });
});

describe("mentions", () => {
  it.each([
    ["@ada, see this", ["ada"]],
    ["(@ben-two) and @Ada @ada", ["ben-two", "ada"]],
    ["me@example.org and https://x.org/@ada", []],
    ["`@ada` and\n```\n@ben\n```\nand @eve.", ["eve"]],
    ["```\n@ada, in a block that does not end", []],
    ["@Ärzte", ["ärzte"]],
  ])("in %j", (body, names) => {
    expect(mentionsIn(body)).toEqual(names);
  });

  it("have a handle for every name", () => {
    expect(["Ada Lovelace", "  O'Neill ", "!!!", "ﬁne"].map(handleOf)).toEqual([
      "ada-lovelace",
      "o-neill",
      "person",
      "fine",
    ]);
  });
});
