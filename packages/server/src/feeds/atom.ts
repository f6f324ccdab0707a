import type { Kysely } from "kysely";
import type { Tables } from "../data/schema.ts";
import { escapeText } from "../threads/pages/html.ts";
import { kindNames } from "../threads/thread.ts";
import type { ThreadKind } from "../threads/thread.ts";

/** A post as a feed shows it. */
export interface FeedEntry {
  readonly id: string;
  readonly threadId: string;
  readonly kind: ThreadKind;
  readonly chapter: string;
  readonly threadTitle: string | null;
  readonly authorName: string;
  readonly body: string;
  readonly version: number;
  readonly createdAt: number;
  readonly editedAt: number | null;
}

const mostEntries = 50;

/** The last 50 posts that are not deleted, the newest first. */
export async function readFeed(
  db: Kysely<Tables>,
  filter: { readonly chapter?: string; readonly threadId?: string },
): Promise<readonly FeedEntry[]> {
  let query = db
    .selectFrom("post")
    .innerJoin("thread", "thread.id", "post.thread_id")
    .innerJoin("person", "person.id", "post.author_id")
    .select(["post.id", "post.thread_id", "post.body", "post.version", "post.created_at", "post.edited_at"])
    .select(["thread.kind", "thread.chapter", "thread.title", "person.name"])
    .where("post.deleted_at", "is", null);
  if (filter.chapter !== undefined) query = query.where("thread.chapter", "=", filter.chapter);
  if (filter.threadId !== undefined) query = query.where("post.thread_id", "=", filter.threadId);
  const rows = await query.orderBy("post.id", "desc").limit(mostEntries).execute();
  return rows.map((row) => ({
    id: row.id,
    threadId: row.thread_id,
    kind: row.kind,
    chapter: row.chapter,
    threadTitle: row.title,
    authorName: row.name,
    body: row.body,
    version: row.version,
    createdAt: row.created_at,
    editedAt: row.edited_at,
  }));
}

/** What XML 1.0 (section 2.2) has no place for goes; the rest is escaped. */
const xml = (text: string): string =>
  escapeText(text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ""));

export interface Feed {
  readonly title: string;
  /** Address of the feed itself. */
  readonly self: string;
  /** Where the handbook is, without a slash at the end. */
  readonly site: string;
  readonly entries: readonly FeedEntry[];
}

/** The feed as Atom has it (RFC 4287). */
export function writeFeed({ title, self, site, entries }: Feed, render: (entry: FeedEntry) => string): string {
  const times = entries.map(({ createdAt, editedAt }) => editedAt ?? createdAt);
  const updated = new Date(times.reduce((latest, at) => Math.max(latest, at), 0)).toISOString();
  const entry = (each: FeedEntry): string => {
    const about = each.threadTitle ?? `${kindNames[each.kind]}${each.chapter === "" ? "" : ` on ${each.chapter}`}`;
    return `<entry>
<id>urn:uuid:${each.id}</id>
<title>${xml(about)}</title>
<link href="${xml(`${site}/threads/${each.threadId}/#post-${each.id}`)}"/>
<author><name>${xml(each.authorName)}</name></author>
<published>${new Date(each.createdAt).toISOString()}</published>
<updated>${new Date(each.editedAt ?? each.createdAt).toISOString()}</updated>
<content type="html">${xml(render(each))}</content>
</entry>
`;
  };
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${xml(self)}</id>
<title>${xml(title)}</title>
<link rel="self" href="${xml(self)}"/>
<link href="${xml(site)}/threads/"/>
<updated>${updated}</updated>
${entries.map(entry).join("")}</feed>
`;
}
