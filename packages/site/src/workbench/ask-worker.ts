import type { Answer, Ask } from "./protocol.ts";

/** A worker that says nothing for so long is given up. */
const patienceMs = 30_000;

/** One that has nothing to do; loading the systems takes longer than a run. */
let idle: Worker | undefined;

const start = (): Worker => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

/** Starts a worker so that the first run need not wait for it. */
export function warmUp(): void {
  idle ??= start();
}

/**
 * Asks a worker that does nothing else, so that whatever it does can be ended at once.
 *
 * @returns what ends it; nothing is heard after that
 */
export function askWorker(ask: Ask, hear: (answer: Answer) => void): () => void {
  const worker = idle ?? start();
  idle = undefined;
  const listening = new AbortController();
  const { signal } = listening;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const leave = (): void => {
    clearTimeout(watchdog);
    listening.abort();
  };
  const end = (): void => {
    // Over already: the worker may be at another request.
    if (signal.aborted) return;
    leave();
    worker.terminate();
  };
  const fail = (message: string): void => {
    end();
    hear({ kind: "refused", message });
    hear({ kind: "over" });
  };
  const watch = (): void => {
    clearTimeout(watchdog);
    const says = `No answer for ${String(patienceMs / 1_000)} s; the run was given up. Try fewer operations.`;
    watchdog = setTimeout(() => fail(says), patienceMs);
  };
  const listen = ({ data }: MessageEvent<Answer>): void => {
    watch();
    if (data.kind === "over") {
      leave();
      if (idle === undefined) idle = worker;
      else worker.terminate();
    }
    hear(data);
  };
  worker.addEventListener("message", listen, { signal });
  worker.addEventListener("error", (event) => fail(`The run failed: ${event.message}`), { signal });
  watch();
  worker.postMessage(ask);
  return end;
}
