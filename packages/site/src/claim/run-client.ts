import type { AnyValues, Picture, RunResult, Tally } from "@fieldbook/lab";
import type { Reply, Request } from "./protocol.ts";

/** A worker that has not answered for so long is given up. */
const patienceMs = 30_000;

export interface RunListener {
  onResult(result: RunResult): void;
  onPicture(picture: Picture): void;
  onRefused(message: string): void;
}

export interface CampaignListener {
  onTally(tally: Tally, done: boolean): void;
  onRefused(message: string): void;
}

type Listener = Partial<RunListener & CampaignListener> & Pick<RunListener, "onRefused">;

let worker: Worker | undefined;
let requests = 0;
const listeners = new Map<number, Listener>();
let watchdog: ReturnType<typeof setTimeout> | undefined;

/** Starts the worker that all claims of the page share, so that the first run need not wait for it. */
export function warmUp(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => hear(data));
  worker.addEventListener("error", (event) => giveUp(`The worker failed: ${event.message}`));
  return worker;
}

export function startRun(
  request: { claim: string; values: AnyValues; seed: number; against: AnyValues; property: string | undefined },
  listener: RunListener,
): void {
  ask({ kind: "run", number: nextNumber(listener), ...request });
}

/** Returns what cancels it: nothing is told to the listener afterwards. */
export function startCampaign(
  request: { claim: string; values: AnyValues; seeds: number; wanted: readonly string[] },
  listener: CampaignListener,
): () => void {
  const number = nextNumber(listener);
  ask({ kind: "campaign", number, ...request });
  return () => {
    if (listeners.delete(number)) worker?.postMessage({ kind: "cancel", number } satisfies Request);
    rest();
  };
}

function nextNumber(listener: Listener): number {
  requests += 1;
  listeners.set(requests, listener);
  return requests;
}

function ask(request: Request): void {
  warmUp().postMessage(request);
  watch();
}

function hear(reply: Reply): void {
  if (reply.kind === "ready") return;
  watch();
  const listener = listeners.get(reply.number);
  if (listener === undefined) return;
  if (reply.kind === "result") {
    listener.onResult?.(reply.result);
    return;
  }
  if (reply.kind !== "tally" || reply.done) listeners.delete(reply.number);
  if (reply.kind === "picture") listener.onPicture?.(reply.picture);
  else if (reply.kind === "tally") listener.onTally?.(reply.tally, reply.done);
  else listener.onRefused(reply.message);
  rest();
}

function watch(): void {
  clearTimeout(watchdog);
  watchdog = setTimeout(
    () => giveUp(`No answer for ${String(patienceMs / 1_000)} s; the run was given up.`),
    patienceMs,
  );
}

function rest(): void {
  if (listeners.size === 0) clearTimeout(watchdog);
}

function giveUp(message: string): void {
  worker?.terminate();
  worker = undefined;
  clearTimeout(watchdog);
  const waiting = [...listeners.values()];
  listeners.clear();
  for (const listener of waiting) listener.onRefused(message);
}
