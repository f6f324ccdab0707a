import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { randomUUID } from "node:crypto";
import { addHeaders } from "../add-headers.ts";
import { withinRequest } from "./current-request.ts";
import type { Log } from "./log.ts";
import type { Telemetry } from "./telemetry.ts";

/** An id that a proxy gave is kept; nothing else is let into the log. */
const idForm = /^[\w.-]{8,64}$/;

/** Gives each request an id, and tells log and telemetry how it went. */
export function observe(log: Log, telemetry: Telemetry | undefined): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.header("X-Request-Id") ?? "";
    const id = idForm.test(given) ? given : randomUUID();
    const begun = performance.now();
    const { method } = context.req;
    const measured = telemetry?.begin(method, context.req.header("traceparent"));
    await withinRequest({ id, trace: measured?.trace }, next);
    addHeaders(context, { "X-Request-Id": id });
    const ms = performance.now() - begun;
    const route = routeOf(context);
    const { status } = context.res;
    measured?.end({ route, status, ms });
    log.request({ requestId: id, method, route, status, ms });
  };
}

/** The pattern of the route that answered; what no route of ours names is a page or a file of the site. */
function routeOf(context: Context): string {
  const named = matchedRoutes(context)
    .map(({ path }) => path)
    .filter((path) => !path.endsWith("*"));
  return named.at(-1) ?? (context.req.path.startsWith("/_astro/") ? "/_astro/*" : "/*");
}
