import { parentPort } from "node:worker_threads";
import { runChunk } from "../campaign.ts";
import { findExperiment } from "../experiments/index.ts";
import type { ChunkReply, ChunkRequest } from "./campaign-pool.ts";

if (parentPort === null) throw new Error("campaign-worker.ts runs as a worker thread only.");
const port = parentPort;

port.on("message", (request: ChunkRequest) => {
  port.postMessage(answer(request));
});

function answer(request: ChunkRequest): ChunkReply {
  try {
    const experiment = findExperiment(request.experiment);
    return { tally: runChunk(experiment, request.values, request.firstSeed, request.count, request.wanted) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
