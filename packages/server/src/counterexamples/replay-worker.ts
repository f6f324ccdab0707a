import { engineIdentity } from "@fieldbook/lab/node";
import { parentPort, workerData } from "node:worker_threads";
import { RunRefused } from "./readers-run.ts";
import type { ReadersRun } from "./readers-run.ts";
import { replayRun } from "./replay-run.ts";

/** One run, made again in a thread of its own, which is thrown away afterwards. */
try {
  parentPort?.postMessage({ replayed: replayRun(workerData as ReadersRun, engineIdentity()) });
} catch (error) {
  if (!(error instanceof RunRefused)) throw error;
  parentPort?.postMessage({ refused: error.message });
}
