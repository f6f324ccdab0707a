import { describe, expect, it } from "vitest";
import type { Actor } from "../accounts/actor.ts";
import { eachStore } from "../data/each-store.fixture.ts";
import { knownPosts } from "./known-posts.ts";
import { readPosts } from "./read-threads.ts";
import { deletePost, editPost, reply, startThread } from "./write-threads.ts";

const ada: Actor = { id: "p-ada", name: "Ada", role: "editor" };
const ben: Actor = { id: "p-ben", name: "Ben", role: "contributor" };

describe("known posts", () => {
  eachStore(({ open }) => {
    it("are those of the database after every kind of change, by whatever process", async () => {
      const store = await open();
      const known = knownPosts(store);
      const given = { kind: "question", chapter: "", body: "Why?" } as const;
      const { threadId, postId } = await startThread(store, ada, given);
      const other = await startThread(store, ada, given);
      const isRight = async (): Promise<void> => {
        for (const id of [threadId, other.threadId])
          expect(await known.read(id)).toEqual(await readPosts(store.db, id));
      };
      await isRight();
      const answer = await reply(store, ben, threadId, "So.");
      await isRight();
      await editPost(store, ada, postId, 1, "Why so?");
      await isRight();
      await deletePost(store, ben, answer, 1);
      await isRight();
      // A person is known by another name from their next post on, whatever thread that is in.
      await reply(store, { ...ben, name: "Benjamin" }, other.threadId, "Hello.");
      await isRight();
      expect((await known.read(threadId)).map(({ author }) => author.name)).toEqual(["Ada", "Benjamin"]);
    });

    it("are read from the database once, as long as nothing changes", async () => {
      const store = await open();
      const known = knownPosts(store);
      const { threadId } = await startThread(store, ada, { kind: "question", chapter: "", body: "Why?" });
      const first = await known.read(threadId);
      expect(await known.read(threadId)).toBe(first);
      await reply(store, ben, threadId, "So.");
      expect(await known.read(threadId)).not.toBe(first);
    });

    it("give up the oldest when they are too many", async () => {
      const store = await open();
      const known = knownPosts(store);
      const body = "x".repeat(19_000);
      const made = await startThread(store, ada, { kind: "question", chapter: "", body });
      const first = await known.read(made.threadId);
      for (let index = 0; index < 3; index += 1) {
        const { threadId } = await startThread(store, ada, { kind: "question", chapter: "", body });
        for (let post = 0; post < 160; post += 1) await reply(store, ada, threadId, body);
        await known.read(threadId);
      }
      const again = await known.read(made.threadId);
      expect(again).toEqual(first);
      expect(again).not.toBe(first);
    }, 60_000);
  });
});
