import { parentPort } from "node:worker_threads";
import type { Tally } from "../campaign.ts";
import { runChunk } from "../campaign.ts";
import { findExperiment } from "../experiments/index.ts";
import type { SystemTally } from "../systems/system-campaign.ts";
import { runSystemChunk } from "../systems/system-campaign.ts";
import type { ChunkReply, ChunkRequest } from "./campaign-pool.ts";
import { loadSystem } from "./load-system.ts";

if (parentPort === null) throw new Error("campaign-worker.ts runs as a worker thread only.");
const port = parentPort;

port.on("message", (request: ChunkRequest) => {
  void answer(request).then((reply) => port.postMessage(reply));
});

async function answer(request: ChunkRequest): Promise<ChunkReply> {
  try {
    return { tally: await tallyOf(request) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function tallyOf(request: ChunkRequest): Promise<Tally | SystemTally> {
  if (request.kind === "system") return runSystemChunk(await loadSystem(request.system), request);
  const { experiment, values, firstSeed, count, wanted } = request;
  return runChunk(findExperiment(experiment), values, firstSeed, count, wanted);
}
