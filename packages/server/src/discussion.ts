import { Hono } from "hono";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Accounts } from "./accounts/accounts.ts";
import type { Actor } from "./accounts/actor.ts";
import { createApi } from "./api/create-api.ts";
import { apiRoutes } from "./api/routes.ts";
import { sameOrigin } from "./api/same-origin.ts";
import type { Store } from "./data/store.ts";
import type { Ground } from "./threads/admit-thread.ts";
import { feedRoutes } from "./feeds/feed-routes.ts";
import { operationsPage } from "./operations/operations-page.ts";
import { threadPages } from "./threads/pages/page-routes.ts";
import { PostRenderer } from "./threads/render-post.ts";

export interface DiscussionOptions {
  readonly store: Store;
  /** Who asks; undefined for a stranger. */
  readonly identify: (request: Request) => Promise<Actor | undefined>;
  /** Whether there are no accounts, so that only this machine is answered. */
  readonly localOnly: boolean;
  /** Default: no. */
  readonly strangersRead?: boolean;
  readonly publicUrl?: string | undefined;
  /** Of a team, to be managed by scripts. */
  readonly accounts?: Accounts;
  /** What threads stand on. Default: nothing, so that they stand at chapters alone. */
  readonly ground?: Ground;
  /** Of the built site, for its style sheets. */
  readonly siteFolder?: string;
  /** Hears of faults of the server's own. */
  readonly onFault?: (error: unknown) => void;
}

const prefixes = ["/api/v1/*", "/threads", "/threads/*", "/feeds/*", "/operations/*"];

/** API, pages and feeds of the discussion, to be mounted at the root. */
export function createDiscussion(options: DiscussionOptions): Hono {
  const { store, identify, localOnly, strangersRead = false, publicUrl, siteFolder, onFault } = options;
  const { ground = { places: undefined, counterexamples: undefined } } = options;
  const renderer = new PostRenderer();
  const discussion = new Hono();
  for (const prefix of prefixes) discussion.use(prefix, sameOrigin({ publicUrl, localOnly }));
  const styleSheets = siteFolder === undefined ? [] : styleSheetsOf(siteFolder);
  discussion.route(
    "/api/v1",
    createApi({
      store,
      routes: apiRoutes(renderer, ground, options.accounts),
      identify,
      strangersRead,
      ...(onFault === undefined ? {} : { onFault: (error: unknown) => onFault(error) }),
    }),
  );
  discussion.route("/", threadPages({ store, renderer, identify, strangersRead, ground, styleSheets }));
  discussion.route("/", operationsPage({ store, identify, ground, styleSheets }));
  discussion.route("/", feedRoutes({ store, renderer, identify, strangersRead, publicUrl }));
  return discussion;
}

/** The style sheets that the site's first page names; none when there is no such page. */
export function styleSheetsOf(folder: string): readonly string[] {
  try {
    const page = readFileSync(join(folder, "index.html"), "utf8");
    const links = page.match(/<link\b[^>]*>/g) ?? [];
    return links
      .filter((link) => /\brel="?stylesheet\b/.test(link) && !/\bmedia=/.test(link))
      .flatMap((link) => /\bhref="?([^"\s>]+)/.exec(link)?.[1] ?? []);
  } catch {
    return [];
  }
}
