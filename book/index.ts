import { ClaimError } from "@fieldbook/lab";
import type { Claim } from "@fieldbook/lab";
import { claims as delivery } from "./operate/delivery.claims.ts";
import { claims as ducksInARow } from "./operate/ducks-in-a-row.claims.ts";
import { claims as errorBudgets } from "./operate/error-budgets.claims.ts";
import { claims as fleet } from "./operate/fleet.claims.ts";
import { claims as measuring } from "./operate/measuring.claims.ts";
import { claims as queues } from "./operate/queues.claims.ts";
import { claims as tailLatency } from "./operate/tail-latency.claims.ts";
import { claims as consistencyModels } from "./physics/consistency-models.claims.ts";
import { claims as failureDomains } from "./robust/failure-domains.claims.ts";
import { claims as metastableFailure } from "./robust/metastable-failure.claims.ts";
import { claims as overload } from "./robust/overload.claims.ts";

/** Claims by the file that makes them, chapter by chapter. */
const claimsByFile: Readonly<Record<string, readonly Claim[]>> = {
  "book/operate/ducks-in-a-row.claims.ts": ducksInARow,
  "book/operate/queues.claims.ts": queues,
  "book/operate/tail-latency.claims.ts": tailLatency,
  "book/operate/error-budgets.claims.ts": errorBudgets,
  "book/operate/delivery.claims.ts": delivery,
  "book/operate/measuring.claims.ts": measuring,
  "book/operate/fleet.claims.ts": fleet,
  "book/physics/consistency-models.claims.ts": consistencyModels,
  "book/robust/metastable-failure.claims.ts": metastableFailure,
  "book/robust/overload.claims.ts": overload,
  "book/robust/failure-domains.claims.ts": failureDomains,
};

/** @throws ClaimError when two claims have one id, naming both files */
function gather(byFile: typeof claimsByFile): readonly Claim[] {
  const files = new Map<string, string>();
  for (const [file, claims] of Object.entries(byFile)) {
    for (const { id } of claims) {
      const other = files.get(id);
      if (other !== undefined) {
        const where = other === file ? `twice in ${file}` : `in ${other} and in ${file}`;
        throw new ClaimError(`The claim "${id}" is made ${where}. An id is unique in the book: rename one.`);
      }
      files.set(id, file);
    }
  }
  return Object.values(byFile).flat();
}

/** Every claim of the book, chapter by chapter. */
export const claims: readonly Claim[] = gather(claimsByFile);
