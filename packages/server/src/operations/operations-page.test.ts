import { describe, expect, it } from "vitest";
import { accountDatabase } from "../accounts/account-tables.ts";
import type { Role } from "../accounts/actor.ts";
import { noteEvent } from "../accounts/audit-log.ts";
import { eachStore } from "../data/each-store.fixture.ts";
import type { Store } from "../data/store.ts";
import { createDiscussion } from "../discussion.ts";
import { startThread } from "../threads/write-threads.ts";

async function open(store: Store, role: Role | undefined): Promise<{ status: number; text: string }> {
  const identify = async () => (role === undefined ? undefined : { id: `p-${role}`, name: role, role });
  const response = await createDiscussion({ store, identify, localOnly: true }).request("/operations/", {
    headers: { Host: "localhost:4321" },
  });
  return { status: response.status, text: await response.text() };
}

const note = (store: Store, detail: string): Promise<void> =>
  accountDatabase(store)
    .transaction()
    .execute((write) =>
      noteEvent(store, write, { actorId: "p-owner", action: "role.changed", subject: "p-ben", detail }),
    );

describe("the page for operators", () => {
  eachStore(({ kind, open: newStore }) => {
    it("tells owners how the server and its data are", async () => {
      const store = await newStore();
      await startThread(
        store,
        { id: "p-ada", name: "Ada", role: "editor" },
        { kind: "question", chapter: "", body: "?" },
      );
      await note(store, "to <b>editor</b>");
      const { status, text } = await open(store, "owner");
      expect(status).toBe(200);
      expect(text).toContain(kind === "postgres" ? "<td>PostgreSQL</td>" : "<td>SQLite</td>");
      expect(text).toMatch(/<th scope="row">Threads<\/th><td>1, 1 open<\/td>/);
      expect(text).toMatch(/<th scope="row">Size<\/th><td>\d+\.\d MB<\/td>/);
      expect(text).toContain("The chain is whole up to entry 1.");
      expect(text).toContain("role.changed (to &lt;b&gt;editor&lt;/b&gt;)");
    });

    it("says that somebody has written into the audit log", async () => {
      const store = await newStore();
      await note(store, "to editor");
      await note(store, "to owner");
      await accountDatabase(store)
        .updateTable("audit_entry")
        .set({ detail: "to reader" })
        .where("sequence", "=", 2)
        .execute();
      expect((await open(store, "owner")).text).toMatch(
        /role="alert">Entry 2 is not as it was written: The entry was changed/,
      );
    });

    it("is for nobody else", async () => {
      const store = await newStore();
      await note(store, "a secret");
      for (const role of ["reader", "contributor", "editor", undefined] as const) {
        const { status, text } = await open(store, role);
        expect([status, text.includes("secret")]).toEqual([role === undefined ? 303 : 403, false]);
      }
    });
  });
});
