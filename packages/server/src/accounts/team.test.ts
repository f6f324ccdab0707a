import { Hono } from "hono";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../data/store.ts";
import type { Store } from "../data/store.ts";
import { accountMigrations } from "./account-tables.ts";
import type { Role } from "./actor.ts";
import { createTeam } from "./team.ts";
import type { Team } from "./team.ts";

const origin = "http://localhost:4321";
const settings = { publicUrl: origin, secret: "only for tests, 0123456789abcdefghij", trustedProxies: 1 };
const roles: readonly Role[] = ["reader", "contributor", "editor", "owner"];

let folder = "";
let store: Store;
let team: Team;
let app: Hono;
const cookies = new Map<Role | "stranger", string>();

const cookieOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-team-"));
  store = await openStore({ dataFolder: folder }, accountMigrations);
  team = createTeam({ store, settings });
  app = new Hono();
  app.route("/", team.routes);
  app.get("*", (context) => context.html("<p>a private chapter"));
  const enter = async (role: Role, secret: string): Promise<void> => {
    const person = { name: role, email: `${role}@example.org`, password: "correct horse battery" };
    cookies.set(role, cookieOf(await team.accounts.accept(secret, person, new Headers())));
  };
  await enter("owner", (await team.accounts.setUp()) ?? "");
  const owner = await team.accounts.identify(new Headers({ Cookie: cookies.get("owner") ?? "" }));
  for (const role of roles.slice(0, 3)) await enter(role, await team.accounts.invite(owner!, role));
}, 60_000);

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

