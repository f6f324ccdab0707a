import { checkLinearizable, models } from "@fieldbook/check";
import type { ModelName } from "@fieldbook/check";
import type { Property } from "@fieldbook/engine";

/** The property that the finished run's history is linearizable under a model of `check` (Herlihy and Wing 1990). */
export function linearizable<State>(model: ModelName): Property<State> {
  return {
    id: "linearizable",
    says: "All operations fit one order that respects real time: what has ended comes before what begins later.",
    judge({ history }, explain) {
      const found = checkLinearizable(history, models[model], { reduce: explain });
      if (found.verdict === "holds") {
        return { verdict: "holds", says: `One order explains all ${String(history.length)} operations.` };
      }
      if (found.verdict === "unknown") return { verdict: "unknown", says: found.says };
      const { says, operations } = found.contradiction;
      return { verdict: "violated", says, operations };
    },
  };
}
