import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, holds, retryStorm, violated } from "@fieldbook/lab";

/** Runs of 150 s each. */
const manySeeds = 200;
const seeds = 100;

/** Goodput comes back in no run, or in every one. */
const never = (count: number) => violated("recovers", { seeds: count, atLeast: count });
const always = (count: number) => holds("recovers", { seeds: count });

/** The case of the chapter: 80 requests/s for a capacity of 100, which falls to 40 for ten seconds. */
const retries = 3;
const theCase = { offered: 80, capacity: 100, dipCapacity: 40, dipSeconds: 10, policy: "naive", retries } as const;

/** A full stop of ten seconds: the worst dip of that length. */
const fullStop = { ...theCase, dipCapacity: 0 } as const;

/** When every attempt fails, a request is sent once and then tried again as often as allowed. */
const attemptsPerRequest = 1 + retries;

const leavesOut =
  "One service and one kind of request; no autoscaling, no cache, no people who reload. All clients share one budget.";

const dipWithNaiveRetries = claim({
  id: "dip-with-naive-retries",
  says:
    "At 80 requests/s for a capacity of 100, goodput does not return after a dip to 40 that lasted 10 s if every failed " +
    "attempt is tried again up to three times. With a retry budget of 10 % it returns.",
  experiment: retryStorm,
  parameters: theCase,
  expect: never(manySeeds),
  inFigure: "every failure tried again",
  control: {
    inFigure: "with a retry budget",
    label: "With a 10 % retry budget",
    says: "Retries stop when they pass one tenth of the requests; the queue drains and goodput returns.",
    parameters: { ...theCase, policy: "budget", budget: 10 },
    expect: always(manySeeds),
  },
  knobs: ["policy", "retries", "budget"],
  guess: {
    question: "Capacity is back to 100 after ten seconds, and 80 are offered. What does goodput do?",
    options: ["it is back at once", "it is back within a minute", "it does not come back"],
    answer: 2,
  },
  sources: ["bronson-2021", "huang-2022", "sre-book-overload"],
  leavesOut,
  breaksWhen: "Every attempt together fits the capacity: offered × (1 + retries) is below it.",
});

const busyAndUseless = claim({
  id: "busy-and-useless",
  says: "Sixty seconds after the dip and later, with all capacity back and the queue full, goodput is 0 requests/s.",
  experiment: retryStorm,
  parameters: theCase,
  expect: agrees("goodput", {
    value: 0,
    formula: "served after 1,000 / 100 = 10 s in the queue, past a timeout of 1 s",
    within: 0.5,
    seeds,
  }),
  inFigure: "every failure tried again",
  control: {
    inFigure: "with a retry budget",
    label: "With a 10 % retry budget",
    says: "All 80 requests/s are answered in time.",
    parameters: { ...theCase, policy: "budget", budget: 10 },
    expect: differs("goodput", { value: 0, formula: "the collapsed state", by: 75, seeds }),
  },
  knobs: ["policy", "timeoutMs"],
  guess: {
    question: "A minute after the dip, how much of the work that the service does is of use to anyone?",
    options: ["about a third", "about a tenth", "none"],
    answer: 2,
  },
  sources: ["bronson-2021"],
  leavesOut,
  breaksWhen: "The queue, when full, can be served within the timeout, or the service learns who has given up.",
});

const everyRequestFourTimes = claim({
  id: "every-request-four-times",
  says:
    "In the collapsed state a service that is offered 80 requests/s receives each of them four times, 320 attempts/s, " +
    "although it could serve 100.",
  experiment: retryStorm,
  parameters: theCase,
  expect: agrees("amplification", { value: attemptsPerRequest, formula: "1 + retries", within: 0.05, seeds }),
  inFigure: "every failure tried again",
  control: {
    inFigure: "with a retry budget",
    label: "With a 10 % retry budget",
    says: "Once it has recovered, a request takes one attempt.",
    parameters: { ...theCase, policy: "budget", budget: 10 },
    expect: differs("amplification", { value: attemptsPerRequest, formula: "1 + retries", by: 2, seeds }),
  },
  knobs: ["retries", "policy"],
  guess: {
    question: "A minute after the dip, how many attempts does the service receive for each request?",
    options: ["one", "a little more than one", "four"],
    answer: 2,
  },
  sources: ["sre-book-overload"],
  leavesOut: `${leavesOut} Only one layer retries.`,
  breaksWhen: "Several layers retry, each on its own: then the numbers multiply and it is far worse.",
});

