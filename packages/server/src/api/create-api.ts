import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import type { Actor } from "../accounts/actor.ts";
import type { Store } from "../data/store.ts";
import { isAtLeast } from "../threads/rules.ts";
import { describeApi } from "./describe-api.ts";
import { problemOf, sendProblem } from "./problem.ts";
import type { FieldProblem } from "./problem.ts";
import type { Route, RouteInput } from "./route.ts";

export interface ApiOptions {
  readonly store: Store;
  readonly routes: readonly Route[];
  /** Who asks; undefined for a stranger. */
  readonly identify: (request: Request) => Promise<Actor | undefined>;
  /** Whether strangers may read. Default: no. */
  readonly strangersRead?: boolean;
  /** Hears of a fault of the server's own. */
  readonly onFault?: (error: unknown, route: Route) => void;
}

/** In bytes; the largest post with its anchor and run is below it. */
const largestBodyBytes = 512 * 1024;

/** The API as a table says it, below the path where it is mounted. */
export function createApi(options: ApiOptions): Hono {
  const api = new Hono();
  api.use(
    bodyLimit({
      maxSize: largestBodyBytes,
      onError: (context) => sendProblem(context, 413, `A request has at most ${largestBodyBytes} bytes.`),
    }),
  );
  const description = describeApi(options.routes);
  api.get("/openapi.json", (context) => context.json(description));
  for (const route of options.routes) {
    api.on(route.method, route.path, async (context) => {
      try {
        return await answer(context, route, options);
      } catch (error) {
        const problem = problemOf(context, error);
        if (problem !== undefined) return problem;
        options.onFault?.(error, route);
        return sendProblem(
          context,
          500,
          "The server could not do it; what was acknowledged before is kept. Try again.",
        );
      }
    });
  }
  api.all("*", (context) => sendProblem(context, 404, "The API has no such address: see /api/v1/openapi.json."));
  return api;
}

async function answer(context: Context, route: Route, options: ApiOptions): Promise<Response> {
  const actor = await options.identify(context.req.raw);
  if (!isAllowed(route, actor, options.strangersRead ?? false)) {
    return actor === undefined
      ? sendProblem(context, 401, "Sign in, or send a token: Authorization: Bearer <token>.")
      : sendProblem(context, 403, `This needs the role of ${route.needs}.`);
  }
  if (route.manages === true && actor?.scope !== undefined && actor.scope !== "manage") {
    return sendProblem(context, 403, `This needs a token with the scope manage; this one has ${actor.scope}.`);
  }
  const ifVersion = readVersion(context.req.header("If-Match"));
  if (route.guarded === true && ifVersion === undefined) {
    return sendProblem(context, 428, 'Send the ETag that you have read: If-Match: "3".');
  }
  const errors: FieldProblem[] = [];
  const check = (schema: v.GenericSchema | undefined, value: unknown, place: string): unknown => {
    if (schema === undefined) return undefined;
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    for (const issue of result.issues) errors.push({ field: v.getDotPath(issue) ?? place, detail: issue.message });
    return undefined;
  };
  const params = check(route.params, context.req.param(), "path");
  const query = check(route.query, context.req.query(), "query");
  let body: unknown;
  if (route.body !== undefined) {
    if (!/^application\/json(?:;|$)/i.test(context.req.header("Content-Type") ?? "")) {
      return sendProblem(context, 415, "Send JSON: Content-Type: application/json.");
    }
    const text = await context.req.text();
    try {
      body = JSON.parse(text);
    } catch {
      return sendProblem(context, 400, "The body is not JSON.", [{ field: "body", detail: "JSON is expected" }]);
    }
    body = check(route.body, body, "body");
  }
  if (hasNul(params) || hasNul(query) || hasNul(body)) {
    errors.push({ field: "request", detail: "the character NUL is not allowed" });
  }
  if (errors.length > 0) {
    const [{ field, detail } = { field: "", detail: "" }] = errors;
    return sendProblem(context, 400, `"${field}": ${detail}.`, errors);
  }
  const input: RouteInput<unknown, unknown, unknown> = { store: options.store, actor, params, query, body, ifVersion };
  return send(context, await route.handle(input));
}

/** PostgreSQL has no text with a NUL in it. */
function hasNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, item]) => name.includes("\0") || hasNul(item));
}

/** The only place where a route's need meets a role. */
function isAllowed(route: Pick<Route, "needs" | "method">, actor: Actor | undefined, strangersRead: boolean): boolean {
  if (route.needs === "anybody") return true;
  if (route.needs === "reader" && route.method === "GET" && strangersRead) return true;
  return isAtLeast(actor, route.needs);
}

/** The version in an entity tag: 3 in `"3"`; undefined when it is none of ours. */
function readVersion(header: string | undefined): number | undefined {
  const version = /^"(\d{1,9})"$/.exec(header ?? "")?.[1];
  return version === undefined ? undefined : Number(version);
}

function send(context: Context, { status, body, version, location }: Awaited<ReturnType<Route["handle"]>>): Response {
  context.header("Cache-Control", "no-store");
  if (version !== undefined) context.header("ETag", `"${version}"`);
  if (location !== undefined) context.header("Location", `/api/v1${location}`);
  return context.json(body as object, status);
}
