import { expect, it } from "vitest";
import type { Actor } from "../accounts/actor.ts";
import { eachStore } from "../data/each-store.fixture.ts";
import { openFieldbookStore } from "../open-fieldbook-store.ts";
import type { Store } from "../data/store.ts";
import { admitThread } from "../threads/admit-thread.ts";
import type { Ground } from "../threads/admit-thread.ts";
import { readThread } from "../threads/read-threads.ts";
import { Places } from "./places.ts";
import type { ReadersSelection } from "./places.ts";
import { textOf } from "./published-text.fixture.ts";
import { readPlacedThreads } from "./read-places.ts";

const ada: Actor = { id: "ada", name: "Ada", role: "contributor" };
const bob: Actor = { id: "bob", name: "Bob", role: "contributor" };

const knee = "Near full load every request waits behind many others, and the queue grows without bound.";
const law = "Little's law ties the number in a system to the rate and the time that each one spends there.";
const last = "Plan for the busiest hour of the year with one zone of three taken away.";
const first = { "operate/queues": `${knee} ${law}\n\n## What to do\n\n${last}\n` };

const groundOf = (places: Places): Ground => ({ places, counterexamples: undefined });

function select(places: Places, sentence: string, chapter = "operate/queues"): ReadersSelection {
  const { blocks } = places.text.chapters.find(({ id }) => id === chapter)!;
  const block = blocks.find(({ text }) => text.includes(sentence))!;
  const start = block.text.indexOf(sentence);
  return {
    kind: "text",
    block: block.id,
    start: start + 3,
    end: start + 9,
    exact: block.text.slice(start + 3, start + 9),
  };
}

async function publish(store: Store, chapters: Readonly<Record<string, string>>): Promise<Places> {
  const places = new Places(store, textOf(chapters));
  await places.publish();
  return places;
}

const question = { kind: "question", chapter: "operate/queues", body: "Is that so?" } as const;

