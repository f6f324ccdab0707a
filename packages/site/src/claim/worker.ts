/// <reference lib="webworker" />
import { claims } from "@fieldbook/book";
import { mergeTallies, runChunk } from "@fieldbook/lab";
import type { AnyExperiment, Tally } from "@fieldbook/lab";
import type { Reply, Request } from "./protocol.ts";

/** Runs experiments beside the page: the same code as the command line and the tests. */

const experiments = new Map(claims.map(({ id, experiment }) => [id, experiment]));
const cancelled = new Set<number>();
/** Small, so that a cancel is heard within a moment. */
const chunkSeeds = 10;

const send = (reply: Reply): void => self.postMessage(reply);

self.addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  if (request.kind === "cancel") {
    cancelled.add(request.number);
    return;
  }
  const experiment = experiments.get(request.claim);
  if (experiment === undefined) {
    send({ kind: "refused", number: request.number, message: `There is no claim "${request.claim}".` });
    return;
  }
  const work = request.kind === "run" ? run(experiment, request) : campaign(experiment, request);
  work.catch((error: unknown) => {
    send({ kind: "refused", number: request.number, message: error instanceof Error ? error.message : String(error) });
  });
});

async function run(experiment: AnyExperiment, request: Request & { kind: "run" }): Promise<void> {
  const { number, values, seed, against, property } = request;
  send({ kind: "result", number, result: experiment.run(values, seed) });
  await pause();
  send({ kind: "picture", number, picture: experiment.picture(values, seed, against, property) });
}

async function campaign(experiment: AnyExperiment, request: Request & { kind: "campaign" }): Promise<void> {
  const { number, values, seeds, wanted } = request;
  let tally: Tally | undefined;
  for (let firstSeed = 1; firstSeed <= seeds; firstSeed += chunkSeeds) {
    const chunk = runChunk(experiment, values, firstSeed, Math.min(chunkSeeds, seeds - firstSeed + 1), wanted);
    tally = tally === undefined ? chunk : mergeTallies(tally, chunk);
    if (cancelled.delete(number)) return;
    send({ kind: "tally", number, tally, done: tally.runs === seeds });
    await pause();
  }
}

/** Lets messages that have arrived be heard. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

send({ kind: "ready" });
