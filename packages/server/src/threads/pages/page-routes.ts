import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import type { Actor } from "../../accounts/actor.ts";
import { listQuery, newThreadBody, postBody, threadChangeBody } from "../../api/schemas.ts";
import { statusOf } from "../../api/problem.ts";
import type { Store } from "../../data/store.ts";
import {
  countThreads,
  followsThread,
  listThreads,
  readEvents,
  readPost,
  readPostVersions,
  readThread,
} from "../read-threads.ts";
import { knownPosts } from "../known-posts.ts";
import { markRead, readNews } from "../notifications.ts";
import type { PostRenderer } from "../render-post.ts";
import { ThreadError } from "../thread-error.ts";
import { changeThread } from "../change-thread.ts";
import { deletePost, editPost, reply, setSubscription, unsubscribeByToken } from "../write-threads.ts";
import { admitThread } from "../admit-thread.ts";
import type { Ground } from "../admit-thread.ts";
import { readPlace } from "../../anchors/read-places.ts";
import { claimRunSchema } from "../../counterexamples/readers-run.ts";
import type { Thread } from "../thread.ts";
import { disputeNote, placeNote } from "./ground-templates.ts";
import { markup } from "./html.ts";
import type { Html } from "./html.ts";
import { layout, styleSheet } from "./layout.ts";
import { historyIsNotYours, isAtLeast, maySeeHistory } from "../rules.ts";
import * as templates from "./templates.ts";
import type { Typed, WholeThread } from "./templates.ts";

export interface PageOptions {
  readonly store: Store;
  readonly renderer: PostRenderer;
  readonly identify: (request: Request) => Promise<Actor | undefined>;
  readonly strangersRead: boolean;
  readonly ground: Ground;
  /** Addresses of the site's style sheets. */
  readonly styleSheets: readonly string[];
}

const largestFormBytes = 256 * 1024;
const thread = "/threads/:thread{[0-9a-f-]{36}}";
const post = `${thread}/posts/:post{[0-9a-f-]{36}}`;

/** The discussion as pages and forms that work without JavaScript. */
export function threadPages(options: PageOptions): Hono {
  const pages = new Hono();
  pages.use(
    "/threads/*",
    bodyLimit({ maxSize: largestFormBytes, onError: (context) => context.text("Too large.\n", 413) }),
  );
  pages.get("/threads/style.css", (context) => {
    context.header("Cache-Control", "no-cache");
    return context.body(styleSheet, 200, { "Content-Type": "text/css; charset=utf-8" });
  });
  pages.get("/threads", (context) => context.redirect("/threads/", 308));
  unsubscribeRoutes(pages, options);
  newsRoutes(pages, options);
  listRoutes(pages, options);
  threadRoutes(pages, options);
  postRoutes(pages, options);
  return pages;
}

interface Visit {
  readonly context: Context;
  readonly actor: Actor | undefined;
  /** Sends a page in the site's look. */
  show(title: string, main: Html, status?: 200 | 400 | 401 | 403 | 404 | 412 | 503, feed?: string): Response;
}

/**
 * Who visits is known, and what goes wrong becomes a page that says so.
 *
 * @param needs the least that somebody has to be; by default a reader to look and a contributor to send a form
 */
function visit(options: PageOptions, handle: (visit: Visit) => Promise<Response>, needs?: "reader" | "contributor") {
  return async (context: Context): Promise<Response> => {
    const actor = await options.identify(context.req.raw);
    const show: Visit["show"] = (title, main, status = 200, feed) => {
      const frame = { title, styleSheets: options.styleSheets, feed, actor };
      context.header("Cache-Control", "no-store");
      return context.html(layout(frame, main).text, status);
    };
    if (actor === undefined && !(options.strangersRead && context.req.method === "GET")) {
      return show("Sign in", await notDone(context, signedOut), 401);
    }
    const least = needs ?? (context.req.method === "GET" ? "reader" : "contributor");
    if (actor !== undefined && !isAtLeast(actor, least)) {
      return show("Not done", templates.notePage("Not done", `This needs the role of ${least}.`), 403);
    }
    try {
      return await handle({ context, actor, show });
    } catch (error) {
      if (!(error instanceof ThreadError)) throw error;
      return show("Not done", await notDone(context, error.message), statusOf[error.problem]);
    }
  };
}

const signedOut = "Nobody is signed in: the discussion is for those who have an account.";

/** Says why, and gives back what somebody had written in the form, to be sent again. */
async function notDone(context: Context, why: string): Promise<Html> {
  const typed = context.req.method === "POST" ? await context.req.parseBody() : {};
  const fields = Object.entries(typed).filter((field): field is [string, string] => typeof field[1] === "string");
  const isWriting = fields.some(([name, value]) => name === "body" && value.trim() !== "");
  return isWriting ? templates.sendAgainPage(why, context.req.path, fields) : templates.notePage("Not done", why);
}

/** Fields of a form as text; an empty one counts as absent, lines end as in Markdown. */
async function readForm(context: Context): Promise<Typed> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(await context.req.parseBody())) {
    if (typeof value !== "string" || value === "") continue;
    if (value.includes("\0")) throw new ThreadError("invalid", "The character NUL is not allowed.");
    fields[name] = value.replaceAll("\r\n", "\n");
  }
  return fields;
}

