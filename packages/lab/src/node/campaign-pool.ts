import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SystemSettings } from "@fieldbook/engine";
import type { Tally } from "../campaign.ts";
import { chunksOf, mergeTallies } from "../campaign.ts";
import type { AnyValues } from "../parameters.ts";
import type { SystemChunk, SystemTally } from "../systems/system-campaign.ts";
import { mergeSystemTallies } from "../systems/system-campaign.ts";

/** What a worker is asked: a stretch of seeds of one experiment, or of one system. */
export type ChunkRequest = ExperimentChunk | ({ readonly kind: "system"; readonly system: string } & SystemChunk);

export interface ExperimentChunk {
  readonly kind: "experiment";
  readonly experiment: string;
  readonly values: AnyValues;
  readonly wanted: readonly string[];
  readonly firstSeed: number;
  readonly count: number;
}

export type ChunkReply = { readonly tally: Tally | SystemTally } | { readonly error: string };

export interface SystemCampaignRequest {
  /** Id of one of the systems, or the path of a file that exports one; see `loadSystem`. */
  readonly system: string;
  readonly settings: SystemSettings;
  readonly seeds: number;
  /** The first runs check each handler for what is not deterministic. */
  readonly checked: number;
}

export interface CampaignRequest {
  /** Id of one of the lab's experiments. */
  readonly experiment: string;
  readonly values: AnyValues;
  readonly wanted: readonly string[];
  readonly seeds: number;
}

/** A run threw; the message is the run's own. */
export class CampaignError extends Error {
  override readonly name = "CampaignError";
}

/**
 * Worker threads that run campaigns. A campaign's tally does not depend on the number of threads: chunks are cut at fixed
 * places and merged in order.
 */
export class CampaignPool {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  /** @param threads default: one per core */
  constructor(threads: number = availableParallelism()) {
    this.#workers = Array.from({ length: threads }, startWorker);
    this.#idle = [...this.#workers];
  }

  /**
   * @param onProgress told how many runs are done after each chunk
   * @throws CampaignError when a run throws or a worker dies
   */
  async run(request: CampaignRequest, onProgress: (runs: number) => void = () => {}): Promise<Tally> {
    const { seeds, ...rest } = request;
    const ask = (chunk: Chunk): Promise<Tally> => this.#runChunk<Tally>({ kind: "experiment", ...rest, ...chunk });
    return (await runChunks(seeds, ask, onProgress)).reduce(mergeTallies);
  }

  /**
   * A campaign over seeds 1 … `seeds` of a system.
   *
   * @param onProgress told how many runs are done after each chunk
   * @throws CampaignError when a run throws or a worker dies
   */
  async runSystem(request: SystemCampaignRequest, onProgress: (runs: number) => void = () => {}): Promise<SystemTally> {
    const { seeds, ...rest } = request;
    const ask = (chunk: Chunk): Promise<SystemTally> =>
      this.#runChunk<SystemTally>({ kind: "system", ...rest, ...chunk });
    return (await runChunks(seeds, ask, onProgress)).reduce(mergeSystemTallies);
  }

  #replace(dead: Worker): Worker {
    const fresh = startWorker();
    this.#workers[this.#workers.indexOf(dead)] = fresh;
    return fresh;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #runChunk<Result extends Tally | SystemTally>(request: ChunkRequest): Promise<Result> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    let free = worker;
    try {
      // A chunk of an experiment is answered with its kind of tally, one of a system with its own.
      return (await askWorker(worker, request)) as Result;
    } catch (error) {
      // A run that was refused leaves its worker well; one that died needs a new worker in its place.
      if (error instanceof WorkerDied) free = this.#replace(worker);
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(free);
      else next(free);
    }
  }
}

interface Chunk {
  readonly firstSeed: number;
  readonly count: number;
}

/** Asks for all chunks of a campaign at once; the pool's threads take them as they become free. */
function runChunks<Result extends { readonly runs: number }>(
  seeds: number,
  ask: (chunk: Chunk) => Promise<Result>,
  onProgress: (runs: number) => void,
): Promise<Result[]> {
  let runs = 0;
  return Promise.all(
    chunksOf(seeds).map(async (chunk) => {
      const tally = await ask(chunk);
      runs += tally.runs;
      onProgress(runs);
      return tally;
    }),
  );
}

class WorkerDied extends CampaignError {}

const startWorker = (): Worker => new Worker(new URL("./campaign-worker.ts", import.meta.url));

function askWorker(worker: Worker, request: ChunkRequest): Promise<Tally | SystemTally> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
    };
    const onMessage = (reply: ChunkReply): void => {
      stop();
      if ("tally" in reply) resolve(reply.tally);
      else reject(new CampaignError(reply.error));
    };
    const onError = (error: unknown): void => {
      stop();
      reject(new WorkerDied(`A worker thread died: ${error instanceof Error ? error.message : String(error)}`));
    };
    worker.on("message", onMessage);
    const onExit = (code: number): void => {
      stop();
      reject(new WorkerDied(`A worker thread ended with code ${String(code)}.`));
    };
    worker.on("error", onError);
    worker.on("exit", onExit);
    worker.postMessage(request);
  });
}