eachStore(({ newSettings }) => {
  const withStore = async (work: (store: Store) => Promise<void>): Promise<void> => {
    const store = await openFieldbookStore(await newSettings());
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };
  const placesIn = async (store: Store, { text }: Places, actor: Actor = ada, chapter = "operate/queues") =>
    readPlacedThreads(store, text, chapter, actor);

  it("widens what was chosen to the sentence, and finds it in later texts", async () => {
    await withStore(async (store) => {
      const places = await publish(store, first);
      const selection = select(places, law);
      const { threadId } = await admitThread(store, groundOf(places), ada, { ...question, selection });
      const [here] = await placesIn(store, places);
      const block = places.text.chapters[0]!.blocks.find(({ id }) => id === here?.place.block);
      expect(here?.place.state).toBe("exact");
      expect(block?.text.slice(here!.place.start!, here!.place.end!)).toBe(law);

      const moved = await publish(store, {
        "operate/queues": `${knee}\n\n## What to do\n\n${last}\n\n## Laws\n\n${law}\n`,
      });
      expect((await placesIn(store, moved)).map(({ place }) => place.state)).toEqual(["moved"]);

      const gone = await publish(store, { "operate/queues": `${knee}\n\n## What to do\n\n${last}\n` });
      const [lost] = await placesIn(store, gone);
      expect(lost?.place).toMatchObject({ state: "earlier text", oldText: law, block: null });

      const back = await publish(store, { "operate/queues": `${knee}\n\n## Laws\n\n${law}\n\n${last}\n` });
      expect((await placesIn(store, back)).map(({ place }) => place.state)).toEqual(["exact"]);
      expect((await readThread(store.db, threadId)).anchor).toMatchObject({ source: "/operate/queues/" });
    });
  });

  const edited = {
    "operate/queues": `${knee} ${law.replace("spends there", "stays in it")}\n\n## What to do\n\n${last}\n`,
  };

  it("asks the owner of an edited sentence, and nobody else", async () => {
    await withStore(async (store) => {
      const places = await publish(store, first);
      const { threadId } = await admitThread(store, groundOf(places), ada, {
        ...question,
        selection: select(places, law),
      });
      const now = await publish(store, edited);
      const [asked] = await placesIn(store, now);
      expect(asked?.place).toMatchObject({ state: "edited", oldText: law, confirmed: false, mayConfirm: true });
      expect((await placesIn(store, now, bob))[0]?.place.mayConfirm).toBe(false);
      await expect(now.decide(bob, threadId, 1, true)).rejects.toMatchObject({ problem: "not-allowed" });
      await expect(now.decide(ada, threadId, 7, true)).rejects.toMatchObject({ problem: "changed" });
      expect(await now.decide(ada, threadId, 1, true)).toBe(2);
      await expect(now.decide(ada, threadId, 2, true)).rejects.toMatchObject({ problem: "invalid" });
      expect((await placesIn(store, now))[0]?.place).toMatchObject({ confirmed: true, mayConfirm: false });

      const later = await publish(store, { ...edited, "operate/other": "Another chapter was written meanwhile." });
      expect((await placesIn(store, later))[0]?.place.state).toBe("exact");
    });
  });

  it("holds on to a no until the words are back", async () => {
    await withStore(async (store) => {
      const places = await publish(store, first);
      const { threadId } = await admitThread(store, groundOf(places), ada, {
        ...question,
        selection: select(places, law),
      });
      const now = await publish(store, edited);
      await now.decide(ada, threadId, 1, false);
      expect((await placesIn(store, now))[0]?.place).toMatchObject({
        state: "earlier text",
        oldText: law,
        block: null,
      });
      const later = await publish(store, { ...edited, "operate/other": "Another chapter was written meanwhile." });
      expect((await placesIn(store, later))[0]?.place.state).toBe("earlier text");
      const back = await publish(store, { ...first, "operate/other": "Another chapter was written meanwhile." });
      expect((await placesIn(store, back))[0]?.place.state).toBe("exact");
    });
  });

  it("takes what a page counts in letters, whatever its signs and spaces", async () => {
    await withStore(async (store) => {
      const places = await publish(store, first);
      const { blocks } = places.text.chapters[0]!;
      const block = blocks.find(({ text }) => text.includes(law))!;
      const start = block.text.slice(0, block.text.indexOf(law)).replaceAll(/[^\p{L}\p{N}]/gu, "").length;
      const selection = { kind: "letters", block: block.id, start, end: start + 10, exact: " Little’s law t" } as const;
      const wrong = { ...selection, exact: "Little’s law i" };
      await expect(admitThread(store, groundOf(places), ada, { ...question, selection: wrong })).rejects.toThrow(
        /load it again/,
      );
      const far = { ...selection, end: 10_000 };
      await expect(admitThread(store, groundOf(places), ada, { ...question, selection: far })).rejects.toThrow();
      const exact = { ...selection, exact: "Little’s law" };
      await admitThread(store, groundOf(places), ada, { ...question, selection: { ...exact, end: start + 10 } });
      const [{ place }] = (await placesIn(store, places)) as [Awaited<ReturnType<typeof placesIn>>[number]];
      expect(block.text.slice(place.start!, place.end!)).toBe(law);
      expect(place.letters?.start).toBe(start);
    });
  });

  it("refuses a place that is not there, and words that are not", async () => {
    await withStore(async (store) => {
      const places = await publish(store, first);
      const start = async (selection: ReadersSelection, chapter = "operate/queues") =>
        admitThread(store, groundOf(places), ada, { ...question, chapter, selection });
      const there = select(places, law);
      await expect(start({ ...there, exact: "other" })).rejects.toThrow(/load it again/);
      await expect(start({ kind: "block", block: "b-none" })).rejects.toMatchObject({ field: "selection" });
      await expect(start({ kind: "claim", claim: "none" })).rejects.toMatchObject({ field: "selection" });
      await expect(start(there, "operate/none")).rejects.toMatchObject({ field: "chapter" });
      const anchor = { source: "/operate/queues/", selector: [{ type: "TextQuoteSelector" }] };
      await expect(admitThread(store, groundOf(places), ada, { ...question, anchor })).rejects.toMatchObject({
        field: "anchor",
      });
      expect(await placesIn(store, places)).toEqual([]);
    });
  });

  it("finds threads that another process has taken in, with another text", async () => {
    await withStore(async (store) => {
      const old = await publish(store, first);
      const now = await publish(store, { "operate/queues": `${last}\n\n## Laws\n\n${law} ${knee}\n` });
      await admitThread(store, groundOf(old), ada, { ...question, selection: select(old, knee) });
      expect(await placesIn(store, now)).toEqual([]);
      expect(await now.resolveMissing()).toBe(1);
      expect((await placesIn(store, now))[0]?.place.block).not.toBeNull();
      expect((await placesIn(store, old))[0]?.place.state).toBe("exact");
    });
  });

  it("shows threads about the chapter as a whole beside those at a sentence", async () => {
    await withStore(async (store) => {
      const places = await publish(store, { ...first, "operate/other": "Another chapter." });
      await admitThread(store, groundOf(places), ada, question);
      await admitThread(store, groundOf(places), ada, { ...question, selection: select(places, knee) });
      const nowhere = { ...question, chapter: "operate/nowhere" };
      await expect(admitThread(store, groundOf(places), ada, nowhere)).rejects.toMatchObject({ field: "chapter" });
      await admitThread(store, groundOf(places), ada, { ...question, chapter: "operate/other" });
      const states = (await placesIn(store, places)).map(({ place }) => place.state);
      expect(states.toSorted()).toEqual(["exact", "none"]);
    });
  });
});
