import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";

const batchSize = findExperiment("batch-size");

/** Share of deployments with at least one bad change, percent. */
function takenBack(batch: number, bad: number): number {
  let good = 1;
  for (let change = 0; change < batch; change += 1) good *= 1 - bad;
  return (1 - good) * 100;
}

const leavesOut =
  "Changes are bad independently of each other, a bad one is always noticed at once, and a deployment costs only its time.";

const largeBatchesFail = claim({
  id: "large-batches-fail",
  says: "When one change in fifty is bad, a third of the deployments of twenty changes are taken back.",
  experiment: batchSize,
  parameters: { batch: 20, failPercent: 2 },
  expect: agrees("failed", { value: takenBack(20, 0.02), formula: "1 − 0.98²⁰", within: 2, seeds: 100 }),
  inFigure: "twenty at a time",
  control: {
    inFigure: "one at a time",
    label: "One change each",
    says: "One deployment in fifty: the changes are no better, the blame is.",
    parameters: { batch: 1, failPercent: 2 },
    expect: differs("failed", { value: takenBack(20, 0.02), formula: "1 − 0.98²⁰", by: 25, seeds: 100 }),
  },
  knobs: ["batch", "failPercent"],
  guess: {
    question: "2 % of changes are bad. Twenty go out together. How many deployments are taken back?",
    options: ["2 %", "about 10 %", "about a third"],
    answer: 2,
  },
  sources: ["forsgren-2018"],
  leavesOut,
  breaksWhen: "A deployment is so costly in itself that there can be few: then make it cheap first.",
});

const smallBatchesAreFaster = claim({
  id: "small-batches-are-faster",
  says: "Deployed five at a time a change is out within a day of being ready, on average; twenty at a time it is not.",
  experiment: batchSize,
  parameters: { batch: 5 },
  expect: holds("withinADay", { seeds: 100 }),
  inFigure: "five at a time",
  control: {
    inFigure: "twenty at a time",
    label: "Twenty at a time",
    says: "A change waits for nineteen others, and then for the search among them.",
    parameters: { batch: 20 },
    expect: violated("withinADay", { seeds: 100, atLeast: 100 }),
  },
  knobs: ["batch", "deployHours", "searchHours"],
  guess: {
    question: "Ten changes a day are ready. Which is out sooner: one of a batch of five or one of a batch of twenty?",
    options: ["the batch of twenty: fewer deployments", "no difference", "the batch of five"],
    answer: 2,
  },
  sources: ["forsgren-2018"],
  leavesOut,
  breaksWhen: "A deployment takes longer than the time in which a batch becomes ready: then deployments queue.",
});

export const claims: readonly Claim[] = [largeBatchesFail, smallBatchesAreFaster];
