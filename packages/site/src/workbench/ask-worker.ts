import type { Answer, Ask } from "./protocol.ts";

/** A worker that says nothing for so long is given up. */
const patienceMs = 30_000;

/**
 * Asks a worker of its own, so that whatever it does can be ended at once.
 *
 * @returns what ends it; nothing is heard after that
 */
export function askWorker(ask: Ask, hear: (answer: Answer) => void): () => void {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(watchdog);
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
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    watch();
    if (data.kind === "over") end();
    hear(data);
  });
  worker.addEventListener("error", (event) => fail(`The run failed: ${event.message}`));
  watch();
  worker.postMessage(ask);
  return end;
}
