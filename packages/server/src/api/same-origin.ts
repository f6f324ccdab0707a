import type { MiddlewareHandler } from "hono";
import { sendProblem } from "./problem.ts";

export interface OriginRules {
  /** Where people reach the handbook, when a proxy stands before it. */
  readonly publicUrl?: string | undefined;
  /**
   * Whether only this machine is answered, by its own names. Without accounts a name of somebody else's that leads to
   * this machine would otherwise let their pages act for the person who sits here (DNS rebinding).
   */
  readonly localOnly: boolean;
}

const readOnly = new Set(["GET", "HEAD", "OPTIONS"]);
const localNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses writes that a page of another site makes a browser send. Browsers tell by `Sec-Fetch-Site` and `Origin`;
 * what sends neither is no browser.
 */
export const sameOrigin =
  ({ publicUrl, localOnly }: OriginRules): MiddlewareHandler =>
  async (context, next) => {
    const host = context.req.header("Host") ?? new URL(context.req.url).host;
    const name = URL.parse(`http://${host}`)?.hostname ?? "";
    if (localOnly && !localNames.has(name)) {
      return sendProblem(context, 403, "Without accounts only this machine is answered, as localhost or 127.0.0.1.");
    }
    if (readOnly.has(context.req.method)) return next();
    const site = context.req.header("Sec-Fetch-Site");
    const origin = context.req.header("Origin");
    const isOwn =
      origin === undefined || origin === publicUrl || (origin !== "null" && URL.parse(origin)?.host === host);
    if (!isOwn || (site !== undefined && site !== "same-origin" && site !== "none")) {
      return sendProblem(context, 403, "This came from a page of another site.");
    }
    return next();
  };
