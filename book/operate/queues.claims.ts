import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";

const utilisationKnee = findExperiment("utilisation-knee");
const pooling = findExperiment("pooling");
const varianceTax = findExperiment("variance-tax");
const littlesLaw = findExperiment("littles-law");
const scalabilityCeiling = findExperiment("scalability-ceiling");

const leavesOut =
  "Requests are independent of each other, nobody gives up, nothing fails. Runs have a length; the mean of rare long queues needs many.";

/** Wait in M/M/1, in service times: ρ / (1 − ρ). */
const waitOf = (load: number): number => load / (1 - load);

/** Probability of waiting in M/M/c (Erlang C), by the recurrence of Erlang B. */
function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let server = 1; server <= servers; server += 1) blocked = (load * blocked) / (server + load * blocked);
  return (servers * blocked) / (servers - load * (1 - blocked));
}

const tenServers = erlangC(10, 8) / (10 - 8);

const kneeOfUtilisation = claim({
  id: "ninety-percent-busy-waits-nine",
  says: "A server that is busy 90 % of the time makes requests wait nine service times on average.",
  experiment: utilisationKnee,
  parameters: { load: 90 },
  expect: agrees("wait", { value: waitOf(0.9), formula: "ρ / (1 − ρ)", within: 0.4, seeds: 200 }),
  inFigure: "at 90 %",
  control: {
    inFigure: "at 80 %",
    label: "80 % busy",
    says: "A tenth less load, and the wait is less than half.",
    parameters: { load: 80 },
    expect: differs("wait", { value: waitOf(0.9), formula: "ρ / (1 − ρ) at 90 %", by: 4, seeds: 60 }),
  },
  knobs: ["load"],
  guess: {
    question: "At 80 % busy a request waits four service times on average. At 90 %?",
    options: ["four and a half", "six", "nine"],
    answer: 2,
  },
  sources: ["harchol-balter-2013"],
  leavesOut,
  breaksWhen:
    "Arrivals or work are less random than here: then the wait is shorter. It is longer when they come in bursts.",
});

const pooledServers = claim({
  id: "one-queue-for-ten",
  says: "Ten servers behind one queue at 80 % load make requests wait a fifth of a service time; with a queue each, four.",
  experiment: pooling,
  parameters: { servers: 10, pooled: true, load: 80 },
  expect: agrees("wait", { value: tenServers, formula: "Erlang C: C(10, 8) / (10 − 8)", within: 0.01, seeds: 30 }),
  inFigure: "one queue",
  control: {
    inFigure: "a queue each",
    label: "A queue for each",
    says: "Some queues are long while other servers have nothing to do.",
    parameters: { servers: 10, pooled: false, load: 80 },
    expect: differs("wait", { value: tenServers, formula: "Erlang C", by: 3.5, seeds: 30 }),
  },
  knobs: ["pooled", "servers", "load"],
  guess: {
    question: "Ten servers, the same load. How much longer is the wait with a queue for each?",
    options: ["twice as long", "ten times", "about twenty times"],
    answer: 2,
  },
  sources: ["harchol-balter-2013"],
  leavesOut: `${leavesOut} Dealing from one queue costs nothing.`,
  breaksWhen: "The shared queue is itself a bottleneck, or one kind of request can hold up all others.",
});

const constantWorkHalves = claim({
  id: "steady-work-halves-the-wait",
  says: "Where all requests take the same time, they wait half as long as where times are exponential: two service times at 80 % load.",
  experiment: varianceTax,
  parameters: { work: "constant", load: 80 },
  expect: agrees("wait", {
    value: waitOf(0.8) / 2,
    formula: "Pollaczek–Khinchine: ρ (1 + c²) / 2(1 − ρ) with c² = 0",
    within: 0.05,
    seeds: 100,
  }),
  inFigure: "steady work",
  control: {
    inFigure: "few long ones",
    label: "Few long ones",
    says: "The same mean work, a tenth of the requests heavy: the wait is five times as long.",
    parameters: { work: "hyperexponential", load: 80 },
    expect: differs("wait", { value: waitOf(0.8) / 2, formula: "with c² = 0", by: 6, seeds: 100 }),
  },
  knobs: ["work", "load"],
  guess: {
    question: "The mean work stays. A tenth of the requests becomes heavy, the others lighter. The wait at 80 % load?",
    options: ["stays the same", "doubles", "becomes five times as long"],
    answer: 2,
  },
  sources: ["harchol-balter-2013"],
  leavesOut,
  breaksWhen: "Long and short requests do not share a queue: then the long ones harm only each other.",
});

const littleHolds = claim({
  id: "littles-law-holds",
  says: "The mean number inside is the rate times the mean time inside, in every run that ends empty, overloaded or not.",
  experiment: littlesLaw,
  parameters: { load: 130, drained: true },
  expect: holds("identity", { seeds: 100 }),
  inFigure: "drained",
  control: {
    inFigure: "cut off",
    label: "Cut off while some are inside",
    says: "Those still inside were counted in the number and not in the times.",
    parameters: { load: 130, drained: false },
    expect: violated("identity", { seeds: 100, atLeast: 100 }),
  },
  knobs: ["load", "drained"],
  guess: {
    question: "The service is overloaded: 130 % of what it can do. Does L = λW still hold, once all have left?",
    options: ["no, only in steady state", "yes, always"],
    answer: 1,
  },
  sources: ["little-1961"],
  leavesOut:
    "Nothing: as areas over a run that begins and ends empty it is an identity, and it is checked to one in a thousand million.",
  breaksWhen: "What is counted in the number is not what is timed: another boundary, another stretch of time.",
});

const tooManyNodes = claim({
  id: "more-nodes-less-done",
  says: "With 3 % of the work serial and 0.05 % for each pair that has to agree, 100 nodes do more than 200 would.",
  experiment: scalabilityCeiling,
  parameters: { nodes: 100 },
  expect: violated("grows", { seeds: 1 }),
  inFigure: "with agreement",
  control: {
    inFigure: "without agreement",
    label: "Without agreement",
    says: "The serial part alone bounds what is done, and never lowers it.",
    parameters: { nodes: 100, coherence: 0 },
    expect: holds("grows", { seeds: 1 }),
  },
  knobs: ["nodes", "contention", "coherence"],
  guess: {
    question: "100 nodes are doubled to 200. What is done?",
    options: ["nearly twice as much", "a little more", "less"],
    answer: 2,
  },
  sources: ["gunther-2008"],
  leavesOut: "There is no chance in this model, so one seed is all there is. All nodes work in rounds.",
  breaksWhen: "Nodes need not agree with each other, or only with a few: then more of them do more.",
});

export const claims: readonly Claim[] = [
  kneeOfUtilisation,
  pooledServers,
  constantWorkHalves,
  littleHolds,
  tooManyNodes,
];
