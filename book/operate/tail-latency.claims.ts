import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, naturalExponential } from "@fieldbook/lab";

const twoChoices = findExperiment("two-choices");
const fanOutTail = findExperiment("fan-out-tail");
const hedging = findExperiment("hedging");

/** Mean time in the supermarket model of many servers with d = 2: Σ λ^(2^i − 2); Mitzenmacher 2001, theorem for the M/M/1 case. */
function twoChoicesTime(load: number): number {
  let sum = 0;
  let term = 1;
  // λ^0, λ^2, λ^6, λ^14 …: each is the one before squared, times λ².
  while (term > 1e-12) {
    sum += term;
    term = term * term * load * load;
  }
  return sum;
}

/** A request of a hundred leaves meets at least one slow answer. */
function anyOf(leaves: number, slow: number): number {
  let fast = 1;
  for (let leaf = 0; leaf < leaves; leaf += 1) fast *= 1 - slow;
  return (1 - fast) * 100;
}

/** The share of a replica's answers that take longer, where none waits: 98 % have a mean of 10 ms, 2 % of 500 ms. */
const slower = (ms: number): number => 0.98 * naturalExponential(-ms / 10) + 0.02 * naturalExponential(-ms / 500);

/** The time in ms that one request in a thousand exceeds, when a second attempt goes out after so long. */
function hedgedTail(after: number): number {
  let low = after;
  let high = 10_000;
  while (high - low > 0.001) {
    const middle = (low + high) / 2;
    if (slower(middle) * slower(middle - after) > 0.001) low = middle;
    else high = middle;
  }
  return high;
}

const lookAtTwo = claim({
  id: "look-at-two",
  says: "At 90 % load a request that looks at two of 500 queues spends 2.6 service times in the system; one that takes any, ten.",
  experiment: twoChoices,
  parameters: { choices: 2, load: 90 },
  expect: agrees("sojourn", {
    value: twoChoicesTime(0.9),
    formula: "Σ λ^(2^i − 2), for very many servers",
    within: 0.05,
    seeds: 30,
  }),
  inFigure: "two looked at",
  control: {
    inFigure: "one taken blindly",
    label: "Without looking",
    says: "Chance alone: many queues are long while others are empty.",
    // Long queues take long to build up; a short run would flatter chance.
    parameters: { choices: 1, load: 90, seconds: 16 },
    expect: differs("sojourn", { value: twoChoicesTime(0.9), formula: "with two", by: 6.5, seeds: 30 }),
  },
  knobs: ["choices", "load", "servers"],
  guess: {
    question: "Two queues looked at in place of one: the time in the system falls from ten service times to …",
    options: ["about seven", "about five", "less than three"],
    answer: 2,
  },
  sources: ["mitzenmacher-2001"],
  leavesOut: "Queues are seen as they are now. What is seen late makes all run to the same one.",
  breaksWhen: "What is seen is old, or work is so uneven that a short queue means little.",
});

const slowestOfHundred = claim({
  id: "slowest-of-a-hundred",
  says: "When one leaf answer in a hundred is slow, 63 % of requests that need a hundred leaves are slow.",
  experiment: fanOutTail,
  parameters: { leaves: 100, slowPercent: 1, needed: 100 },
  expect: agrees("slowShare", { value: anyOf(100, 0.01), formula: "1 − 0.99¹⁰⁰", within: 0.6, seeds: 60 }),
  inFigure: "all hundred",
  control: {
    inFigure: "ninety-five of them",
    label: "Without the slowest five",
    says: "Ninety-five answers of a hundred are nearly always fast.",
    parameters: { leaves: 100, slowPercent: 1, needed: 95 },
    expect: differs("slowShare", { value: anyOf(100, 0.01), formula: "1 − 0.99¹⁰⁰", by: 60, seeds: 30 }),
  },
  knobs: ["leaves", "slowPercent", "needed"],
  guess: {
    question: "A leaf is slow once in a hundred times. A request asks a hundred leaves. How many requests are slow?",
    options: ["1 %", "about a third", "about two thirds"],
    answer: 2,
  },
  sources: ["dean-2013"],
  leavesOut: "Leaves are slow independently of each other; nothing queues.",
  breaksWhen: "Leaves are slow together: then fewer requests are slow, and those are slow whatever is done.",
});

const hedgeCutsTail = claim({
  id: "hedge-cuts-the-tail",
  says: "A second attempt after the 95th percentile costs 5 % more attempts and brings the 99.9th percentile from 1.5 s to 68 ms.",
  experiment: hedging,
  parameters: { hedged: true, load: 30 },
  expect: agrees("p999", {
    value: hedgedTail(35),
    formula: "G(t) G(t − 35 ms) = 0.001, G the tail of one answer that does not wait",
    within: 2,
    seeds: 30,
  }),
  inFigure: "with hedges",
  control: {
    inFigure: "without hedges",
    label: "Without hedges",
    says: "One request in a thousand waits for a slow answer to its end.",
    parameters: { hedged: false, load: 30 },
    expect: differs("p999", { value: hedgedTail(35), formula: "with hedges", by: 1_000, seeds: 30 }),
  },
  knobs: ["hedged", "afterMs", "load"],
  guess: {
    question: "One request in twenty is sent a second time. What becomes of the slowest one in a thousand?",
    options: ["about half as slow", "about a twentieth", "nothing changes"],
    answer: 1,
  },
  sources: ["dean-2013"],
  leavesOut: "What is slow is slow by chance. Requests only read.",
  breaksWhen: "The replicas have no room for more attempts: see the next claim.",
});

const hedgeUnderLoad = claim({
  id: "hedge-under-load",
  says: "At 70 % load the same hedges, not cancelled when the first answer is there, bring the service down: p99.9 is 18 s.",
  experiment: hedging,
  parameters: { hedged: true, cancels: false, load: 70 },
  expect: differs("p999", { value: 1_500, formula: "without hedges", by: 10_000, seeds: 30 }),
  inFigure: "hedged, not cancelled",
  control: {
    inFigure: "without hedges",
    label: "Without hedges",
    says: "At this load the tail is what it was.",
    parameters: { hedged: false, cancels: false, load: 70 },
    expect: agrees("p999", { value: 1_500, formula: "measured here", within: 30, seeds: 30 }),
  },
  knobs: ["cancels", "limit", "load"],
  guess: {
    question: "The load is 70 %, and what is slow is sent again. What happens?",
    options: ["the tail is cut as before", "the tail is cut, but less", "everything becomes slow"],
    answer: 2,
  },
  sources: ["dean-2013"],
  leavesOut: "As above.",
  breaksWhen: "The slower attempt is cancelled, or hedges are kept to a small share: turn the knobs.",
});

export const claims: readonly Claim[] = [lookAtTwo, slowestOfHundred, hedgeCutsTail, hedgeUnderLoad];
