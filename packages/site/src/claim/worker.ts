/// <reference lib="webworker" />
import { claims } from "@fieldbook/book";
import { mergeTallies, runChunk } from "@fieldbook/lab";
import type { AnyExperiment, Tally } from "@fieldbook/lab";
import type { CampaignRequest, Reply, Request, RunRequest } from "./protocol.ts";

/** Runs experiments beside the page: the same code as the command line and the tests. */

const experiments = new Map(claims.map(({ id, experiment }) => [id, experiment]));

/** Numbers of the requests that are worked on and were not cancelled. */
const wanted = new Set<number>();

/** How long seeds are run before the page hears of them, and the worker of the page. */
const chunkMs = 40;

self.addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  if (request.kind === "cancel") wanted.delete(request.number);
  else void serve(request);
});

async function serve(request: Exclude<Request, { kind: "cancel" }>): Promise<void> {
  const { number, claim } = request;
  const send = (reply: Reply): void => self.postMessage(reply);
  wanted.add(number);
  try {
    const experiment = experiments.get(claim);
    if (experiment === undefined) throw new Error(`There is no claim "${claim}".`);
    const work = request.kind === "run" ? run(experiment, request) : campaign(experiment, request);
    for (const reply of work) {
      send({ ...reply, number });
      await pause();
      if (!wanted.has(number)) break;
    }
  } catch (error) {
    send({ kind: "refused", number, message: error instanceof Error ? error.message : String(error) });
  }
  wanted.delete(number);
  send({ kind: "over", number });
}

type Part =
  | Omit<Reply & { kind: "result" }, "number">
  | Omit<Reply & { kind: "picture" }, "number">
  | Omit<Reply & { kind: "tally" }, "number">;

function* run(experiment: AnyExperiment, { values, seed, against, property }: RunRequest): Generator<Part> {
  yield { kind: "result", result: experiment.run(values, seed) };
  // With the reader's knobs the other side may be impossible, such as more fallbacks than dependencies.
  const canBe = experiment.validate(against.values) === undefined;
  yield { kind: "picture", picture: experiment.picture(values, seed, canBe ? against : undefined, property) };
}

function* campaign(experiment: AnyExperiment, request: CampaignRequest): Generator<Part> {
  const { values, seeds, wanted: properties } = request;
  let tally: Tally | undefined;
  while (tally === undefined || tally.runs < seeds) {
    const until = performance.now() + chunkMs;
    do {
      const next: Tally = runChunk(experiment, values, 1 + (tally?.runs ?? 0), 1, properties);
      tally = tally === undefined ? next : mergeTallies(tally, next);
    } while (tally.runs < seeds && performance.now() < until);
    yield { kind: "tally", tally };
  }
}

/** Lets messages that have arrived be heard. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
