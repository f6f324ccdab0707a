import type { MiddlewareHandler } from "hono";
import { isOwnRequest } from "../security/same-site.ts";
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

const localNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Refuses writes that a page of another site makes a browser send, and under `localOnly` names that are not ours. */
export const sameOrigin =
  ({ publicUrl, localOnly }: OriginRules): MiddlewareHandler =>
  async (context, next) => {
    const host = context.req.header("Host") ?? new URL(context.req.url).host;
    const name = URL.parse(`http://${host}`)?.hostname ?? "";
    if (localOnly && !localNames.has(name)) {
      return sendProblem(context, 403, "Without accounts only this machine is answered, as localhost or 127.0.0.1.");
    }
    // Under whatever name the page came: it is ours when it came from the same one.
    const ours = [...(publicUrl === undefined ? [] : [publicUrl]), `http://${host}`, `https://${host}`];
    if (!ours.some((origin) => isOwnRequest(context.req.raw, origin))) {
      return sendProblem(context, 403, "This came from a page of another site.");
    }
    return next();
  };
