import { Hono } from "hono";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApiToken } from "../accounts/api-tokens.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { tokenScopes } from "../accounts/actor.ts";
import type { Role } from "../accounts/actor.ts";
import { createTeam } from "../accounts/team.ts";
import { createApp } from "../app.ts";
import { apiRoutes } from "../api/routes.ts";
import type { Store } from "../data/store.ts";
import { createDiscussion } from "../discussion.ts";
import { openFieldbookStore } from "../open-fieldbook-store.ts";
import { PostRenderer } from "../threads/render-post.ts";

const origin = "http://localhost:4321";
const settings = { publicUrl: origin, secret: "only for tests, 0123456789abcdefghij", trustedProxies: 1 };
const roles = ["reader", "contributor", "editor", "owner"] as const;
type Who = Role | "stranger";
const ranks = ["stranger", ...roles] as const;

/** What each address of pages, forms and feeds asks for; those of the API say it in their own table. */
const pageRules: Readonly<Record<string, Who>> = {
  "GET /sign-in/": "stranger",
  "POST /sign-in/": "stranger",
  "POST /sign-out/": "reader",
  "GET /invitation/": "stranger",
  "POST /invitation/": "stranger",
  "GET /account/": "reader",
  "POST /account/password": "reader",
  "POST /account/tokens": "reader",
  "POST /account/tokens/:id/revoke": "reader",
  "POST /account/sessions/:id/revoke": "reader",
  "GET /people/": "owner",
  "GET /operations/": "owner",
  "POST /people/invitations": "owner",
  "POST /people/invitations/:id/revoke": "owner",
  "POST /people/:id": "owner",
  "GET /healthz": "stranger",
  "GET /readyz": "stranger",
  "GET /threads/style.css": "stranger",
  "GET /threads": "reader",
  "GET /threads/": "reader",
  "POST /threads/": "contributor",
  "GET /threads/news/": "reader",
  "POST /threads/news/": "reader",
  "GET /threads/new": "contributor",
  "GET /threads/in/:part/:chapter/": "reader",
  "GET /threads/unsubscribe": "stranger",
  "POST /threads/unsubscribe": "stranger",
  "GET /feeds/threads.atom": "reader",
  "GET /feeds/in/:part/:file{[a-z0-9-]+\\.atom}": "reader",
  "GET /feeds/threads/:file{[0-9a-f-]{36}\\.atom}": "reader",
  "GET /api/v1/openapi.json": "stranger",
  "GET *": "reader",
};

const folder = mkdtempSync(join(tmpdir(), "fieldbook-routes-"));
writeFileSync(join(folder, "index.html"), "<!doctype html><title>Home</title>");
let store: Store;
let accounts: Accounts;
let routes: Hono;
let app: Hono;
const cookies = new Map<Who, string>();
const tokens = new Map<string, string>();

beforeAll(async () => {
  store = await openFieldbookStore({ dataFolder: join(folder, "data") });
  const team = createTeam({ store, settings });
  accounts = team.accounts;
  const { identify } = team;
  routes = new Hono();
  routes.route("/", team.routes);
  routes.route("/", createDiscussion({ store, identify, accounts, localOnly: false, publicUrl: origin }));
  app = createApp(folder, routes);
  const enter = async (role: Role, secret: string): Promise<void> => {
    const person = { name: role, email: `${role}@example.org`, password: "correct horse battery" };
    const headers = await team.accounts.accept(secret, person, new Headers());
    const cookie = headers.getSetCookie().map((one) => one.split(";")[0] ?? "");
    cookies.set(role, cookie.join("; "));
  };
  await enter("owner", (await team.accounts.setUp()) ?? "");
  const actorOf = (role: Role) => team.accounts.identify(new Headers({ Cookie: cookies.get(role) ?? "" }));
  const owner = await actorOf("owner");
  for (const role of roles.slice(0, 3)) await enter(role, await team.accounts.invite(owner!, role));
  for (const scope of tokenScopes) {
    tokens.set(scope, await createApiToken(store, owner!, { name: scope, scope }));
  }
}, 60_000);

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Method and address of each route that the server runs, middleware left out. */
const table = (): readonly string[] => [
  ...new Set(
    app.routes
      .filter(({ method, path }) => method !== "ALL" && !(path.endsWith("/*") && path !== "/*"))
      .map(({ method, path }) => `${method} ${path === "/*" ? "*" : path}`),
  ),
];

const nothing = { places: undefined, counterexamples: undefined };
const apiTable = new Map(
  // Rules alone are read here: nothing is asked of the accounts.
  apiRoutes(new PostRenderer(), nothing, {} as unknown as Accounts).map((row) => [
    `${row.method} /api/v1${row.path}`,
    row,
  ]),
);