interface Ask {
  readonly who?: Role | "stranger";
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

async function ask(path: string, { who = "stranger", form, headers = {} }: Ask = {}): Promise<Response> {
  const method = form === undefined ? "GET" : "POST";
  const all = { Accept: "text/html", "Sec-Fetch-Site": "same-origin", Cookie: cookies.get(who) ?? "", ...headers };
  return app.request(origin + path, {
    method,
    headers: all,
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
}

describe("a team's handbook", { timeout: 60_000 }, () => {
  it("is read by its people and by nobody else", async () => {
    for (const path of [
      "/",
      "/operate/queues/",
      "/book.html",
      "/pagefind/index.json",
      "/_astro/page.js",
      "/feeds/all",
    ]) {
      const refused = await ask(path);
      expect([refused.status, refused.headers.get("Location")], path).toEqual([303, "/sign-in/"]);
      expect((await ask(path, { headers: { Accept: "*/*" } })).status, path).toBe(401);
      for (const who of roles) {
        const read = await ask(path, { who });
        expect([read.status, read.headers.get("Cache-Control")], path).toEqual([200, "private, no-cache"]);
      }
    }
  });

  it("has a door, and tells whether it is well", async () => {
    for (const path of ["/sign-in/", "/invitation/", "/healthz", "/readyz"]) expect((await ask(path)).status).toBe(200);
    await store.close();
    expect((await ask("/readyz")).status).toBe(503);
    store = await openStore({ dataFolder: folder }, accountMigrations);
  });

  const needs: Readonly<Record<string, Role | "stranger">> = {
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
    "POST /people/invitations": "owner",
    "POST /people/invitations/:id/revoke": "owner",
    "POST /people/:id": "owner",
    "GET /healthz": "stranger",
    "GET /readyz": "stranger",
  };

  it("has a rule for every address, which holds for each role and a stranger", async () => {
    const table = team.routes.routes.filter(({ method }) => method !== "ALL");
    expect(table.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(needs).sort());
    const ranks = ["stranger", ...roles] as const;
    for (const [route, least] of Object.entries(needs)) {
      const [method = "", path = ""] = route.split(" ");
      for (const who of ranks) {
        // Signing out ends the session that the other tries need.
        if (path === "/sign-out/" && who !== "stranger") continue;
        const headers = { "X-Forwarded-For": `${route} ${who}` };
        const response = await ask(path.replace(":id", "none"), {
          who,
          headers,
          ...(method === "POST" && { form: {} }),
        });
        const turnedAway =
          response.status === 403 || response.headers.get("Location") === "/sign-in/" || response.status === 401;
        const allowed = ranks.indexOf(who) >= ranks.indexOf(least);
        if (route === "POST /sign-in/") expect(await response.text()).toContain("is wrong");
        else expect(!turnedAway, `${route} as ${who}: ${response.status}`).toBe(allowed);
      }
    }
  });

  it("gives one answer to a wrong password and to an address that nobody has", async () => {
    const answers = [];
    for (const email of ["owner@example.org", "nobody@example.org"]) {
      const response = await ask("/sign-in/", { form: { email, password: "wrong horse battery" } });
      answers.push([response.status, await response.text(), response.headers.getSetCookie()]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it("lets a person in by password and out again", async () => {
    const entered = await ask("/sign-in/", {
      form: { email: "Reader@example.org", password: "correct horse battery" },
    });
    expect([entered.status, entered.headers.get("Location")]).toEqual([303, "/"]);
    cookies.set("stranger", cookieOf(entered.headers));
    expect((await ask("/")).status).toBe(200);
    await ask("/sign-out/", { form: {} });
    expect((await ask("/")).status).toBe(303);
    cookies.delete("stranger");
  });

  it("changes a password for who knows the present one, and ends the other sessions", async () => {
    const next = "another long password";
    const other = await ask("/sign-in/", { form: { email: "reader@example.org", password: "correct horse battery" } });
    const change = (form: Record<string, string>) => ask("/account/password", { who: "reader", form });
    expect((await change({ current: "wrong horse battery", next })).status).toBe(400);
    expect(await (await change({ current: "correct horse battery", next: "Password1234!" })).text()).toContain(
      "among those that are tried first",
    );
    const changed = await change({ current: "correct horse battery", next });
    expect([changed.status, changed.headers.get("Location")]).toEqual([303, "/account/"]);
    cookies.set("stranger", cookieOf(other.headers));
    expect((await ask("/")).status).toBe(303);
    cookies.delete("stranger");
    expect((await ask("/sign-in/", { form: { email: "reader@example.org", password: next } })).status).toBe(303);
  });

  it("has what the browser kept cleared on signing out, and asks for TLS where it has it", async () => {
    expect((await ask("/sign-out/", { who: "editor", form: {} })).headers.get("Clear-Site-Data")).toContain("storage");
    expect((await ask("/sign-in/")).headers.get("Strict-Transport-Security")).toBeNull();
    const secure = createTeam({ store, settings: { ...settings, publicUrl: "https://handbook.example.org" } });
    const answer = await secure.routes.request("https://handbook.example.org/sign-in/");
    expect(answer.headers.get("Strict-Transport-Security")).toBe("max-age=63072000; includeSubDomains");
    expect(answer.status).toBe(200);
  });

  it("takes no form from a page of another site", async () => {
    for (const path of ["/sign-in/", "/sign-out/", "/account/tokens", "/people/invitations", "/people/none"]) {
      const headers = { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" };
      expect((await ask(path, { who: "owner", form: {}, headers })).status, path).toBe(403);
    }
  });

  it("slows guessing from one address, and believes only its own proxy about it", async () => {
    const form = { email: "owner@example.org", password: "" };
    const guess = (from: string) => ask("/sign-in/", { form, headers: { "X-Forwarded-For": from } });
    const statuses = [];
    for (let index = 0; index < 11; index += 1) statuses.push((await guess(`198.51.100.${index}, 203.0.113.9`)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect((await guess("203.0.113.10")).status).toBe(401);
  });

  it("gives a stranger's form of a thread back to nobody but the forms", async () => {
    // What is routed after the gate answers forms of threads itself; here there is nothing.
    expect((await ask("/threads/", { form: { body: "a thought" } })).status).toBe(404);
    expect((await ask("/threads/", {})).status).toBe(303);
    expect((await ask("/operations/", { form: {} })).status).toBe(401);
  });

  it("takes a token for the API, which opens no page of accounts", async () => {
    const page = await (await ask("/account/tokens", { who: "owner", form: { name: "x", scope: "read" } })).text();
    const token = /fieldbook_[\w-]{43}/.exec(page)?.[0] ?? "";
    const headers = { Authorization: `Bearer ${token}` };
    expect((await ask("/operate/queues/", { headers })).status).toBe(200);
    expect((await ask("/people/", { headers })).status).toBe(303);
    expect((await ask("/operate/queues/", { who: "owner", headers: { Authorization: "Bearer no" } })).status).toBe(303);
  });
});
