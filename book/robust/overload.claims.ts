import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";

const retryAmplification = findExperiment("retry-amplification");
const queueBound = findExperiment("queue-bound");
const cacheLoss = findExperiment("cache-loss");

const layers = 5;
const attempts = 3;

const retriesMultiply = claim({
  id: "retries-multiply",
  says: "Five layers that each try three times turn one request into 243 at the service that fails.",
  experiment: retryAmplification,
  parameters: { layers, attempts, where: "all" },
  expect: agrees("amplification", { value: attempts ** layers, formula: "3⁵", within: 0.001, seeds: 30 }),
  inFigure: "every layer retries",
  control: {
    inFigure: "the first retries",
    label: "Only the first retries",
    says: "Three in place of 243.",
    parameters: { layers, attempts, where: "first" },
    expect: differs("amplification", { value: attempts ** layers, formula: "3⁵", by: 200, seeds: 30 }),
  },
  knobs: ["layers", "attempts", "where"],
  guess: {
    question:
      "Five services in a chain, each tries three times. The last fails. How often is it asked for one request?",
    options: ["three times", "fifteen times", "243 times"],
    answer: 2,
  },
  sources: ["sre-book-cascading"],
  leavesOut: "Answers are errors, at once. There is no chance in this model; the seeds agree.",
  breaksWhen: "A layer that has tried in vain says so, and the layers above believe it.",
});

const boundBelowPatience = claim({
  id: "bound-below-patience",
  says: "At 150 % load no work is wasted when the longest wait is half of the clients' patience.",
  experiment: queueBound,
  parameters: { boundMs: 500, deadlineMs: 1_000, load: 150 },
  expect: holds("useful", { seeds: 100 }),
  inFigure: "bound of 0.5 s",
  control: {
    inFigure: "bound of 2 s",
    label: "A bound of twice the patience",
    says: "Everyone who is served has given up: all work is wasted, and nobody is answered.",
    parameters: { boundMs: 2_000, deadlineMs: 1_000, load: 150 },
    expect: violated("useful", { seeds: 100, atLeast: 100 }),
  },
  knobs: ["boundMs", "deadlineMs", "load"],
  guess: {
    question:
      "Clients wait 1 s. The queue takes 2 s when it is full, and it is always full. How many are answered in time?",
    options: ["half", "a few", "none"],
    answer: 2,
  },
  sources: ["sre-book-cascading"],
  leavesOut: "Nobody retries; saying no is free; work always takes the same.",
  breaksWhen:
    "Saying no costs as much as doing the work, or the time of work varies so much that length says little of the wait.",
});

const lostCache = claim({
  id: "lost-cache-stays-lost",
  says:
    "A database that can do 30 % of all requests serves them well behind a cache. Once the cache is emptied it does not come back: " +
    "its queue takes 20 s, callers wait half a second, and no answer comes in time to fill the cache.",
  experiment: cacheLoss,
  parameters: { capacity: 30, waitMs: 20_000 },
  expect: violated("recovers", { seeds: 50, atLeast: 50 }),
  inFigure: "queue of 20 s",
  control: {
    inFigure: "queue of 0.3 s",
    label: "A queue of 300 ms",
    says: "What is served is served in time, each answer fills the cache, and the load falls.",
    parameters: { capacity: 30, waitMs: 300 },
    expect: holds("recovers", { seeds: 50 }),
  },
  knobs: ["waitMs", "capacity", "retries", "singleFlight"],
  guess: {
    question: "The cache is emptied once. Two minutes later, how many requests are answered?",
    options: ["all: it has filled again", "nine of ten", "less than half"],
    answer: 2,
  },
  sources: ["huang-2022", "bronson-2021"],
  leavesOut: "One cache for all; keys do not change.",
  breaksWhen: "The database can do what comes without a cache, or callers wait as long as the queue takes.",
});

export const claims: readonly Claim[] = [retriesMultiply, boundBelowPatience, lostCache];
