import { Hono } from "hono";
import type { Context } from "hono";
import type { Actor } from "../accounts/actor.ts";
import type { Store } from "../data/store.ts";
import { readThread } from "../threads/read-threads.ts";
import { titleOf } from "../threads/pages/templates.ts";
import type { PostRenderer } from "../threads/render-post.ts";
import { ThreadError } from "../threads/thread-error.ts";
import { readFeed, writeFeed } from "./atom.ts";

export interface FeedOptions {
  readonly store: Store;
  readonly renderer: PostRenderer;
  readonly identify: (request: Request) => Promise<Actor | undefined>;
  readonly strangersRead: boolean;
  readonly publicUrl?: string | undefined;
}

/** Atom feeds: of all, of a chapter, of a thread. Who may read the discussion may read them. */
export function feedRoutes({ store, renderer, identify, strangersRead, publicUrl }: FeedOptions): Hono {
  const feeds = new Hono();
  const send = async (context: Context, title: string, filter: Parameters<typeof readFeed>[1]): Promise<Response> => {
    const site = publicUrl ?? new URL(context.req.url).origin;
    const self = `${site}${context.req.path}`;
    const entries = await readFeed(store.db, filter);
    const text = writeFeed({ title, self, site, entries }, (entry) => renderer.render(entry));
    context.header("Cache-Control", "no-cache");
    return context.body(text, 200, { "Content-Type": "application/atom+xml; charset=utf-8" });
  };
  feeds.use("/feeds/*", async (context, next) => {
    if (!strangersRead && (await identify(context.req.raw)) === undefined) {
      return context.text("Sign in, or send a token: Authorization: Bearer <token>.\n", 401);
    }
    return next();
  });
  feeds.get("/feeds/threads.atom", async (context) => send(context, "Fieldbook: discussion", {}));
  feeds.get("/feeds/in/:part/:file{[a-z0-9-]+\\.atom}", async (context) => {
    const chapter = `${context.req.param("part")}/${context.req.param("file").slice(0, -".atom".length)}`;
    return send(context, `Fieldbook: ${chapter}`, { chapter });
  });
  feeds.get("/feeds/threads/:file{[0-9a-f-]{36}\\.atom}", async (context) => {
    try {
      const thread = await readThread(store.db, context.req.param("file").slice(0, -".atom".length));
      return await send(context, `Fieldbook: ${titleOf(thread)}`, { threadId: thread.id });
    } catch (error) {
      if (!(error instanceof ThreadError)) throw error;
      return context.text(`${error.message}\n`, 404);
    }
  });
  return feeds;
}
