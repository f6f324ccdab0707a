import * as v from "valibot";
import type { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { Actor, Role } from "../accounts/actor.ts";
import { Places } from "../anchors/places.ts";
import { textOf } from "../anchors/published-text.fixture.ts";
import { eachStore } from "../data/each-store.fixture.ts";
import type { Store } from "../data/store.ts";
import { admitThread } from "../threads/admit-thread.ts";
import { PostRenderer } from "../threads/render-post.ts";
import { createApi } from "./create-api.ts";
import { apiRoutes } from "./routes.ts";

const routes = apiRoutes(new PostRenderer(), { places: undefined, counterexamples: undefined });
const roles: readonly Role[] = ["reader", "contributor", "editor", "owner"];

/** Whoever the header names, by role: "owner" is the person "p-owner". */
async function identify(request: Request): Promise<Actor | undefined> {
  const role = roles.find((each) => each === request.headers.get("X-Role"));
  return role === undefined ? undefined : { id: `p-${role}`, name: role, role };
}

const textNow = textOf({ "operate/queues": "A queue grows fast with the load." });

interface Reply {
  readonly status: number;
  readonly etag: string;
  readonly location: string | null;
  readonly body: Record<string, never> & Readonly<Record<string, unknown>>;
}

/** Sends a request; what comes back is held against the description of its route. */
function client(store: Store, role: Role | "stranger" = "contributor") {
  const ground = { places: new Places(store, textNow), counterexamples: undefined };
  const api = createApi({ store, routes: apiRoutes(new PostRenderer(), ground), identify });
  return async (name: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> => {
    const route = routes.find((each) => each.name === name)!;
    const init = {
      method: route.method,
      headers: { "X-Role": role, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    const response = await api.request(path, init);
    const content = (await response.json()) as Reply["body"];
    if (response.ok) {
      expect(response.status).toBe(route.status);
      expect(v.safeParse(route.answer, content).issues).toBeUndefined();
    } else {
      expect(response.headers.get("Content-Type")).toBe("application/problem+json");
      expect(content).toMatchObject({ type: "about:blank", status: response.status });
    }
    const etag = response.headers.get("ETag") ?? "";
    return { status: response.status, etag, location: response.headers.get("Location"), body: content };
  };
}

/** A thread at a sentence that was edited since. */
async function askAboutEdited(store: Store): Promise<string> {
  const places = new Places(store, textOf({ "operate/queues": "A queue grows with the load." }));
  await places.publish();
  const block = places.text.chapters[0]!.blocks[0]!.id;
  const given = { kind: "question", chapter: "operate/queues", body: "How fast?" } as const;
  const ground = { places, counterexamples: undefined };
  const actor = await identify(new Request("http://localhost", { headers: { "X-Role": "contributor" } }));
  const made = await admitThread(store, ground, actor!, { ...given, selection: { kind: "block", block } });
  return made.threadId;
}

describe("the API", () => {
  eachStore(({ open }) => {
    it("does what its description says, route by route", async () => {
      const store = await open();
      const ask = client(store);
      const used = new Set<string>();
      const call: typeof ask = async (name, ...rest) => {
        used.add(name);
        const reply = await ask(name, ...rest);
        expect(reply.status, name).toBeLessThan(300);
        return reply;
      };
      const made = await call("startThread", "/threads", { kind: "question", chapter: "operate/queues", body: "Why?" });
      const thread = String(made.body["id"]);
      expect(made.location).toBe(`/api/v1/threads/${thread}`);
      const posted = await call("reply", `/threads/${thread}/posts`, { body: "Because *so*" });
      expect(posted.body["html"]).toBe("<p>Because <em>so</em></p>");
      const post = `/posts/${String(posted.body["id"])}`;
      const edited = await call("editPost", post, { body: "Therefore" }, { "If-Match": posted.etag });
      expect((await call("readPost", post)).etag).toBe(edited.etag);
      expect((await call("readPostVersions", `${post}/versions`)).body["versions"]).toMatchObject([
        { body: "Because *so*" },
      ]);
      await call("deletePost", post, undefined, { "If-Match": edited.etag });
      await call(
        "changeThread",
        `/threads/${thread}`,
        { state: "resolved", reason: "done" },
        { "If-Match": made.etag },
      );
      const whole = await call("readThread", `/threads/${thread}`);
      expect(whole.body).toMatchObject({ thread: { state: "resolved" }, posts: [{ body: "Why?" }, { body: "" }] });
      const list = await call("listThreads", "/threads?chapter=operate/queues&state=resolved&size=1");
      expect(list.body).toMatchObject({ threads: [{ id: thread }], counts: { open: 0, resolved: 1 } });
      await call("setSubscription", `/threads/${thread}/subscription`, { active: false });
      await call("listNotifications", "/notifications");
      await call("markNotificationsRead", "/notifications/read", { upTo: thread });
      const { etag } = await call("readThread", `/threads/${await askAboutEdited(store)}`);
      const placed = await call("listPlacedThreads", "/placed-threads?chapter=operate/queues");
      const [{ place }] = placed.body["threads"] as unknown as [{ place: object }];
      expect(place).toMatchObject({ state: "edited", mayConfirm: true, oldText: "A queue grows with the load." });
      const [{ thread: asked }] = placed.body["threads"] as unknown as [{ thread: { id: string } }];
      const confirmed = await call(
        "confirmPlace",
        `/threads/${asked.id}/place`,
        { confirm: true },
        { "If-Match": etag },
      );
      expect(confirmed.body["place"]).toMatchObject({ confirmed: true, mayConfirm: false });
      expect((await call("listDisputes", "/disputes")).body["disputes"]).toEqual([]);
      expect((await call("readState", "/operations", undefined, { "X-Role": "owner" })).body).toMatchObject({
        data: { people: 1, threads: 2, openThreads: 1, posts: 3 },
        mail: { waiting: 0, oldestWaiting: null, givenUp: 0 },
        anchors: { states: { exact: 0, edited: 1 }, toConfirm: 0 },
        audit: { whole: true, head: { sequence: 0 } },
      });
      expect((await call("readAudit", "/audit?size=5", undefined, { "X-Role": "owner" })).body).toMatchObject({
        verdict: { whole: true },
        entries: [],
      });
      expect([...used].sort()).toEqual(routes.map(({ name }) => name).sort());
    });

    it("loses no update: what was read is what is changed", async () => {
      const ask = client(await open());
      const { body, etag } = await ask("startThread", "/threads", { kind: "question", body: "Why?" });
      const path = `/threads/${String(body["id"])}`;
      expect((await ask("changeThread", path, { title: "One" })).status).toBe(428);
      expect((await ask("changeThread", path, { title: "One" }, { "If-Match": etag })).etag).toBe('"2"');
      const late = await ask("changeThread", path, { title: "Two" }, { "If-Match": etag });
      expect(late).toMatchObject({ status: 412, body: { title: "It has been changed meanwhile" } });
    });

    it("names the field that is wrong, and does nothing", async () => {
      const ask = client(await open());
      const good = { kind: "question", body: "Why?" };
      for (const [body, field] of [
        [{ ...good, kind: "rant" }, "kind"],
        [{ kind: "question" }, "body"],
        [{ ...good, body: "  \n" }, "body"],
        [{ ...good, body: "a\0b" }, "body"],
        [{ ...good, body: "x".repeat(20_001) }, "body"],
        [{ ...good, chapter: "../etc" }, "chapter"],
        [{ ...good, colour: "red" }, "colour"],
        [
          {
            ...good,
            anchor: { source: "/a/b/", selector: [{ type: "TextQuoteSelector", exact: "x".repeat(50_000) }] },
          },
          "anchor",
        ],
        [{ ...good, anchor: { source: "/a/b/", selector: [] } }, "anchor"],
        [{ ...good, anchor: { selector: [{}] } }, "anchor"],
        [{ ...good, selection: { kind: "line" } }, "selection.kind"],
        [{ ...good, chapter: "operate/queues", selection: { kind: "block", block: "none" } }, "selection"],
        [{ ...good, kind: "counterexample" }, "kind"],
        [{ ...good, run: "x".repeat(100_001) }, "run"],
        [[], "kind"],
        ["not json", "body"],
      ] as const) {
        const reply = await ask("startThread", "/threads", body);
        expect(reply.status).toBe(400);
        expect((reply.body["errors"] as { field: string }[] | undefined)?.[0]?.field).toBe(field);
      }
      expect((await ask("listThreads", "/threads?size=0")).status).toBe(400);
      expect((await ask("listThreads", "/threads?after=x")).status).toBe(400);
      expect((await ask("listThreads", "/threads")).body["threads"]).toEqual([]);
    });

    it("refuses the character NUL wherever it stands, which PostgreSQL can not keep", async () => {
      const ask = client(await open());
      const thread = { kind: "question", body: "Why?" };
      for (const change of [{ title: "a\0b" }, { body: "a\0b" }, { anchor: { source: "\0" } }]) {
        expect((await ask("startThread", "/threads", { ...thread, ...change })).status).toBe(400);
      }
      expect((await ask("listThreads", "/threads?text=%00")).status).toBe(400);
      const { body, etag } = await ask("startThread", "/threads", thread);
      const change = { state: "resolved", reason: "a\0b" };
      expect((await ask("changeThread", `/threads/${String(body["id"])}`, change, { "If-Match": etag })).status).toBe(
        400,
      );
    });

    it("refuses what is too large or not JSON", async () => {
      const ask = client(await open());
      expect((await ask("startThread", "/threads", { body: "x".repeat(600_000) })).status).toBe(413);
      const form = await ask("startThread", "/threads", "kind=question", { "Content-Type": "text/plain" });
      expect(form.status).toBe(415);
    });

    it("answers strangers nothing, and readers no more than reading", async () => {
      const store = await open();
      const { body } = await client(store)("startThread", "/threads", { kind: "question", body: "Why?" });
      const id = String(body["id"]);
      for (const route of routes) {
        const path = route.path.replace(":thread", id).replace(":post", id);
        const stranger = await client(store, "stranger")(route.name, path, route.body === undefined ? undefined : {});
        expect(stranger.status, route.name).toBe(401);
        if (route.needs === "reader") continue;
        const reader = await client(store, "reader")(route.name, path, route.body === undefined ? undefined : {});
        expect(reader.status, route.name).toBe(403);
      }
    });
  });
});

describe("the description", () => {
  it("has every route, with what it takes and gives", async () => {
    const api: Hono = createApi({ store: undefined as unknown as Store, routes, identify });
    const description = (await (await api.request("/openapi.json")).json()) as {
      paths: Record<string, Record<string, { operationId: string; parameters: { name: string }[] }>>;
    };
    const operations = Object.values(description.paths).flatMap((path) => Object.values(path));
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(routes.map(({ name }) => name).sort());
    expect(description.paths["/threads"]?.["get"]?.parameters.map(({ name }) => name)).toContain("after");
    expect(JSON.stringify(description)).toContain('"pattern":"^[0-9a-f-]{36}$"');
  });

  it("has each name and each address once", () => {
    expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length);
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
  });
});
