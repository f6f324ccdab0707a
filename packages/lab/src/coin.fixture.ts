import { keyedRandom } from "@fieldbook/kernel";
import { defineExperiment } from "./experiment.ts";

/** For tests: a coin that shows heads at a given share of the seeds, and a metric whose mean is known. */
export const coin = defineExperiment({
  id: "coin",
  title: "A coin",
  summary: "Tossed once a run.",
  leavesOut: "The edge.",
  parameters: {
    heads: { kind: "number", label: "heads", unit: "%", min: 0, max: 100, default: 50, help: "How often." },
    unsure: { kind: "flag", label: "unsure", default: false, help: "Every tenth seed is not looked at." },
  },
  properties: { tails: { says: "The coin shows tails." }, tossed: { says: "There was a toss." } },
  metrics: { height: { label: "height", unit: "cm", digits: 1 } },
  validate: ({ heads }) => (heads === 13 ? "A coin of 13 % is bad luck." : undefined),
  run(values, seed, wanted = ["tails", "tossed"]) {
    const random = keyedRandom(seed);
    const unknown = values.unsure && seed % 10 === 0;
    const heads = random.chance(values.heads * 10_000, 1, 0);
    const verdicts = {
      tails: {
        verdict: unknown ? ("unknown" as const) : heads ? ("violated" as const) : ("holds" as const),
        says: "Seen.",
      },
      tossed: { verdict: "holds" as const, says: "Always." },
    };
    return {
      verdicts: Object.fromEntries(Object.entries(verdicts).filter(([name]) => wanted.includes(name))),
      metrics: { height: 100 + 20 * random.unit(2, 0) },
      traceHash: random.u32(3, 0).toString(16).padStart(16, "0"),
      events: 1,
    };
  },
  picture: () => ({ kind: "time-series", x: [], panels: [], spans: [], says: "Nothing to see." }),
});
