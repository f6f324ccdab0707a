import type { Kysely, Transaction } from "kysely";
import * as v from "valibot";
import type { Store } from "../data/store.ts";
import { ThreadError } from "../threads/thread-error.ts";
import { counterexampleDatabase } from "./counterexample-tables.ts";
import type { CounterexampleTables } from "./counterexample-tables.ts";
import { ReplayerBusy } from "./replayer.ts";
import { readersRunSchema, RunRefused } from "./readers-run.ts";
import type { ReadersRun, ReplayedRun } from "./readers-run.ts";

/** A claim, or the lab's word on a system, that an open thread contradicts with a run. */
export interface Dispute {
  readonly claim: string | null;
  readonly system: string | null;
  readonly threadId: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** What the run shows. */
  readonly says: string;
  /** Whether the run still shows it with the engine below. A person settles a dispute, whatever the machine says. */
  readonly reproduced: boolean;
  readonly engine: string;
}

/** What makes runs again: a thread of the server, or the command line itself. */
export interface Replays {
  /** @throws RunRefused or ReplayerBusy */
  replay(run: ReadersRun): Promise<ReplayedRun>;
}

/** Readers' runs against claims: replayed before they are taken in, and with every engine after that. */
export class Counterexamples {
  readonly #store: Store;
  readonly #db: Kysely<CounterexampleTables>;
  readonly #replays: Replays;

  constructor(store: Store, replays: Replays) {
    this.#store = store;
    this.#db = counterexampleDatabase(store);
    this.#replays = replays;
  }

  /**
   * Makes the run of a new counterexample again.
   *
   * @throws ThreadError when there is no run, it can not be made, or it contradicts nothing
   */
  async admit(run: unknown): Promise<ReplayedRun> {
    if (run === undefined || run === null) {
      const mend = "Post it from the run itself, or start a correction or a question instead.";
      throw new ThreadError("invalid", `A counterexample is a run that others can repeat. ${mend}`, "run");
    }
    const read = v.safeParse(readersRunSchema, run);
    if (!read.success) {
      const [issue] = read.issues;
      const place = v.getDotPath(issue);
      throw new ThreadError("invalid", issue.message, place === null ? "run" : `run.${place}`);
    }
    try {
      const replayed = await this.#replays.replay(read.output);
      if (replayed.contradicts) return replayed;
      throw new ThreadError("invalid", `It was replayed and contradicts nothing. ${replayed.says}`, "run");
    } catch (error) {
      if (error instanceof RunRefused) throw new ThreadError("invalid", error.message, "run");
      if (error instanceof ReplayerBusy) throw new ThreadError("busy", error.message);
      throw error;
    }
  }

  /** Takes a run into the store, in the transaction that makes its thread. */
  async add(write: Kysely<unknown>, threadId: string, replayed: ReplayedRun): Promise<void> {
    const { claim, system } = replayed;
    await (write as unknown as Transaction<CounterexampleTables>)
      .insertInto("counterexample")
      .values({ thread_id: threadId, claim, system, ...this.#found(replayed) })
      .execute();
  }

  #found({ contradicts, says, traceHash, engine }: ReplayedRun) {
    return {
      reproduced: contradicts ? 1 : 0,
      says,
      trace_hash: traceHash,
      engine_version: engine.version,
      engine: engine.digest,
      replayed_at: this.#store.now(),
    };
  }

  /** What an open thread disputes. */
  async disputeOf(threadId: string): Promise<Dispute | undefined> {
    return (await this.#read(threadId))[0];
  }

  /** All that is disputed, the longest first. */
  async disputes(): Promise<readonly Dispute[]> {
    return this.#read();
  }

  async #read(threadId?: string): Promise<readonly Dispute[]> {
    const rows = await this.#db
      .selectFrom("counterexample")
      .innerJoin("thread", "thread.id", "counterexample.thread_id")
      .select(["claim", "system", "thread_id", "thread.created_at", "says", "reproduced", "engine"])
      .where("thread.state", "=", "open")
      .$if(threadId !== undefined, (query) => query.where("thread_id", "=", threadId!))
      .orderBy("thread.created_at")
      .orderBy("thread.id")
      .execute();
    return rows.map((row) => ({
      claim: row.claim,
      system: row.system,
      threadId: row.thread_id,
      since: row.created_at,
      says: row.says,
      reproduced: row.reproduced === 1,
      engine: row.engine,
    }));
  }

  /**
   * Replays what is disputed.
   *
   * @param unless digest of an engine: what was last replayed with it is left as it is
   * @returns how many no longer contradict anything
   */
  async replayAll(unless?: string): Promise<{ readonly replayed: number; readonly gone: number }> {
    const rows = await this.#db
      .selectFrom("counterexample")
      .innerJoin("thread", "thread.id", "counterexample.thread_id")
      .select(["thread_id", "thread.run"])
      .where("thread.state", "=", "open")
      .$if(unless !== undefined, (query) => query.where("engine", "!=", unless!))
      .execute();
    let gone = 0;
    for (const { thread_id, run } of rows) {
      const found = await this.#replayOld(JSON.parse(run ?? "null"), unless);
      if (found.reproduced === 0) gone += 1;
      await this.#db.updateTable("counterexample").set(found).where("thread_id", "=", thread_id).execute();
    }
    return { replayed: rows.length, gone };
  }

  async #replayOld(run: unknown, engine: string | undefined) {
    try {
      return this.#found(await this.#replays.replay(v.parse(readersRunSchema, run)));
    } catch (error) {
      if (!(error instanceof RunRefused)) throw error;
      // The claim, a parameter or the system is gone.
      const says = `It can no longer be made: ${error.message}`;
      return { reproduced: 0, says, ...(engine === undefined ? {} : { engine }), replayed_at: this.#store.now() };
    }
  }
}
