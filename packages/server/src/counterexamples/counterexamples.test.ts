import { claims } from "@fieldbook/book";
import { engineIdentity } from "@fieldbook/lab/node";
import { describe, expect, it } from "vitest";
import type { Actor } from "../accounts/actor.ts";
import { eachStore } from "../data/each-store.fixture.ts";
import { openFieldbookStore } from "../open-fieldbook-store.ts";
import { admitThread } from "../threads/admit-thread.ts";
import type { ThreadError } from "../threads/thread-error.ts";
import { changeThread } from "../threads/change-thread.ts";

import { Counterexamples } from "./counterexamples.ts";
import type { Replays } from "./counterexamples.ts";
import { Replayer } from "./replayer.ts";
import { replayRun } from "./replay-run.ts";
import type { ReadersRun, ReplayedRun } from "./readers-run.ts";

const ada: Actor = { id: "ada", name: "Ada", role: "contributor" };
const engine = engineIdentity();

/** A claim whose control says that a property holds in every run, under its own parameters. */
const universal = claims.find(({ expect: { kind } }) => kind === "holds")!;
const existential = claims.find(({ expect: { kind } }) => kind === "violated")!;
const measured = claims.find(({ expect: { kind } }) => kind === "agrees")!;

describe("a reader's run, made again", () => {
  const replay = (run: ReadersRun): ReplayedRun => replayRun(run, engine);

  it("contradicts nothing where the property holds", () => {
    const { contradicts, says, traceHash } = replay({ claim: universal.id, side: "claim", values: {}, seed: 3 });
    expect(contradicts).toBe(false);
    expect(says).toContain("is not violated");
    expect(traceHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it("contradicts no mechanism that it has taken away", () => {
    const values = universal.control.parameters as Record<string, string | number | boolean>;
    const { contradicts, says } = replay({ claim: universal.id, side: "claim", values, seed: 3 });
    expect(contradicts).toBe(false);
    expect(says).toContain("the run is not what the claim speaks of");
  });

  it("contradicts a claim about some runs, or about a mean, with no single run", () => {
    for (const { id } of [existential, measured]) {
      expect(replay({ claim: id, side: "claim", values: {}, seed: 1 }).contradicts, id).toBe(false);
    }
  });

  it("is refused with the mend when it asks for what there is not", () => {
    const run = { claim: universal.id, side: "claim", values: {}, seed: 1 } as const;
    expect(() => replay({ ...run, claim: "none" })).toThrow('There is no claim "none".');
    expect(() => replay({ ...run, values: { none: 1 } })).toThrow(/There is no parameter "none"/);
    const counterexample = { format: "fieldbook counterexample 1", system: "none" } as const;
    expect(() => replay({ counterexample })).toThrow(/none/);
    expect(() => replay({ counterexample: { ...counterexample, system: "raft" } })).toThrow(/"property"/);
  });

  it("is made in a thread of its own, which is ended when it takes too long", { timeout: 30_000 }, async () => {
    const run = { claim: universal.id, side: "claim", values: {}, seed: 3 } as const;
    const [one, other] = await Promise.all([new Replayer().replay(run), new Replayer().replay(run)]);
    expect(one).toEqual(other);
    expect(one).toEqual(replay(run));
    await expect(new Replayer().replay({ ...run, claim: "none" })).rejects.toThrow('There is no claim "none".');
    await expect(new Replayer(1).replay(run)).rejects.toThrow(/took longer/);
  });

  it("is turned away while too many wait", { timeout: 30_000 }, async () => {
    const replayer = new Replayer(5);
    const run = { claim: universal.id, side: "claim", values: {}, seed: 3 } as const;
    const all = await Promise.allSettled(Array.from({ length: 10 }, async () => replayer.replay(run)));
    const reasons = all.map((each) => (each.status === "rejected" ? (each.reason as Error).name : "made"));
    expect(reasons.filter((name) => name === "ReplayerBusy")).toHaveLength(2);
  });
});

/** A lab in which the claim can be false, since in ours none is. */
class FalseClaim implements Replays {
  engine = "a".repeat(12);
  contradicts = true;

  async replay(): Promise<ReplayedRun> {
    const found = { claim: "never-stale", system: null, traceHash: "0".repeat(16) };
    const says = "In the run of seed 17 a read returns 1 after 2 was written.";
    return { ...found, contradicts: this.contradicts, says, engine: { version: "1", digest: this.engine } };
  }
}

eachStore(({ newSettings }) => {
  const run = { claim: "never-stale", seed: 17 };
  const given = { kind: "counterexample", chapter: "physics/consistency-models", body: "Look.", run } as const;

  it("disputes a claim until a person settles it, with the reason", async () => {
    const store = await openFieldbookStore(await newSettings());
    const lab = new FalseClaim();
    const counterexamples = new Counterexamples(store, lab);
    const ground = { places: undefined, counterexamples };
    const { threadId } = await admitThread(store, ground, ada, given);
    const [dispute] = await counterexamples.disputes();
    expect(dispute).toMatchObject({ claim: "never-stale", threadId, reproduced: true, engine: lab.engine });

    // The next engine: it is replayed once, and what no longer fails is still for a person to settle.
    lab.engine = "b".repeat(12);
    lab.contradicts = false;
    expect(await counterexamples.replayAll(lab.engine)).toEqual({ replayed: 1, gone: 1 });
    expect(await counterexamples.replayAll(lab.engine)).toEqual({ replayed: 0, gone: 0 });
    expect(await counterexamples.disputes()).toMatchObject([{ reproduced: false, engine: lab.engine }]);

    await expect(changeThread(store, ada, threadId, 1, { kind: "question" })).rejects.toMatchObject({ field: "kind" });
    await expect(changeThread(store, ada, threadId, 1, { state: "resolved" })).rejects.toMatchObject({
      field: "reason",
    });
    const editor = { ...ada, id: "p-eve", name: "Eve", role: "editor" } as const;
    const mended = { state: "resolved", reason: "Mended by the new engine." } as const;
    const contributor = { ...ada, role: "contributor" } as const;
    await expect(changeThread(store, contributor, threadId, 1, mended)).rejects.toMatchObject({
      problem: "not-allowed",
    });
    await changeThread(store, editor, threadId, 1, mended);
    expect(await counterexamples.disputes()).toEqual([]);
    await expect(changeThread(store, editor, threadId, 2, { state: "open" })).rejects.toMatchObject({
      field: "reason",
    });
    await changeThread(store, editor, threadId, 2, { state: "open", reason: "Not mended after all." });
    expect(await counterexamples.disputes()).toHaveLength(1);
    await store.close();
  });

  it("takes in no counterexample without a run, or with one that contradicts nothing", async () => {
    const store = await openFieldbookStore(await newSettings());
    const lab = new FalseClaim();
    lab.contradicts = false;
    const ground = { places: undefined, counterexamples: new Counterexamples(store, lab) };
    const refusal = async (change: object): Promise<ThreadError> =>
      admitThread(store, ground, ada, { ...given, ...change }).then(
        () => expect.unreachable(),
        (error: ThreadError) => error,
      );
    expect(await refusal({ run: undefined })).toMatchObject({ problem: "invalid", field: "run" });
    expect(await refusal({ run: { claim: "x" } })).toMatchObject({ problem: "invalid" });
    expect((await refusal({})).message).toContain("contradicts nothing");
    expect(await store.db.selectFrom("thread").select("id").execute()).toEqual([]);
    await store.close();
  });
});
