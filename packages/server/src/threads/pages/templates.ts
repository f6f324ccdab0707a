import type { Actor } from "../../accounts/actor.ts";
import { lensIds } from "../lens-ids.ts";
import type { ThreadCounts, ThreadFilter, ThreadPage } from "../read-threads.ts";
import { mayDeletePost, mayEditPost, mayPost, maySettle } from "../rules.ts";
import { kindNames, longestBody, longestTitle, threadKinds, threadStates } from "../thread.ts";
import type { News } from "../notifications.ts";
import type { Post, PostVersion, Thread, ThreadEvent } from "../thread.ts";
import { markup, trusted } from "./html.ts";
import type { Html } from "./html.ts";

/** "2026-11-23 16:25 UTC" */
function time(at: number): Html {
  const iso = new Date(at).toISOString();
  return markup`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}

const postsText = (count: number): string => (count === 1 ? "1 post" : `${count} posts`);
export const titleOf = ({ title, kind, chapter }: Thread): string =>
  title ?? `${kindNames[kind]}${chapter === "" ? "" : ` on ${chapter}`}`;

const options = (
  values: readonly (readonly [value: string, name: string])[],
  chosen: string | undefined | null,
): readonly Html[] =>
  values.map(([value, name]) =>
    value === (chosen ?? "")
      ? markup`<option value="${value}" selected>${name}</option>`
      : markup`<option value="${value}">${name}</option>`,
  );

/** The chapters of the book, by their ids. */
export type ChapterTitles = ReadonlyMap<string, string>;

const chapterLink = (chapter: string, address: string, titles: ChapterTitles): Html =>
  markup`<a href="${address}">${titles.get(chapter) ?? chapter}</a>`;

const chapterField = (chosen: string | undefined, titles: ChapterTitles, none: string): Html => {
  const known = titles.has(chosen ?? "") || chosen === undefined || chosen === "";
  return markup`<label
    >Chapter<select name="chapter">
      <option value="">${none}</option>
      ${options([...titles, ...(known ? [] : [[chosen, chosen] as const])], chosen)}
    </select></label
  >`;
};

const kindOptions = threadKinds.map((kind) => [kind, kindNames[kind]] as const);
/** A counterexample is a run, and is posted where the run is. */
const startableOptions = kindOptions.filter(([kind]) => kind !== "counterexample");
const lensOptions = lensIds.map((lens) => [lens, lens] as const);

const item = (thread: Thread, titles: ChapterTitles): Html =>
  markup`<li>
    <a href="/threads/${thread.id}/">${titleOf(thread)}</a>
    <div class="threads-soft">
      ${kindNames[thread.kind]} · ${thread.state} · ${postsText(thread.postCount)} · ${thread.author.name} ·
      ${time(thread.activeAt)}${
        thread.chapter !== "" && markup` · ${chapterLink(thread.chapter, `/threads/in/${thread.chapter}/`, titles)}`
      }
    </div>
  </li>`;

/** @param query of the address without `after` */
export function listPage(
  filter: ThreadFilter,
  { threads, next }: ThreadPage,
  counts: ThreadCounts,
  actor: Actor | undefined,
  titles: ChapterTitles,
): Html {
  const address = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (typeof value === "string") address.set(name, value);
  if (next !== undefined) address.set("after", next);
  const chapter = filter.chapter ?? "";
  return markup`<h1>Discussion${chapter !== "" && markup` of ${chapterLink(chapter, `/${chapter}/`, titles)}`}</h1>
    <p class="threads-soft">${counts.open} open, ${counts.resolved} resolved</p>
    <form class="threads-filter" method="get" action="/threads/">
      <label
        >Kind<select name="kind">
          <option value="">all</option>
          ${options(kindOptions, filter.kind)}
        </select></label
      >
      <label
        >State<select name="state">
          <option value="">all</option>
          ${options(
            threadStates.map((state) => [state, state] as const),
            filter.state,
          )}
        </select></label
      >
      <label
        >Lens<select name="lens">
          <option value="">all</option>
          ${options(lensOptions, filter.lens)}
        </select></label
      >
      ${chapterField(chapter, titles, "all")}
      <label>Words<input name="text" type="search" value="${filter.text}" /></label>
      <button>Filter</button>
    </form>
    ${actor !== undefined && mayPost(actor) && markup`<p><a href="/threads/new?chapter=${encodeURIComponent(chapter)}">Start a thread</a></p>`}
    ${
      threads.length === 0
        ? markup`<p>There is no thread here.</p>`
        : markup`<ul class="threads-list">
            ${threads.map((thread) => item(thread, titles))}
          </ul>`
    }
    ${next !== undefined && markup`<p><a rel="next" href="/threads/?${address.toString()}">Older threads</a></p>`}`;
}

/** What somebody typed, so that a mistake does not cost it. */
export type Typed = Readonly<Record<string, string | undefined>>;

const wrong = (mistake: string | undefined): Html =>
  markup`${mistake !== undefined && markup`<p class="threads-wrong" role="alert">${mistake}</p>`}`;

const bodyField = (body: string | undefined, label = "Text, in Markdown"): Html =>
  // The line break after the tag is not part of the text.
  markup`<label>${label}<textarea name="body" required maxlength="${longestBody}">
${body}</textarea></label>`;

export const newThreadPage = (typed: Typed, titles: ChapterTitles, mistake?: string): Html =>
  markup`<h1>Start a thread</h1>
    ${wrong(mistake)}
    <form class="threads-form" method="post" action="/threads/">
      <label
        >Kind<select name="kind">
          ${options(startableOptions, typed["kind"])}
        </select></label
      >
      ${chapterField(typed["chapter"], titles, "none: about the whole")}
      <label
        >Lens<select name="lens">
          <option value="">none</option>
          ${options(lensOptions, typed["lens"])}
        </select></label
      >
      <label>Title<input name="title" maxlength="${longestTitle}" value="${typed["title"]}" /></label>
      ${bodyField(typed["body"])}
      <button>Start the thread</button>
    </form>
    <p class="threads-soft">
      A counterexample is posted at its claim: run the claim in its chapter, and when the run contradicts it, choose
      “Post this counterexample”.
    </p>`;

export interface WholeThread {
  /** Where it stands, and what its run disputes. */
  readonly ground: Html;
  readonly titles: ChapterTitles;
  /** Whether who looks at it follows it. */
  readonly follows: boolean;
  readonly thread: Thread;
  readonly posts: readonly Post[];
  readonly events: readonly ThreadEvent[];
}

const quoteOf = ({ anchor }: Thread): string | undefined => {
  const selectors = (anchor as { readonly selector?: unknown } | null)?.selector;
  if (!Array.isArray(selectors)) return undefined;
  const quotes = selectors.map((selector) => (selector as { readonly exact?: unknown } | null)?.exact);
  return quotes.find((quote) => typeof quote === "string");
};

/** Of a post that is known already, as it is shown to those who may not or may edit it, and may not or may take it away. */
const shown = new WeakMap<Post, (Html | undefined)[]>();

function postItem(post: Post, render: (post: Post) => string, actor: Actor | undefined): Html {
  const rights = { authorId: post.author.id, deletedAt: post.deletedAt };
  const mayEdit = actor !== undefined && mayEditPost(actor, rights);
  const mayDelete = actor !== undefined && mayDeletePost(actor, rights);
  const known = shown.get(post) ?? [];
  const place = Number(mayEdit) + 2 * Number(mayDelete);
  const html = known[place] ?? drawPost(post, post.deletedAt === null ? render(post) : "", mayEdit, mayDelete);
  known[place] = html;
  shown.set(post, known);
  return html;
}

function drawPost(post: Post, rendered: string, mayEdit: boolean, mayDelete: boolean): Html {
  // From the page of the thread: whole addresses would be a seventh of a long one.
  const address = `posts/${post.id}`;
  return markup`<article class="threads-post" id="post-${post.id}">
    <p class="threads-soft">
      <strong>${post.author.name}</strong> · <a href="#post-${post.id}">${time(post.createdAt)}</a>${
        post.editedAt !== null &&
        post.deletedAt === null &&
        markup` · ${mayDelete ? markup`<a href="${address}/history">edited ${time(post.editedAt)}</a>` : markup`edited ${time(post.editedAt)}`}`
      }
    </p>
    ${post.deletedAt === null ? trusted(rendered) : markup`<p class="threads-soft">Taken away ${time(post.deletedAt)}.</p>`}
    <div class="threads-row">
      ${mayEdit && markup`<a href="${address}/edit">Edit</a>`}${
        mayDelete &&
        markup`<details>
          <summary>Take away</summary>
          <form method="post" action="${address}/delete">
            <input type="hidden" name="version" value="${post.version}" />
            <button>Take away what it says, for good</button>
          </form>
        </details>`
      }
    </div>
  </article>`;
}

const eventItem = ({ person, state, reason, at }: ThreadEvent): Html =>
  markup`<p class="threads-soft">
    ${state === "resolved" ? "Resolved" : "Reopened"} by ${person.name},
    ${time(at)}${reason !== "" && markup`: ${reason}`}
  </p>`;

export function threadPage(
  { thread, posts, events, ground, titles, follows }: WholeThread,
  render: (post: Post) => string,
  actor: Actor | undefined,
  typed: Typed = {},
  mistake?: string,
): Html {
  const quote = quoteOf(thread);
  const rights = { authorId: thread.author.id, kind: thread.kind };
  const other = thread.state === "open" ? "resolved" : "open";
  return markup`<h1>${titleOf(thread)}</h1>
    <p class="threads-soft">
      ${kindNames[thread.kind]} ·
      ${thread.state}${thread.lens !== null && markup` · ${thread.lens}`}${
        thread.chapter !== "" && markup` · ${chapterLink(thread.chapter, `/${thread.chapter}/`, titles)}`
      }
      · <a href="/feeds/threads/${thread.id}.atom">Atom</a>
    </p>
    ${quote !== undefined && markup`<blockquote>${quote}</blockquote>`} ${ground}
    ${posts.map((post) => postItem(post, render, actor))} ${events.map(eventItem)}
    ${wrong(mistake)}
    ${
      actor !== undefined &&
      mayPost(actor) &&
      markup`<form class="threads-form" method="post" action="/threads/${thread.id}/posts">
        ${bodyField(typed["body"], "Your answer, in Markdown")}<button>Post</button>
      </form>`
    }
    ${
      actor !== undefined &&
      maySettle(actor, rights) &&
      markup`<form class="threads-filter" method="post" action="/threads/${thread.id}/state">
        <input type="hidden" name="version" value="${thread.version}" /><input
          type="hidden"
          name="state"
          value="${other}"
        />
        <label>Reason<input name="reason" maxlength="1000" /></label
        ><button>${other === "resolved" ? "Resolve" : "Reopen"}</button>
      </form>`
    }
    ${
      actor !== undefined &&
      markup`<form class="threads-row" method="post" action="/threads/${thread.id}/subscription">
        <input type="hidden" name="active" value="${follows ? 0 : 1}" />
        <button>${follows ? "Unfollow" : "Follow"}</button>
        <span class="threads-soft">${follows ? "You hear of new posts." : "You do not hear of new posts."}</span>
      </form>`
    }`;
}

const newsText = ({ reason, author, state }: News): string =>
  reason === "state" ? `is now ${state}` : `${author ?? "Somebody"} ${reason === "mention" ? "named you" : "wrote"}`;

/** What concerns a person, the newest first. */
export const newsPage = (news: readonly News[]): Html =>
  markup`<h1>News</h1>
    ${news.length === 0 && markup`<p>Nothing yet. You hear of threads that you follow, and of posts that name you.</p>`}
    <ul class="threads-list">${news.map(
      (each) =>
        markup`<li><a href="/threads/${each.threadId}/${each.postId === null ? "" : `#post-${each.postId}`}">${
          each.title ?? kindNames[each.kind]
        }</a>${each.readAt === null && markup` <strong>new</strong>`}
        <div class="threads-soft">${newsText(each)} · ${time(each.createdAt)}</div></li>`,
    )}</ul>
    ${
      news.some(({ readAt }) => readAt === null) &&
      markup`<form method="post" action="/threads/news/">
        <input type="hidden" name="upTo" value="${news[0]!.id}" /><button>Mark all as read</button>
      </form>`
    }`;

export const editPage = (post: Post, version: string, typed: Typed, mistake?: string): Html =>
  markup`<h1>Edit your post</h1>
    ${wrong(mistake)}
    <form class="threads-form" method="post" action="/threads/${post.threadId}/posts/${post.id}/edit">
      <input type="hidden" name="version" value="${version}" />
      ${bodyField(typed["body"])}
      <button>Save</button>
    </form>`;

/** What a post says, and what it said before each edit, the newest first. */
export const historyPage = (post: Post, versions: readonly PostVersion[]): Html =>
  markup`<h1>Versions of a post</h1>
    <p>By ${post.author.name}, <a href="/threads/${post.threadId}/#post-${post.id}">in its thread</a>.</p>
    <h2>Now</h2>
    <pre class="threads-version">${post.body}</pre>
    ${versions.toReversed().map(
      ({ version, body, replacedAt }) =>
        markup`<h2>Version ${version}, until ${time(replacedAt)}</h2>
          <pre class="threads-version">${body}</pre>`,
    )}`;

/** A form that could not be taken, to be sent again as it was. */
export const sendAgainPage = (why: string, address: string, fields: readonly (readonly [string, string])[]): Html =>
  markup`<h1>Not done</h1>
    ${wrong(why)}
    <p>What you wrote is kept below. Mend what is wrong (who was signed out signs in <a href="/sign-in/" target="_blank">in another tab</a>), then send it again.</p>
    <form class="threads-form" method="post" action="${address}">
      ${fields.map(([name, value]) => (name === "body" ? bodyField(value) : markup`<input type="hidden" name="${name}" value="${value}" />`))}
      <button>Send it again</button>
    </form>`;

export const unsubscribePage = (token: string): Html =>
  markup`<h1>Leave this thread?</h1>
    <form class="threads-form" method="post" action="/threads/unsubscribe?token=${encodeURIComponent(token)}">
      <button>Send me no more mails about it</button>
    </form>`;

export const notePage = (title: string, text: string): Html =>
  markup`<h1>${title}</h1>
    <p>${text}</p>`;
