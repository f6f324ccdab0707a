import type { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { localPerson } from "./accounts/actor.ts";
import type { Actor } from "./accounts/actor.ts";
import { createApp } from "./app.ts";
import { eachStore } from "./data/each-store.fixture.ts";
import type { Store } from "./data/store.ts";
import { readAuditEntries } from "./operations/audit-entries.ts";
import { createDiscussion } from "./discussion.ts";

const home = "http://localhost:4321";

function serve(store: Store, actor: Actor | undefined = localPerson): Hono {
  return createApp("/nowhere", createDiscussion({ store, identify: async () => actor, localOnly: true }));
}

const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields).toString(),
  headers: {
    "Content-Type": "application/x-www-form-urlencoded",
    Origin: home,
    "Sec-Fetch-Site": "same-origin",
    ...headers,
  },
});

const question = { kind: "question", chapter: "operate/queues", body: "Why does it *collapse*?\r\nTell me." };

describe("the discussion without JavaScript", () => {
  eachStore(({ open }) => {
    it("is begun, answered, edited, settled and read by forms", async () => {
      const app = serve(await open());
      const started = await app.request(`${home}/threads/`, form({ ...question, title: "<b>Collapse</b>" }));
      expect(started.status).toBe(303);
      const address = `${home}${started.headers.get("Location") ?? ""}`;
      await app.request(`${address}posts`, form({ body: "\nBecause <script>alert(1)</script>" }));
      const page = await (await app.request(address)).text();
      expect(page).toContain("<em>collapse</em>");
      expect(page).toContain("<h1>&lt;b&gt;Collapse&lt;/b&gt;</h1>");
      expect(page).not.toContain("<script");
      expect(page).not.toContain("<b>");
      const edit = new URL(/href="([^"]+\/edit)"/.exec(page)?.[1] ?? "", address).href;
      expect(await (await app.request(edit)).text()).toContain("Why does it *collapse*?\nTell me.</textarea>");
      expect((await app.request(edit, form({ version: "1", body: "Anew" }))).status).toBe(303);
      const late = await app.request(edit, form({ version: "1", body: "My late words" }));
      expect(late.status).toBe(412);
      const kept = await late.text();
      expect(kept).toContain("My late words</textarea>");
      expect(kept).toContain("It now says: Anew");
      expect(
        (await app.request(`${address}state`, form({ version: "1", state: "resolved", reason: "Clear" }))).status,
      ).toBe(303);
      expect(await (await app.request(address)).text()).toMatch(/Resolved by Local,[\s\S]*: Clear/);
      const list = await (await app.request(`${home}/threads/in/operate/queues/?state=resolved`)).text();
      expect(list).toContain("0 open, 1 resolved");
      expect(list).toContain("&lt;b&gt;Collapse");
      expect((await app.request(`${home}/threads/?kind=decision`)).status).toBe(200);
    });

    it("keeps what was typed when something is wrong", async () => {
      const app = serve(await open());
      const wrong = await app.request(`${home}/threads/`, form({ ...question, chapter: "No Chapter" }));
      expect(wrong.status).toBe(400);
      const page = await wrong.text();
      expect(page).toContain("chapter: the id of a chapter is expected");
      expect(page).toContain("Why does it *collapse*?");
      expect((await app.request(`${home}/threads/?state=lost`)).status).toBe(400);
      expect((await app.request(`${home}/threads/00000000-0000-7000-8000-000000000000/`)).status).toBe(404);
    });

    it("gives back what was written to who was signed out meanwhile, and to who started what no form can", async () => {
      const store = await open();
      const stranger = createApp(
        "/nowhere",
        createDiscussion({ store, identify: async () => undefined, localOnly: true }),
      );
      const lost = await stranger.request(`${home}/threads/`, form({ ...question, body: "Long <b>thought</b>" }));
      expect(lost.status).toBe(401);
      const kept = await lost.text();
      expect(kept).toContain("Long &lt;b&gt;thought&lt;/b&gt;</textarea>");
      expect(kept).toContain('name="chapter" value="operate/queues"');
      expect(kept).toContain('action="/threads/"');
      const refused = await serve(store).request(`${home}/threads/`, form({ ...question, kind: "counterexample" }));
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain("Tell me.</textarea>");
    });

    it("shows what a post said before its edits, and notes who took another's away", async () => {
      const store = await open();
      const app = serve(store);
      const started = await app.request(`${home}/threads/`, form(question));
      const address = `${home}${started.headers.get("Location") ?? ""}`;
      const post = /id="post-([0-9a-f-]+)"/.exec(await (await app.request(address)).text())?.[1] ?? "";
      await app.request(`${address}posts/${post}/edit`, form({ version: "1", body: "Anew" }));
      expect(await (await app.request(address)).text()).toContain(`posts/${post}/history"`);
      const history = await (await app.request(`${address}posts/${post}/history`)).text();
      expect(history).toContain(">Anew</pre>");
      expect(history).toContain("Version 1, until");
      expect(history).toContain("Why does it *collapse*?\nTell me.</pre>");
      const other = serve(store, { id: "bob", name: "Bob", role: "contributor" });
      expect((await other.request(`${address}posts/${post}/history`)).status).toBe(403);
      const editor = serve(store, { id: "eve", name: "Eve", role: "editor" });
      expect((await editor.request(`${address}posts/${post}/delete`, form({ version: "2" }))).status).toBe(303);
      expect(await readAuditEntries(store, 100, 10)).toMatchObject([
        { actorId: "eve", action: "post.taken-away", subject: post, detail: "by local" },
      ]);
    });

    it("takes no form and no request from a page of another site", async () => {
      const store = await open();
      const app = serve(store);
      for (const headers of [
        { Origin: "https://evil.example" },
        { Origin: "null", "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site" },
      ]) {
        expect((await app.request(`${home}/threads/`, form(question, headers))).status).toBe(403);
      }
      const rebound = await app.request("http://evil.example:4321/threads/", {
        headers: { Host: "evil.example:4321" },
      });
      expect(rebound.status).toBe(403);
      expect(await store.db.selectFrom("thread").select("id").execute()).toEqual([]);
    });

    it("is closed to strangers, feeds too", async () => {
      const store = await open();
      const app = createApp("/nowhere", createDiscussion({ store, identify: async () => undefined, localOnly: false }));
      for (const path of ["/threads/", "/threads/new", "/feeds/threads.atom", "/api/v1/threads"]) {
        expect((await app.request(`${home}${path}`)).status, path).toBe(401);
      }
      expect((await app.request(`${home}/threads/`, form(question))).status).toBe(401);
      expect((await app.request(`${home}/api/v1/openapi.json`)).status).toBe(200);
    });

    it("is told by Atom feeds: of all, of a chapter, of a thread", async () => {
      const app = serve(await open());
      const started = await app.request(`${home}/threads/`, form({ ...question, title: "A & B \u0001" }));
      const id = /[0-9a-f-]{36}/.exec(started.headers.get("Location") ?? "")?.[0] ?? "";
      for (const path of ["/feeds/threads.atom", "/feeds/in/operate/queues.atom", `/feeds/threads/${id}.atom`]) {
        const response = await app.request(`${home}${path}`);
        expect(response.headers.get("Content-Type")).toBe("application/atom+xml; charset=utf-8");
        const feed = await response.text();
        expect(feed.match(/<entry>/g)).toHaveLength(1);
        expect(feed).toContain("<title>A &amp; B </title>");
        expect(feed).toContain("&lt;em&gt;collapse&lt;/em&gt;");
        expect(feed).toContain(`href="${home}/threads/${id}/#post-`);
      }
      expect(await (await app.request(`${home}/feeds/in/physics/light.atom`)).text()).not.toContain("<entry>");
      expect((await app.request(`${home}/feeds/threads/00000000-0000-7000-8000-000000000000.atom`)).status).toBe(404);
    });

    it("has the headers of every page of the site", async () => {
      const response = await serve(await open()).request(`${home}/threads/`);
      expect(response.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
      expect(response.headers.get("Cache-Control")).toBe("no-store");
    });
  });
});
