import type { Picture, RunResult, Tally } from "@fieldbook/lab";
import type { CampaignRequest, Reply, Request, RunRequest } from "./protocol.ts";

/** A worker that has not answered for so long is given up; one whose work nobody waits for any more, sooner. */
const patienceMs = 30_000;
const patienceAfterCancelMs = 1_000;

export interface Listener {
  onResult?(result: RunResult): void;
  onPicture?(picture: Picture): void;
  onTally?(tally: Tally): void;
  /** The request can not be met; the message says why. */
  onRefused(message: string): void;
}

let worker: Worker | undefined;
let requests = 0;
/** Who waits for an answer. */
const listeners = new Map<number, Listener>();
/** Requests that the worker has not finished, cancelled ones included. */
const unfinished = new Set<number>();
let watchdog: ReturnType<typeof setTimeout> | undefined;

/** Starts the worker that all claims of the page share, so that the first run need not wait for it. */
export function warmUp(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => hear(data));
  worker.addEventListener("error", (event) => giveUp(`The run failed: ${event.message}`));
  return worker;
}

/** Asks the worker; returns what cancels the request, after which its listener hears nothing more. */
export function request(asked: RunRequest | CampaignRequest, listener: Listener): () => void {
  requests += 1;
  const number = requests;
  listeners.set(number, listener);
  unfinished.add(number);
  warmUp().postMessage({ ...asked, number } satisfies Request);
  watch();
  return () => {
    if (!listeners.delete(number)) return;
    worker?.postMessage({ kind: "cancel", number } satisfies Request);
    watch();
  };
}

function hear(reply: Reply): void {
  const listener = listeners.get(reply.number);
  switch (reply.kind) {
    case "result":
      listener?.onResult?.(reply.result);
      break;
    case "picture":
      listener?.onPicture?.(reply.picture);
      break;
    case "tally":
      listener?.onTally?.(reply.tally);
      break;
    case "refused":
      listener?.onRefused(reply.message);
      break;
    case "over":
      listeners.delete(reply.number);
      unfinished.delete(reply.number);
      break;
  }
  watch();
}

/** From now on the worker has its time again, as long as it has something to do. */
function watch(): void {
  clearTimeout(watchdog);
  if (unfinished.size === 0) return;
  const patience = listeners.size > 0 ? patienceMs : patienceAfterCancelMs;
  watchdog = setTimeout(() => giveUp(`No answer for ${String(patience / 1_000)} s; the run was given up.`), patience);
}

/** The next request starts another worker. */
function giveUp(message: string): void {
  worker?.terminate();
  worker = undefined;
  clearTimeout(watchdog);
  const waiting = [...listeners.values()];
  listeners.clear();
  unfinished.clear();
  for (const listener of waiting) listener.onRefused(message);
}
