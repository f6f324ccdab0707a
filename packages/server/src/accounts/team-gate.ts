import type { MiddlewareHandler } from "hono";
import { addHeaders } from "../add-headers.ts";
import type { Actor } from "./actor.ts";
import { may } from "./permissions.ts";

/** What a stranger may see: the way in, its looks, and whether the server is well. */
const openPaths: readonly RegExp[] = [
  /^\/(?:sign-in|sign-in\/oidc|invitation)\/$/,
  /^\/api\/auth\/callback\/oidc$/,
  /^\/(?:healthz|readyz)$/,
  /^\/_astro\/[\w.@~-]+\.(?:css|woff2)$/,
  /^\/threads\/style\.css$/,
  // The API and the unsubscribing link of a mail apply rules of their own.
  /^\/api\/v1\//,
  /^\/threads\/unsubscribe$/,
];

/** Forms of threads turn a stranger away themselves, and give back what was written in them. */
const ofThreads = /^\/threads\//;

/** Lets nobody but the team's people read: a page leads a stranger to the door, anything else is refused. */
export const teamGate =
  (identify: (request: Request) => Promise<Actor | undefined>): MiddlewareHandler =>
  async (context, next) => {
    const { path, method } = context.req;
    if (openPaths.some((open) => open.test(path)) || (method === "POST" && ofThreads.test(path))) return next();
    if (may(await identify(context.req.raw), "read")) {
      await next();
      // No shared cache may keep for others what this person may see.
      addHeaders(context, { "Cache-Control": "private, no-cache" });
      return undefined;
    }
    context.header("Cache-Control", "no-store");
    const wantsPage = context.req.method === "GET" && (context.req.header("Accept") ?? "").includes("text/html");
    return wantsPage ? context.redirect("/sign-in/", 303) : context.text("Sign in first.\n", 401);
  };