const budgetMustFit = claim({
  id: "budget-must-fit-the-headroom",
  says: "A retry budget of 30 % is too large here: 80 requests/s and 30 % more are 104 attempts/s for a capacity of 100.",
  experiment: retryStorm,
  parameters: { ...theCase, policy: "budget", budget: 30 },
  expect: never(seeds),
  inFigure: "with a budget of 30 %",
  control: {
    inFigure: "with a budget of 10 %",
    label: "With a 10 % retry budget",
    says: "80 requests/s and 10 % more are 88 attempts/s: there is room, the queue drains and goodput returns.",
    parameters: { ...theCase, policy: "budget", budget: 10 },
    expect: always(seeds),
  },
  knobs: ["budget", "offered", "burst"],
  guess: {
    question: "The budget is 30 % instead of 10 %. Does goodput return?",
    options: ["yes, a little later", "no"],
    answer: 1,
  },
  sources: ["sre-book-overload"],
  leavesOut,
  breaksWhen:
    "offered × (1 + budget) is below the capacity: here, with a budget under 25 %. Close to it, recovery is slow.",
});

const backOffAlone = claim({
  id: "back-off-alone-does-not-help",
  says:
    "Exponential back-off with full jitter, in place of a fixed wait, changes nothing here: each request still " +
    "comes four times, and goodput does not return.",
  experiment: retryStorm,
  parameters: { ...theCase, backoff: "exponential" },
  expect: never(seeds),
  inFigure: "without a budget",
  control: {
    inFigure: "with a retry budget",
    label: "With a 10 % retry budget as well",
    says: "Fewer retries help; the same number of retries, later, does not.",
    parameters: { ...theCase, backoff: "exponential", policy: "budget", budget: 10 },
    expect: always(seeds),
  },
  knobs: ["backoff", "backoffMs", "backoffMaxMs"],
  guess: {
    question: "Clients wait longer before each retry, and at random. Does goodput return?",
    options: ["yes", "no"],
    answer: 1,
  },
  sources: ["brooker-2022-backoff"],
  leavesOut,
  breaksWhen:
    "A few clients each wait for an answer before they send the next request: then waiting longer does lower the load.",
});

const triggerNotCause = claim({
  id: "trigger-is-not-the-cause",
  says: "A dip of five seconds does the same lasting harm as one of ten; without a dip the same service runs well.",
  experiment: retryStorm,
  parameters: { ...theCase, dipSeconds: 5 },
  expect: never(seeds),
  inFigure: "with a dip of 5 s",
  control: {
    inFigure: "without the dip",
    label: "Without the dip",
    says: "Nothing is wrong with this service at this load, until something pushes it.",
    parameters: { ...theCase, dipSeconds: 0 },
    expect: always(seeds),
  },
  knobs: ["dipSeconds", "dipCapacity"],
  guess: {
    question: "How short must the dip be so that goodput returns by itself?",
    options: ["five seconds are short enough", "even five seconds are too long"],
    answer: 1,
  },
  sources: ["bronson-2021"],
  leavesOut,
  breaksWhen: "The dip is so short that waiting never comes near the timeout; try 2 s and 1 s.",
});

const lowLoad = claim({
  id: "low-load-is-stable",
  says: "At 20 requests/s the same service with the same retries comes back from a full stop of 10 s.",
  experiment: retryStorm,
  parameters: { ...fullStop, offered: 20 },
  expect: always(manySeeds),
  inFigure: "at 20 requests/s",
  control: {
    inFigure: "at 40 requests/s",
    label: "At 40 requests/s",
    says: "Forty, tried four times, are 160 attempts/s for a capacity of 100: it stays down.",
    parameters: { ...fullStop, offered: 40 },
    expect: never(manySeeds),
  },
  knobs: ["offered", "retries"],
  guess: {
    question: "Capacity 100, three retries. Up to which load does it come back whatever happens?",
    options: ["about 25 requests/s", "about 50 requests/s", "about 100 requests/s"],
    answer: 0,
  },
  sources: ["bronson-2021", "huang-2022"],
  leavesOut,
  breaksWhen:
    "The load passes capacity / (1 + retries), here 25 requests/s: beyond it a large enough push is enough. Just below it the way back takes longer than the run.",
});

