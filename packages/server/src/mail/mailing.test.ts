import { SMTPServer } from "smtp-server";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Actor } from "../accounts/actor.ts";
import { eachStore } from "../data/each-store.fixture.ts";
import type { Store } from "../data/store.ts";
import { deletePost, reply, setSubscription, startThread, unsubscribeByToken } from "../threads/write-threads.ts";
import { startMailing } from "./start-mailing.ts";
import type { Mailing } from "./start-mailing.ts";

const ada: Actor = { id: "p-ada", name: "Ada", role: "contributor" };
const ben: Actor = { id: "p-ben", name: "Ben", role: "contributor" };

/** A real SMTP server that keeps what it is given. */
async function startSmtp(): Promise<{
  url: string;
  mails: string[];
  refuse(yes: boolean): void;
  stop(): Promise<void>;
}> {
  const mails: string[] = [];
  let refuses = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (chunk) => (text += String(chunk)));
      stream.on("end", () => {
        if (refuses) return done(new Error("The mailbox is full"));
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    mails,
    refuse: (yes) => (refuses = yes),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe("mail", () => {
  const toStop: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of toStop.splice(0)) await each.stop();
  });

  eachStore(({ open }) => {
    const start = async (store: Store) => {
      const smtp = await startSmtp();
      const mail = { url: smtp.url, from: "Fieldbook <f@example.org>" };
      const faults: unknown[] = [];
      const mailing: Mailing = startMailing(
        store,
        { mail },
        {
          site: "https://book.example.org",
          addressOf: async (id) => (id === "p-ada" ? "ada@example.org" : undefined),
          onFault: (error) => faults.push(error),
          everyMs: 1_000_000,
        },
      );
      toStop.push(mailing, smtp);
      return { smtp, mailing, faults };
    };

    it("tells a subscriber of a reply, once, with a link that leaves the thread", async () => {
      const store = await open();
      const { smtp, mailing, faults } = await start(store);
      const { threadId } = await startThread(store, ada, {
        kind: "question",
        chapter: "",
        title: "Why\r\nBcc: x@y.z",
        body: "Why?",
      });
      await reply(store, ben, threadId, "Because.");
      await Promise.all([mailing.sendNow(), mailing.sendNow()]);
      await mailing.sendNow();
      expect(faults).toEqual([]);
      expect(smtp.mails).toHaveLength(1);
      const [mail = ""] = smtp.mails;
      expect(mail).toMatch(/^To: ada@example\.org\r$/m);
      expect(mail).toMatch(/^Subject: \[Fieldbook\] Why Bcc: x@y\.z\r$/m);
      expect(mail).not.toMatch(/^Bcc:/m);
      expect(mail).toContain("Ben wrote:");
      // Long lines of the head are folded; in the body a token that begins with "3D" would look like an encoded "=".
      const head = (mail.split("\r\n\r\n")[0] ?? "").replaceAll(/\r\n[ \t]+/g, " ");
      const link = /List-Unsubscribe: <(https:\/\/book\.example\.org\/threads\/unsubscribe\?token=([\w-]+))>/.exec(
        head,
      );
      const token = link?.[2] ?? "";
      const lines = mail.replaceAll("=\r\n", "");
      expect(lines.includes(link?.[1] ?? "-") || lines.includes(`token=3D${token}`)).toBe(true);
      expect(await unsubscribeByToken(store, token)).toBe(threadId);
      await reply(store, ben, threadId, "And more.");
      await mailing.sendNow();
      expect(smtp.mails).toHaveLength(1);
    });

    it("is tried again when the server refuses it, and given up in the end", async () => {
      let now = 1_764_000_000_000;
      const store = await open(() => now);
      const { smtp, mailing } = await start(store);
      const { threadId } = await startThread(store, ada, { kind: "question", chapter: "", body: "Why?" });
      await reply(store, ben, threadId, "Because.");
      smtp.refuse(true);
      await mailing.sendNow();
      smtp.refuse(false);
      await mailing.sendNow();
      expect(smtp.mails).toHaveLength(0);
      now += 61_000;
      await mailing.sendNow();
      expect(smtp.mails).toHaveLength(1);
      await reply(store, ben, threadId, "Again.");
      smtp.refuse(true);
      for (let attempt = 0; attempt < 8; attempt += 1) {
        await mailing.sendNow();
        now += 1e9;
      }
      const states = await store.db.selectFrom("notification").select("mail_state").orderBy("id").execute();
      expect(states.map(({ mail_state }) => mail_state)).toEqual(["sent", "failed"]);
    });

    it("says nothing of a post that is gone, nor to who has left or has no address", async () => {
      const store = await open();
      const { smtp, mailing } = await start(store);
      const { threadId } = await startThread(store, ada, { kind: "question", chapter: "", body: "Why?" });
      await deletePost(store, ben, await reply(store, ben, threadId, "A slip."), 1);
      await reply(store, ben, threadId, "Better.");
      await setSubscription(store, ada, threadId, false);
      await reply(store, ada, threadId, "For Ben, who has no address");
      await mailing.sendNow();
      expect(smtp.mails).toEqual([]);
    });
  });
});
