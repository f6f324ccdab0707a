import { count } from "@fieldbook/lab";
import { engineIdentity } from "@fieldbook/lab/node";
import type { Terminal } from "../terminal.ts";
import { withStore } from "./data.ts";

/** Replays the counterexamples that nobody has settled, and tells what each shows now; on standard error, beside JSON. */
export async function replayDisputes(
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const { replayDisputed } = await import("@fieldbook/server");
  const disputes = await withStore(environment, async (store) => replayDisputed(store, engineIdentity()));
  for (const { claim, system, threadId, reproduced, says } of disputes) {
    const mark = reproduced ? "✕ disputed" : "? no longer reproduced, and not settled";
    terminal.err(`${mark}  ${claim ?? system ?? ""}\n    thread ${threadId}: ${says}\n`);
  }
  const still = disputes.filter(({ reproduced }) => reproduced).length;
  terminal.err(`${count(disputes.length)} disputed, ${count(still)} of them reproduced.\n`);
}
