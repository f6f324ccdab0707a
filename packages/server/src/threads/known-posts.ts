import type { Kysely } from "kysely";
import type { Tables } from "../data/schema.ts";
import type { Store } from "../data/store.ts";
import { readPosts } from "./read-threads.ts";
import type { Post } from "./thread.ts";

const mostCharacters = 8_000_000;

interface Known {
  readonly stamp: string;
  readonly posts: readonly Post[];
  readonly characters: number;
}

/**
 * Keeps the posts of the threads that were read last. Each reading asks the database whether they are still those: who
 * wrote how many of them, and how often they were changed. A post's version only grows and no post is ever removed, so
 * that two different states of a thread never have one answer.
 */
class KnownPosts {
  readonly #db: Kysely<Tables>;
  readonly #kept = new Map<string, Known>();
  #characters = 0;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Posts of a thread in the order of writing. */
  async read(threadId: string): Promise<readonly Post[]> {
    const stamp = await this.#stampOf(threadId);
    const known = this.#kept.get(threadId);
    if (known?.stamp === stamp) return known.posts;
    // What is written from here on is read as well, and kept under the older stamp: the next reading finds another.
    const posts = await readPosts(this.#db, threadId);
    this.#keep(threadId, stamp, posts);
    return posts;
  }

  async #stampOf(threadId: string): Promise<string> {
    const authors = await this.#db
      .selectFrom("post")
      .innerJoin("person", "person.id", "post.author_id")
      .select(["person.id", "person.name", "person.handle"])
      .select(({ fn }) => [fn.countAll<number>().as("posts"), fn.sum<number>("post.version").as("versions")])
      .where("post.thread_id", "=", threadId)
      .groupBy(["person.id", "person.name", "person.handle"])
      .orderBy("person.id")
      .execute();
    return JSON.stringify(authors);
  }

  #keep(threadId: string, stamp: string, posts: readonly Post[]): void {
    this.#forget(threadId);
    const characters = posts.reduce((sum, { body }) => sum + body.length + 200, 0);
    this.#kept.set(threadId, { stamp, posts, characters });
    this.#characters += characters;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= mostCharacters) break;
      this.#forget(oldest);
    }
  }

  #forget(threadId: string): void {
    this.#characters -= this.#kept.get(threadId)?.characters ?? 0;
    this.#kept.delete(threadId);
  }
}

const byStore = new WeakMap<Store, KnownPosts>();

/** What this process knows of a store. */
export function knownPosts(store: Store): KnownPosts {
  let known = byStore.get(store);
  if (known === undefined) {
    known = new KnownPosts(store.db);
    byStore.set(store, known);
  }
  return known;
}
