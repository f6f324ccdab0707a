import { listThreads, readEvents, readPosts } from "../threads/read-threads.ts";
import { kindNames } from "../threads/thread.ts";
import type { Post, Thread, ThreadEvent } from "../threads/thread.ts";
import type { Store } from "./store.ts";

export interface ExportedThread {
  readonly thread: Thread;
  readonly posts: readonly Post[];
  readonly events: readonly ThreadEvent[];
}

/** Every thread with its posts and the changes of its state, the oldest first. */
export async function exportThreads(store: Store): Promise<readonly ExportedThread[]> {
  const exported: ExportedThread[] = [];
  let after: string | undefined;
  do {
    const page = await listThreads(store.db, {}, { after, size: 200 });
    for (const thread of page.threads) {
      const [posts, events] = [await readPosts(store.db, thread.id), await readEvents(store.db, thread.id)];
      exported.push({ thread, posts, events });
    }
    after = page.next;
  } while (after !== undefined);
  return exported.sort((one, other) => (one.thread.id < other.thread.id ? -1 : 1));
}

const time = (at: number): string => new Date(at).toISOString();

/** A thread to read, and to keep beside other texts. Posts stay the Markdown they are. */
export function threadAsMarkdown({ thread, posts, events }: ExportedThread): string {
  const { id, kind, state, chapter, lens, title, author, createdAt } = thread;
  const head = {
    id,
    kind,
    state,
    chapter,
    ...(lens === null ? {} : { lens }),
    author: author.name,
    created: time(createdAt),
    ...(thread.anchor === null ? {} : { anchor: thread.anchor }),
    ...(thread.run === null ? {} : { run: thread.run }),
  };
  // JSON is YAML, so that no text in it can break out of its line.
  const fields = Object.entries(head).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const post = (each: Post): string => {
    const edited = each.editedAt === null || each.deletedAt !== null ? "" : `, edited ${time(each.editedAt)}`;
    const text = each.deletedAt === null ? each.body : `*Taken away ${time(each.deletedAt)}.*`;
    return `## ${each.author.name}, ${time(each.createdAt)}${edited}\n\n${text}`;
  };
  const change = ({ state: now, person, at, reason }: ThreadEvent): string =>
    `- ${now === "resolved" ? "Resolved" : "Reopened"} by ${person.name}, ${time(at)}${reason === "" ? "" : `: ${reason}`}`;
  const parts = [
    `---\n${fields.join("\n")}\n---`,
    `# ${title ?? kindNames[kind]}`,
    ...posts.map(post),
    ...(events.length === 0 ? [] : [events.map(change).join("\n")]),
  ];
  return `${parts.join("\n\n")}\n`;
}
