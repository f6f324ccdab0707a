import type { EngineIdentity } from "@fieldbook/lab";
import type { Store } from "../data/store.ts";
import { Counterexamples } from "./counterexamples.ts";
import type { Dispute } from "./counterexamples.ts";

/** Replays every dispute with this engine, in this thread, whatever engine it was last replayed with. */
export async function replayDisputed(store: Store, engine: EngineIdentity): Promise<readonly Dispute[]> {
  // Every experiment and system is loaded, so only here.
  const { replayRun } = await import("./replay-run.ts");
  const counterexamples = new Counterexamples(store, { replay: async (run) => replayRun(run, engine) });
  await counterexamples.replayAll();
  return counterexamples.disputes();
}
