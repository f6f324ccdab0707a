import { Worker } from "node:worker_threads";
import { RunRefused } from "./readers-run.ts";
import type { ReadersRun, ReplayedRun } from "./readers-run.ts";

type Reply = { readonly replayed: ReplayedRun } | { readonly refused: string };

/** Runs that wait; more are turned away, so that nobody fills the memory with them. */
const mostWaiting = 8;
const patienceMs = 30_000;
const mostMegabytes = 256;

/** Too many runs wait already. */
export class ReplayerBusy extends Error {
  override readonly name = "ReplayerBusy";
}

/** Makes readers' runs again, one after the other, each in a thread that can be ended. */
export class Replayer {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #patienceMs: number;

  /** @param patience how long a run may take, in milliseconds */
  constructor(patience: number = patienceMs) {
    this.#patienceMs = patience;
  }

  /**
   * @throws RunRefused when the run asks for what there is not, or takes too long
   * @throws ReplayerBusy when too many wait
   */
  async replay(run: ReadersRun): Promise<ReplayedRun> {
    if (this.#waiting >= mostWaiting) {
      throw new ReplayerBusy("Other runs are being replayed: post it again in a minute.");
    }
    this.#waiting += 1;
    const before = this.#last;
    const mine = before.catch(() => undefined).then(async () => this.#inThread(run));
    this.#last = mine;
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }

  #inThread(run: ReadersRun): Promise<ReplayedRun> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./replay-worker.ts", import.meta.url), {
        workerData: run,
        resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
      });
      const timer = setTimeout(() => {
        reject(new RunRefused(`The run took longer than ${String(this.#patienceMs / 1_000)} s: make it smaller.`));
        void worker.terminate();
      }, this.#patienceMs);
      worker.once("message", (reply: Reply) => {
        if ("replayed" in reply) resolve(reply.replayed);
        else reject(new RunRefused(reply.refused));
      });
      worker.once("error", (error: NodeJS.ErrnoException) => {
        const tooLarge = error.code === "ERR_WORKER_OUT_OF_MEMORY";
        reject(
          tooLarge ? new RunRefused("The run needs more memory than the server gives it: make it smaller.") : error,
        );
      });
      worker.once("exit", () => {
        clearTimeout(timer);
        // Without effect where one of the others came first.
        reject(new Error("The thread that replays runs ended without a word."));
      });
    });
  }
}