/** The version that a form names; 0, which none has, for what is none. */
const versionIn = (text: string | undefined): number => (/^\d{1,9}$/.test(text ?? "") ? Number(text) : 0);

const mistakeOf = (issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string =>
  `${v.getDotPath(issues[0]) ?? "The form"}: ${issues[0].message}.`;

function whoever(actor: Actor | undefined): Actor {
  if (actor === undefined) throw new ThreadError("not-allowed", "Sign in first.");
  return actor;
}

const paramOf = (context: Context, name: string): string => context.req.param(name) ?? "";

const titlesOf = ({ ground }: PageOptions): templates.ChapterTitles => ground.places?.text.titles ?? new Map();

function newsRoutes(pages: Hono, options: PageOptions): void {
  const { store } = options;
  pages.get(
    "/threads/news/",
    visit(options, async ({ actor, show }) =>
      show("News", templates.newsPage(await readNews(store.db, whoever(actor).id))),
    ),
  );
  pages.post(
    "/threads/news/",
    visit(
      options,
      async ({ context, actor }) => {
        const { upTo = "" } = await readForm(context);
        await markRead(store, whoever(actor).id, upTo);
        return context.redirect("/threads/news/", 303);
      },
      "reader",
    ),
  );
}

function listRoutes(pages: Hono, options: PageOptions): void {
  const { store, ground } = options;
  const list = async ({ context, actor, show }: Visit, chapter?: string): Promise<Response> => {
    const given = Object.fromEntries(Object.entries(context.req.query()).filter(([, value]) => value !== ""));
    const read = v.safeParse(listQuery, chapter === undefined ? given : { ...given, chapter });
    if (!read.success) throw new ThreadError("invalid", mistakeOf(read.issues));
    const { after, size, ...filter } = read.output;
    const known = ground.places === undefined || titlesOf(options).has(chapter ?? "");
    const page = await listThreads(store.db, filter, { after, size });
    const counts = await countThreads(store.db, filter);
    // Threads of a chapter that was taken away are still there.
    if (chapter !== undefined && !known && counts.open + counts.resolved === 0) {
      throw new ThreadError("not-found", `There is no chapter "${chapter}".`);
    }
    const feed = filter.chapter === undefined ? "/feeds/threads.atom" : `/feeds/in/${filter.chapter}.atom`;
    return show("Discussion", templates.listPage(filter, page, counts, actor, titlesOf(options)), 200, feed);
  };
  pages.get(
    "/threads/",
    visit(options, async (each) => list(each)),
  );
  pages.get(
    "/threads/in/:part/:chapter/",
    visit(options, async (each) => list(each, `${paramOf(each.context, "part")}/${paramOf(each.context, "chapter")}`)),
  );
  pages.get(
    "/threads/new",
    visit(
      options,
      async ({ context, actor, show }) => {
        whoever(actor);
        return show("Start a thread", templates.newThreadPage(context.req.query(), titlesOf(options)));
      },
      "contributor",
    ),
  );
  pages.post(
    "/threads/",
    visit(options, async ({ context, actor, show }) => {
      const typed = await readForm(context);
      const read = v.safeParse(newThreadBody, typed);
      if (!read.success)
        return show("Start a thread", templates.newThreadPage(typed, titlesOf(options), mistakeOf(read.issues)), 400);
      try {
        const { threadId } = await admitThread(store, options.ground, whoever(actor), read.output);
        return context.redirect(`/threads/${threadId}/`, 303);
      } catch (error) {
        if (!(error instanceof ThreadError) || error.problem !== "invalid") throw error;
        return show("Start a thread", templates.newThreadPage(typed, titlesOf(options), error.message), 400);
      }
    }),
  );
}

async function readWhole(options: PageOptions, id: string, actor: Actor | undefined): Promise<WholeThread> {
  const { store, ground } = options;
  const found = await readThread(store.db, id);
  const notes = await groundNotes(store, ground, found, actor);
  return {
    thread: found,
    posts: await knownPosts(store).read(id),
    events: await readEvents(store.db, id),
    ground: notes,
    titles: titlesOf(options),
    follows: actor !== undefined && (await followsThread(store.db, id, actor.id)),
  };
}

async function groundNotes(
  store: Store,
  { places, counterexamples }: Ground,
  found: Thread,
  actor: Actor | undefined,
): Promise<Html> {
  const place = await readPlace(store, places?.text, found, actor);
  // No other thread disputes a claim.
  const dispute = found.kind === "counterexample" ? await counterexamples?.disputeOf(found.id) : undefined;
  const run = v.safeParse(claimRunSchema, found.run);
  const note = dispute === undefined ? undefined : disputeNote(found, dispute, run.success ? run.output : undefined);
  return markup`${placeNote(found, place)} ${note}`;
}

function threadRoutes(pages: Hono, options: PageOptions): void {
  const { store, renderer } = options;
  const render: Parameters<typeof templates.threadPage>[1] = (each) => renderer.render(each);
  pages.get(
    `${thread}/`,
    visit(options, async ({ context, actor, show }) => {
      const whole = await readWhole(options, paramOf(context, "thread"), actor);
      const main = templates.threadPage(whole, render, actor);
      return show(templates.titleOf(whole.thread), main, 200, `/feeds/threads/${whole.thread.id}.atom`);
    }),
  );
  pages.post(
    `${thread}/posts`,
    visit(options, async ({ context, actor, show }) => {
      const id = paramOf(context, "thread");
      const typed = await readForm(context);
      const read = v.safeParse(postBody, typed);
      if (!read.success) {
        const whole = await readWhole(options, id, actor);
        const main = templates.threadPage(whole, render, actor, typed, mistakeOf(read.issues));
        return show(templates.titleOf(whole.thread), main, 400);
      }
      const postId = await reply(store, whoever(actor), id, read.output.body);
      return context.redirect(`/threads/${id}/#post-${postId}`, 303);
    }),
  );
  pages.post(
    `${thread}/state`,
    visit(options, async ({ context, actor }) => {
      const id = paramOf(context, "thread");
      const { version, ...change } = await readForm(context);
      const read = v.safeParse(threadChangeBody, change);
      if (!read.success) throw new ThreadError("invalid", mistakeOf(read.issues));
      await changeThread(store, whoever(actor), id, versionIn(version), read.output);
      return context.redirect(`/threads/${id}/`, 303);
    }),
  );
  pages.post(
    `${thread}/place`,
    visit(options, async ({ context, actor }) => {
      const id = paramOf(context, "thread");
      const { version, confirm } = await readForm(context);
      if (options.ground.places === undefined) throw new ThreadError("invalid", "The text is not at hand here.");
      await options.ground.places.decide(whoever(actor), id, versionIn(version), confirm === "1");
      return context.redirect(`/threads/${id}/`, 303);
    }),
  );
  pages.post(
    `${thread}/subscription`,
    visit(
      options,
      async ({ context, actor }) => {
        const id = paramOf(context, "thread");
        await setSubscription(store, whoever(actor), id, (await readForm(context))["active"] === "1");
        return context.redirect(`/threads/${id}/`, 303);
      },
      "reader",
    ),
  );
}

function postRoutes(pages: Hono, options: PageOptions): void {
  const { store } = options;
  pages.get(
    `${post}/edit`,
    visit(
      options,
      async ({ context, actor, show }) => {
        whoever(actor);
        const found = await readPost(store.db, paramOf(context, "post"));
        return show("Edit your post", templates.editPage(found, String(found.version), { body: found.body }));
      },
      "contributor",
    ),
  );
  pages.post(
    `${post}/edit`,
    visit(options, async ({ context, actor, show }) => {
      const found = await readPost(store.db, paramOf(context, "post"));
      const { version = "0", ...typed } = await readForm(context);
      const read = v.safeParse(postBody, typed);
      if (!read.success) {
        return show("Edit your post", templates.editPage(found, version, typed, mistakeOf(read.issues)), 400);
      }
      try {
        await editPost(store, whoever(actor), found.id, versionIn(version), read.output.body);
      } catch (error) {
        if (!(error instanceof ThreadError) || error.problem !== "changed") throw error;
        // What was typed is kept; saving once more is then a choice.
        const main = templates.editPage(found, String(found.version), typed, `It now says: ${found.body}`);
        return show("Edit your post", main, 412);
      }
      return context.redirect(`/threads/${found.threadId}/#post-${found.id}`, 303);
    }),
  );
  pages.get(
    `${post}/history`,
    visit(
      options,
      async ({ context, actor, show }) => {
        const found = await readPost(store.db, paramOf(context, "post"));
        if (!maySeeHistory(whoever(actor), { authorId: found.author.id })) throw historyIsNotYours();
        return show("Earlier versions", templates.historyPage(found, await readPostVersions(store.db, found.id)));
      },
      "contributor",
    ),
  );
  pages.post(
    `${post}/delete`,
    visit(options, async ({ context, actor }) => {
      const found = await readPost(store.db, paramOf(context, "post"));
      await deletePost(store, whoever(actor), found.id, versionIn((await readForm(context))["version"]));
      return context.redirect(`/threads/${found.threadId}/#post-${found.id}`, 303);
    }),
  );
}

/** The link in a mail asks first: programs that look at mails follow links. Mail programs post to it (RFC 8058). */
function unsubscribeRoutes(pages: Hono, { store, styleSheets }: PageOptions): void {
  const show = (context: Context, main: Html, status: 200 | 404 = 200): Response =>
    context.html(layout({ title: "Leave a thread", styleSheets }, main).text, status);
  pages.get("/threads/unsubscribe", (context) =>
    show(context, templates.unsubscribePage(context.req.query("token") ?? "")),
  );
  pages.post("/threads/unsubscribe", async (context) => {
    const left = await unsubscribeByToken(store, context.req.query("token") ?? "");
    return left === undefined
      ? show(context, templates.notePage("There is no such link", "It is not complete, or its thread is gone."), 404)
      : show(context, templates.notePage("You have left this thread", "There will be no more mails about it."));
  });
}
