import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import type { Context } from "hono";
import { addHeaders } from "../add-headers.ts";
import type { Store } from "../data/store.ts";
import { healthRoutes } from "../operations/health-routes.ts";
import { clientAddress } from "../security/client-address.ts";
import { RateLimiter } from "../security/rate-limiter.ts";
import { Accounts } from "./accounts.ts";
import type { Actor } from "./actor.ts";
import { identifyRequest } from "./identify-request.ts";
import { accountPages } from "./pages/account-pages.ts";
import { teamGate } from "./team-gate.ts";
import type { TeamSettings } from "./team-settings.ts";

export interface TeamOptions {
  readonly store: Store;
  readonly settings: TeamSettings;
  readonly styleSheets?: readonly string[];
}

export interface Team {
  readonly accounts: Accounts;
  readonly identify: (request: Request) => Promise<Actor | undefined>;
  /**
   * Gate, health and pages of accounts. What is routed after it is for the team's people alone, so that it comes before
   * the discussion and the files of the site.
   */
  readonly routes: Hono;
}

const attemptsAtOnce = 10;
const attemptsPerMinute = 6;
const writesAtOnce = 60;
const writesPerMinute = 120;

/** Accounts, as they are put before everything else that the server answers. */
export function createTeam({ store, settings, styleSheets = [] }: TeamOptions): Team {
  const accounts = new Accounts(store, settings);
  const identify = identifyRequest(store, accounts);
  const addressOf = (context: Context): string =>
    clientAddress(socketAddress(context), context.req.header("X-Forwarded-For"), settings.trustedProxies);
  const attempts = new RateLimiter({ burst: attemptsAtOnce, perMinute: attemptsPerMinute });
  const writes = new RateLimiter({ burst: writesAtOnce, perMinute: writesPerMinute });
  const routes = new Hono();
  routes.use("*", async (context, next) => {
    if (context.req.method === "GET" || context.req.method === "HEAD") return next();
    const seconds = writes.take(addressOf(context as Context));
    if (seconds === 0) return next();
    return context.text(`Too many requests: try again in ${seconds} s.\n`, 429, { "Retry-After": String(seconds) });
  });
  if (settings.publicUrl.startsWith("https:")) {
    routes.use("*", async (context, next) => {
      await next();
      addHeaders(context, { "Strict-Transport-Security": "max-age=63072000; includeSubDomains" });
    });
  }
  routes.use("*", teamGate(identify));
  routes.route("/", healthRoutes(store));
  const { publicUrl, oidc } = settings;
  const singleSignOn = oidc !== undefined;
  routes.route("/", accountPages({ store, accounts, publicUrl, singleSignOn, styleSheets, attempts, addressOf }));
  return { accounts, identify, routes };
}

/** Without a socket, as in tests, all requests come from one place. */
function socketAddress(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? "unknown";
  } catch {
    return "unknown";
  }
}
