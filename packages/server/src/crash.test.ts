import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { eachStore } from "./data/each-store.fixture.ts";
import { makeTinySite, postJson, readPosts, startServerProgram } from "./testing/server-program.ts";

/** FIELDBOOK_KILLS=100 for the whole measurement. */
const kills = Number(process.env["FIELDBOOK_KILLS"] ?? 10);
const writers = 4;

const site = makeTinySite();
afterAll(() => site.remove());

/** Writes until the server answers no more; what it acknowledged is in `acknowledged`. */
async function keepPosting(posts: string, acknowledged: Map<string, string>, name: string): Promise<unknown> {
  const write = async (writer: number): Promise<never> => {
    for (let index = 0; ; index += 1) {
      const body = `${name}/${writer}/${index}`;
      acknowledged.set(await postJson(posts, { body }), body);
    }
  };
  return Promise.allSettled(Array.from({ length: writers }, (_, writer) => write(writer)));
}

const lostOf = (acknowledged: ReadonlyMap<string, string>, kept: ReadonlyMap<string, string>) =>
  [...acknowledged].filter(([id, body]) => kept.get(id) !== body);

describe("a server that is killed in the middle of a discussion", () => {
  eachStore(({ newSettings }) => {
    it(
      `${kills} times keeps every post that it acknowledged, and is well after each start`,
      async () => {
        const settings = await newSettings();
        const acknowledged = new Map<string, string>();
        let thread = "";
        for (let kill = 0; kill <= kills; kill += 1) {
          const { child, api } = await startServerProgram(settings, site.folder);
          if (thread === "") thread = await postJson(`${api}/threads`, { kind: "question", body: "Why?" });
          expect(lostOf(acknowledged, await readPosts(api, thread))).toEqual([]);
          const ended = once(child, "exit");
          const writing = keepPosting(`${api}/threads/${thread}/posts`, acknowledged, String(kill));
          setTimeout(() => child.kill("SIGKILL"), 60 + ((kill * 37) % 100));
          await ended;
          await writing;
        }
        expect(acknowledged.size).toBeGreaterThan(kills);
      },
      30_000 + kills * 6_000,
    );
  });
});

describe("a server that is asked to stop in the middle of a discussion", () => {
  eachStore(({ newSettings }) => {
    it("answers what is under way, ends well, and has lost nothing and written nothing twice", async () => {
      const settings = await newSettings();
      const { child, api } = await startServerProgram(settings, site.folder);
      const thread = await postJson(`${api}/threads`, { kind: "question", body: "Why?" });
      const acknowledged = new Map<string, string>();
      const ended = once(child, "exit");
      const writing = keepPosting(`${api}/threads/${thread}/posts`, acknowledged, "stop");
      await wait(150);
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
      await writing;

      const next = await startServerProgram(settings, site.folder);
      const kept = await readPosts(next.api, thread);
      next.child.kill();
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(lostOf(acknowledged, kept)).toEqual([]);
      // Besides the question, only what was acknowledged: no request was cut off after its write.
      expect(kept.size).toBe(acknowledged.size + 1);
    }, 60_000);
  });
});

describe("two servers over one store", () => {
  eachStore(({ kind, newSettings }) => {
    it.runIf(kind === "postgres")(
      "start together on an empty one, and what one keeps the other shows",
      async () => {
        const settings = await newSettings();
        const both = await Promise.all([0, 1].map(() => startServerProgram(settings, site.folder)));
        const [one, other] = both as [(typeof both)[0], (typeof both)[0]];
        const thread = await postJson(`${one.api}/threads`, { kind: "question", body: "Who sees this?" });
        const posted = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            postJson(`${both[index % 2]!.api}/threads/${thread}/posts`, { body: `post ${index}` }),
          ),
        );
        const seen = await Promise.all(both.map(({ api }) => readPosts(api, thread)));
        expect([...seen[0]!]).toEqual([...seen[1]!]);
        expect([...seen[0]!.keys()].filter((id) => posted.includes(id))).toHaveLength(20);

        one.child.kill("SIGKILL");
        await postJson(`${other.api}/threads/${thread}/posts`, { body: "after the other's end" });
        expect((await readPosts(other.api, thread)).size).toBe(22);
        other.child.kill();
      },
      60_000,
    );
  });
});
