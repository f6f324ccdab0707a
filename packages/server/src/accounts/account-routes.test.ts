import { Hono } from "hono";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../data/store.ts";
import { createDiscussion } from "../discussion.ts";
import { openFieldbookStore } from "../open-fieldbook-store.ts";
import { accountRoutes } from "./account-routes.ts";
import { createApiToken } from "./api-tokens.ts";
import { createTeam } from "./team.ts";
import type { Team } from "./team.ts";

const origin = "http://localhost:4321";
const settings = { publicUrl: origin, secret: "only for tests, 0123456789abcdefghij", trustedProxies: 0 };
const password = "correct horse battery";

let folder = "";
let store: Store;
let team: Team;
let app: Hono;
let token = "";

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-accounts-"));
  store = await openFieldbookStore({ dataFolder: folder });
  team = createTeam({ store, settings });
  const { accounts, identify } = team;
  app = new Hono();
  app.route("/", team.routes);
  app.route("/", createDiscussion({ store, accounts, identify, localOnly: false, publicUrl: origin }));
  const ada = { name: "Ada", email: "ada@example.org", password };
  const entered = await accounts.accept((await accounts.setUp()) ?? "", ada, new Headers());
  const owner = await accounts.identify(new Headers({ Cookie: entered.getSetCookie()[0]?.split(";")[0] ?? "" }));
  token = await createApiToken(store, owner!, { name: "tests", scope: "manage" });
}, 60_000);

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

interface Reply {
  readonly status: number;
  readonly body: Record<string, never>;
}

async function ask(route: string, body?: unknown, by = token): Promise<Reply> {
  const [method = "", path = ""] = route.split(" ");
  const headers = {
    Authorization: `Bearer ${by}`,
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await app.request(`${origin}/api/v1${path}`, init);
  return { status: response.status, body: (await response.json()) as Reply["body"] };
}

/** Answers are held against what the description says of them. */
function describes(name: string, { status, body }: Reply): void {
  const row = accountRoutes(team.accounts).find((each) => each.name === name)!;
  expect([name, status]).toEqual([name, row.status]);
  expect(v.safeParse(row.answer, body).issues, name).toBeUndefined();
}

describe("accounts over the API", { timeout: 60_000 }, () => {
  it("are managed by a script from the invitation to the shutting out", async () => {
    const made = await ask("POST /invitations", { role: "contributor" });
    describes("invite", made);
    const bob = { name: "Bob", email: "bob@example.org", password };
    await team.accounts.accept(made.body["secret"]!, bob, new Headers());
    const people = await ask("GET /people");
    describes("listPeople", people);
    const { id } = (people.body["people"] as unknown as { id: string; name: string }[]).find(
      ({ name }) => name === "Bob",
    )!;
    describes("changePerson", await ask(`PATCH /people/${id}`, { change: "editor" }));
    describes("offerNewPassword", await ask(`POST /people/${id}/new-password`));
    const open = await ask("GET /invitations");
    describes("listInvitations", open);
    const [{ id: offered }] = open.body["invitations"] as unknown as [{ id: string }];
    const left = await ask(`DELETE /invitations/${offered}`);
    describes("revokeInvitation", left);
    expect(left.body["invitations"]).toEqual([]);
    const out = await ask(`PATCH /people/${id}`, { change: "shut-out" });
    expect(out.body["people"]).toMatchObject([{ name: "Ada" }, { name: "Bob", role: "editor", shutOut: true }]);
    expect(await team.accounts.signIn(bob.email, password, new Headers())).toBeUndefined();
  });

  it("has one's own sessions and tokens", async () => {
    const me = await ask("GET /account");
    describes("readMe", me);
    expect(me.body).toMatchObject({ name: "Ada", role: "owner", scope: "manage" });
    const sessions = await ask("GET /account/sessions");
    describes("listSessions", sessions);
    const [{ id: session }] = sessions.body["sessions"] as unknown as [{ id: string }];
    const ended = await ask(`DELETE /account/sessions/${session}`);
    describes("revokeSession", ended);
    expect(ended.body["sessions"]).toEqual([]);
    const made = await ask("POST /account/tokens", { name: "feed", scope: "read" });
    describes("createToken", made);
    expect((await ask("GET /account", undefined, made.body["secret"])).body["scope"]).toBe("read");
    const tokens = await ask("GET /account/tokens");
    describes("listTokens", tokens);
    const feed = (tokens.body["tokens"] as unknown as { id: string; name: string }[]).find(
      ({ name }) => name === "feed",
    )!;
    describes("revokeToken", await ask(`DELETE /account/tokens/${feed.id}`));
    expect((await ask("GET /account", undefined, made.body["secret"])).status).toBe(401);
  });

  it("gives a token to write nothing of it", async () => {
    const { body } = await ask("POST /account/tokens", { name: "posts", scope: "write" });
    const refused = await ask("POST /invitations", { role: "owner" }, body["secret"]);
    expect([refused.status, refused.body["detail"]]).toEqual([
      403,
      "This needs a token with the scope manage; this one has write.",
    ]);
    expect((await ask("POST /account/tokens", { name: "more", scope: "manage" }, body["secret"])).status).toBe(403);
    expect((await ask("GET /threads", undefined, body["secret"])).status).toBe(200);
  });

  it("says what is wrong", async () => {
    expect((await ask("PATCH /people/none", { change: "editor" })).status).toBe(404);
    expect((await ask("PATCH /people/none", { change: "king" })).body["detail"]).toContain('"change": reader,');
    const [{ id }] = (await ask("GET /people")).body["people"] as unknown as [{ id: string }];
    const last = await ask(`PATCH /people/${id}`, { change: "reader" });
    expect([last.status, last.body["detail"]]).toEqual([
      400,
      "A handbook needs an owner: make somebody else one first.",
    ]);
  });
});