const shortQueue = claim({
  id: "short-queue-recovers",
  says:
    "A queue of at most 50, which takes 0.5 s to serve and so less than the timeout of 1 s, lets goodput return " +
    "although every client retries.",
  experiment: retryStorm,
  parameters: { ...theCase, queueBound: 50 },
  expect: always(manySeeds),
  inFigure: "with a queue of 50",
  control: {
    inFigure: "with a queue of 1,000",
    label: "With a queue of 1,000",
    says: "It takes 10 s to serve, so whoever is served has given up long ago.",
    parameters: { ...theCase, queueBound: 1_000 },
    expect: never(manySeeds),
  },
  knobs: ["queueBound", "timeoutMs"],
  guess: {
    question: "The clients stay as they are. The queue is cut from 1,000 places to 50. What happens?",
    options: ["it fails sooner", "nothing changes", "goodput returns after the dip"],
    answer: 2,
  },
  sources: ["sre-book-cascading"],
  leavesOut: `${leavesOut} A rejection costs the service nothing here and reaches the client at once.`,
  breaksWhen: "Serving a full queue takes longer than the timeout; or saying no costs as much as doing the work.",
});

const newestFirst = claim({
  id: "newest-first-recovers",
  says: "Serving the newest attempt first lets goodput return, with the same long queue and the same retries.",
  experiment: retryStorm,
  parameters: { ...theCase, order: "lifo" },
  expect: always(manySeeds),
  inFigure: "newest first",
  control: {
    inFigure: "oldest first",
    label: "Serving the oldest first",
    says: "The oldest is served first, and it is always one whose client has left.",
    parameters: { ...theCase, order: "fifo" },
    expect: never(manySeeds),
  },
  knobs: ["order", "queueBound"],
  guess: {
    question: "The queue stays long, but the newest is served first. What happens?",
    options: ["nothing changes", "goodput returns after the dip", "goodput returns, but only to about half"],
    answer: 1,
  },
  sources: ["bronson-2021", "maurer-2015"],
  leavesOut: `${leavesOut} In the calm the order makes some wait longer than they would have.`,
  breaksWhen: "Order matters to the work itself, or the timeout is so long that nobody gives up.",
});

const deadlinesAlone = claim({
  id: "deadlines-alone-are-not-enough",
  says:
    "Dropping, unserved, whatever has passed its deadline is not enough while the oldest is served first: " +
    "goodput does not return.",
  experiment: retryStorm,
  parameters: { ...theCase, dropsExpired: true },
  expect: never(seeds),
  inFigure: "oldest first",
  control: {
    inFigure: "newest first",
    label: "Newest first as well",
    says: "Served at once or not at all: goodput returns.",
    parameters: { ...theCase, dropsExpired: true, order: "lifo" },
    expect: always(seeds),
  },
  knobs: ["dropsExpired", "order", "queueBound"],
  guess: {
    question: "The service now skips every attempt whose client has given up. What happens?",
    options: ["goodput returns after the dip", "goodput stays far below what is offered"],
    answer: 1,
  },
  sources: ["sre-book-cascading", "maurer-2015"],
  leavesOut: `${leavesOut} Checking a deadline costs nothing here.`,
  breaksWhen:
    "The service also refuses what it can not finish in time: then it no longer starts on attempts that expire under " +
    "its hands.",
});

export const claims: readonly Claim[] = [
  dipWithNaiveRetries,
  busyAndUseless,
  everyRequestFourTimes,
  budgetMustFit,
  backOffAlone,
  triggerNotCause,
  lowLoad,
  shortQueue,
  newestFirst,
  deadlinesAlone,
];
