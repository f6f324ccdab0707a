import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import { join } from "node:path";
import { addHeaders } from "./add-headers.ts";
import { chooseEncoding } from "./content-encoding.ts";
import { securityHeaders } from "./security-headers.ts";
import { SiteFiles } from "./site-files.ts";

/** Names of these files carry a hash of their content, so they never change. */
const hashedFiles = "/_astro/";

const cacheForEver = "public, max-age=31536000, immutable";

/** Kept, but asked for anew each time: the answer is mostly "not modified". */
const cacheAndAsk = "no-cache";

/**
 * The server as a function from request to answer, without a socket.
 *
 * @param folder of the built site
 * @param discussion what people say about it, with its own addresses
 * @param observing hears of every request
 */
export function createApp(folder: string, discussion?: Hono, observing?: MiddlewareHandler): Hono {
  const files = new SiteFiles(folder);
  const app = new Hono();

  if (observing !== undefined) app.use(observing);
  app.use(async (context, next) => {
    await next();
    addHeaders(context, securityHeaders);
  });

  // No address of ours has a NUL, and PostgreSQL has no text with one.
  app.use(async (context, next) => {
    const at = context.req.url.indexOf("%00");
    if (at < 0) return next();
    const query = context.req.url.indexOf("?");
    return query < 0 || at < query
      ? context.text("There is no such page.\n", 404)
      : context.text("The character NUL is not allowed in an address.\n", 400);
  });

  if (discussion !== undefined) app.route("/", discussion);
  app.get("*", async (context) => {
    const { pathname, search } = new URL(context.req.url);
    const found = files.find(pathname);
    if (found === undefined) return sendNotFound(context, files, folder);
    if ("folder" in found) return context.redirect(`${found.folder}${search}`, 308);
    context.header("Cache-Control", pathname.startsWith(hashedFiles) ? cacheForEver : cacheAndAsk);
    return send(context, files, found.file, 200);
  });

  app.all("*", (context) => context.text("Only GET and HEAD are answered here.\n", 405, { Allow: "GET, HEAD" }));
  return app;
}

async function send(context: Context, files: SiteFiles, file: string, status: 200 | 404): Promise<Response> {
  const representation = await files.read(file, chooseEncoding(context.req.header("Accept-Encoding")));
  const { content, contentType, encoding, varies, entityTag } = representation;
  context.header("ETag", entityTag);
  if (varies) context.header("Vary", "Accept-Encoding");
  if (status === 200 && matches(context.req.header("If-None-Match"), entityTag)) return context.body(null, 304);
  context.header("Content-Type", contentType);
  if (encoding !== "identity") context.header("Content-Encoding", encoding);
  return context.body(content, status);
}

async function sendNotFound(context: Context, files: SiteFiles, folder: string): Promise<Response> {
  context.header("Cache-Control", "no-store");
  try {
    return await send(context, files, join(folder, "404.html"), 404);
  } catch {
    return context.text("There is no such page.\n", 404);
  }
}

/** Whether an `If-None-Match` header names the entity tag; weak tags count as the strong ones they stand for. */
function matches(header: string | undefined, entityTag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(entityTag) || tags.includes("*");
}