const apiRule = (route: string): Who | undefined => {
  const needs = apiTable.get(route)?.needs;
  return needs === "anybody" ? "stranger" : needs;
};

/** Routes with a pattern in a parameter are of one thread: what they need depends on what they do. */
const ofThread = (route: string): Who | undefined => {
  const [method, path = ""] = route.split(" ");
  if (!path.startsWith("/threads/:thread{")) return undefined;
  if (path.endsWith("/subscription")) return "reader";
  return method === "GET" && !/\/(?:edit|history)$/.test(path) ? "reader" : "contributor";
};

const ruleOf = (route: string): Who | undefined => apiRule(route) ?? pageRules[route] ?? ofThread(route);

const someId = "01920000-0000-7000-8000-000000000000";

const values: Readonly<Record<string, string>> = {
  part: "operate",
  chapter: "queues",
  file: `${someId}.atom`,
  system: "raft",
};

const addressOf = (path: string): string =>
  (path === "*" ? "/operate/queues/" : path)
    // A pattern may have braces within its own.
    .replaceAll(/:(\w+)(\{(?:[^{}]|\{[^{}]*\})*\})?/g, (_, name: string) => values[name] ?? someId);

let asked = 0;

async function ask(route: string, headers: Record<string, string>): Promise<Response> {
  const [method = "GET", path = ""] = route.split(" ");
  const isApi = path.startsWith("/api/");
  asked += 1;
  return app.request(origin + addressOf(path), {
    method,
    headers: {
      Accept: "text/html",
      "Sec-Fetch-Site": "same-origin",
      Origin: origin,
      // An address each: no limit stands in the way.
      "X-Forwarded-For": `198.51.100.${String(asked % 250)}, 10.0.${String(asked >> 8)}.${String(asked & 255)}`,
      ...(isApi ? { "Content-Type": "application/json", "If-Match": '"1"' } : {}),
      ...headers,
    },
    ...(method === "GET" ? {} : { body: isApi ? "{}" : new URLSearchParams() }),
  });
}

const isTurnedAway = (answer: Response): boolean =>
  answer.status === 401 || answer.status === 403 || answer.headers.get("Location") === "/sign-in/";

describe("every route of the running server", { timeout: 120_000 }, () => {
  it("has a rule, and every rule its route", () => {
    expect(table().filter((route) => ruleOf(route) === undefined)).toEqual([]);
    expect(Object.keys(pageRules).filter((route) => !table().includes(route))).toEqual([]);
    expect(table().length).toBeGreaterThan(50);
  });

  it("lets in who may, and turns away a stranger and every lower role", async () => {
    const wrong: string[] = [];
    for (const route of table()) {
      if (route === "POST /sign-in/" || route === "POST /sign-out/") continue;
      const least = ruleOf(route)!;
      for (const who of ranks) {
        const answer = await ask(route, { Cookie: cookies.get(who) ?? "" });
        const allowed = ranks.indexOf(who) >= ranks.indexOf(least);
        if (answer.status >= 500 || isTurnedAway(answer) === allowed) {
          wrong.push(`${route} as ${who}: ${String(answer.status)}, and the rule says ${least}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("takes a token to read for no write, one to manage for accounts, and none for their pages", async () => {
    const wrong: string[] = [];
    for (const route of table()) {
      const [method, path = ""] = route.split(" ");
      const least = ruleOf(route)!;
      if (least === "stranger" || path.startsWith("/sign-out")) continue;
      for (const scope of tokenScopes) {
        const answer = await ask(route, { Authorization: `Bearer ${tokens.get(scope) ?? ""}` });
        const isAccounts = /^\/(account|people)\//.test(path);
        // A token to read makes a reader of its person when something is to be changed.
        const writes = scope !== "read" || method === "GET" || least === "reader";
        const manages = scope === "manage" || apiTable.get(route)?.manages !== true;
        const mayPass = !isAccounts && writes && manages;
        if (isTurnedAway(answer) === mayPass) {
          wrong.push(`${route} with a token to ${scope}: ${String(answer.status)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("changes nothing for a page of another site", async () => {
    const wrong: string[] = [];
    for (const route of table().filter((one) => !one.startsWith("GET"))) {
      const foreign = {
        Cookie: cookies.get("owner") ?? "",
        "Sec-Fetch-Site": "cross-site",
        Origin: "https://evil.example",
      };
      const answer = await ask(route, foreign);
      // The link in a mail is pressed from elsewhere, and does one thing alone.
      if (answer.status !== 403 && route !== "POST /threads/unsubscribe")
        wrong.push(`${route}: ${String(answer.status)}`);
    }
    expect(wrong).toEqual([]);
  });
});
