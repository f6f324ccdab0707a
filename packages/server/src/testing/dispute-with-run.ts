import { Counterexamples } from "../counterexamples/counterexamples.ts";
import type { ClaimRun } from "../counterexamples/readers-run.ts";
import type { Store } from "../data/store.ts";
import { admitThread } from "../threads/admit-thread.ts";

/** Disputes a claim with a run, as an engine would have it in which the run contradicts the claim. */
export async function disputeWithRun(store: Store, run: ClaimRun): Promise<string> {
  const engine = { version: "0", digest: "0".repeat(12) };
  const found = { claim: run.claim, system: null, traceHash: "0".repeat(16), engine };
  const replay = async () => ({ ...found, contradicts: true, says: "It is violated." });
  const ground = { places: undefined, counterexamples: new Counterexamples(store, { replay }) };
  const actor = { id: "ada", name: "Ada", role: "contributor" } as const;
  const given = { kind: "counterexample", chapter: "", body: "Look.", run } as const;
  return (await admitThread(store, ground, actor, given)).threadId;
}
