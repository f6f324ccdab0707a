import { checkCausal, checkConvergence, checkLinearizable, checkSequential, models } from "@fieldbook/check";
import type { Run } from "@fieldbook/engine";
import type { PropertySpec, PropertyVerdict } from "../experiment.ts";

/** What each level promises, in one sentence each. */
export const registerProperties = {
  linearizable: {
    says: "All operations fit one order that respects real time: what has ended comes before what begins later.",
  },
  sequential: {
    says: "All operations fit one order in which each client's own operations keep their order.",
  },
  causal: {
    says: "Nobody sees a value without what led to it, nor goes back to what it replaced.",
  },
  convergent: {
    says: "Once writing has stopped, all clients read one and the same value.",
  },
} as const satisfies Record<string, PropertySpec>;

export type RegisterProperty = keyof typeof registerProperties;

/** A verdict and, when violated, the indexes of the operations that contradict each other. */
export interface RegisterFinding extends PropertyVerdict {
  readonly contradicting: readonly number[];
}

export interface DecideOptions {
  /** Reads called from this position on are the final ones. */
  readonly finalReadsFrom: number;
  /** Look for the fewest operations that contradict each other; the verdict is the same without. */
  readonly reduce: boolean;
}

/** Decides one property of a run over one register whose values are written once each. */
export function decide(run: Run, property: RegisterProperty, options: DecideOptions): RegisterFinding {
  if (run.ended === "events") {
    return { verdict: "unknown", says: `The run was cut off after ${String(run.events)} events.`, contradicting: [] };
  }
  const found = check(run, property, options);
  if (found.verdict === "violated") {
    const says = nameClients(found.contradiction.says, run);
    return { verdict: "violated", says, contradicting: found.contradiction.operations };
  }
  if (found.verdict === "unknown") return { verdict: "unknown", says: found.says, contradicting: [] };
  return { verdict: "holds", says: holdsBecause(run, property), contradicting: [] };
}

/** The checker speaks of processes; here each is a client, or a client after it gave up on an operation. */
function nameClients(says: string, run: Run): string {
  return says.replaceAll(/process (\d+)/g, (name, number: string) => {
    const operation = run.history.find(({ process }) => process === Number(number));
    return operation === undefined ? name : `client ${String(operation.client + 1)}`;
  });
}

function check(run: Run, property: RegisterProperty, { finalReadsFrom, reduce }: DecideOptions) {
  switch (property) {
    case "linearizable":
      return checkLinearizable(run.history, models.register, { reduce });
    case "sequential":
      return checkSequential(run.history, models.register, { reduce });
    case "causal":
      return checkCausal(run.history);
    case "convergent":
      return checkConvergence(run.history, { after: finalReadsFrom });
  }
}

function holdsBecause(run: Run, property: RegisterProperty): string {
  const open = run.history.filter((operation) => operation.outcome === "open").length;
  const operations = `${String(run.history.length)} operations${open === 0 ? "" : ` (${String(open)} unanswered)`}`;
  switch (property) {
    case "linearizable":
      return `One order explains all ${operations} and respects real time.`;
    case "sequential":
      return `One order explains all ${operations} and keeps each client's own.`;
    case "causal":
      return `None of the ${operations} shows an effect without its cause.`;
    case "convergent":
      return "All final reads returned the same value.";
  }
}
