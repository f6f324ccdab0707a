// A service graph in TypeScript, and an objective over simulated and over recorded counters alike.
import { milliseconds, seconds } from "@fieldbook/kernel";
import type { CounterSamples, ServiceGraph } from "@fieldbook/load";
import { budgetOf, countsOf, evaluateAlerts, samplesOfRun, simulateGraph, standardAlerts } from "@fieldbook/load";

const graph: ServiceGraph = {
  name: "Shop",
  duration: seconds(3_600),
  warmUp: seconds(60),
  sources: {
    users: { arrivals: { kind: "poisson", rate: 50 }, calls: { to: "shop", timeout: milliseconds(500) } },
  },
  services: {
    shop: {
      instances: 2,
      concurrency: 4,
      steps: [{ kind: "work", time: { kind: "exponential", mean: milliseconds(40) } }],
    },
  },
  incidents: [{ kind: "errors", service: "shop", share: 0.2, at: seconds(1_800), until: seconds(2_100) }],
};

const run = simulateGraph(graph, 1);
const { users } = run.sources;
if (users === undefined) throw new Error("There is no such source.");
console.log(`p99 ${(users.totals.latency.p99 / 1_000).toFixed(0)} ms of ${String(users.totals.latency.count)} answers`);

const objective = { name: "shop", target: 0.999, days: 30 };
const recorded: CounterSamples = {
  // One sample a minute, as a scrape has them; the counter restarted after the third, and one scrape failed.
  total: [1_000, 1_600, 2_200, 300, Number.NaN, 1_500],
  bad: [0, 1, 2, 0, Number.NaN, 1],
};
for (const [name, samples] of Object.entries({ simulated: samplesOfRun(run, users), recorded })) {
  const { attained, left } = budgetOf(objective, countsOf(samples));
  const pages = standardAlerts(objective).filter(({ severity }) => severity === "page");
  const timelines = evaluateAlerts(objective, pages, samples);
  const paged = samples.total.filter((_, minute) => timelines.some(({ firing }) => firing[minute]));
  console.log(
    `${name}: ${(attained * 100).toFixed(2)} % good, ${(left * 100).toFixed(0)} % of the budget left, paged in ${String(paged.length)} minutes`,
  );
}
