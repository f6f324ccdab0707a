import type { Claim } from "@fieldbook/lab";
import {
  agrees,
  causalRegisterExperiment,
  claim,
  differs,
  gossipRegisterExperiment,
  holds,
  orderedRegisterExperiment,
  quorumRegisterExperiment,
  violated,
} from "@fieldbook/lab";

/** Runs in which a violation is looked for, and in which its absence is. */
const seeds = 2_000;
const manySeeds = 5_000;

/** Three copies of one register; reads and writes wait for two of them. */
const majorities = { nodes: 3, read: 2, write: 2 } as const;

/** Everything that the proof of ABD allows to go wrong, at once. */
const weather = {
  partitions: 2,
  crashes: 2,
  loss: 1,
  duplicates: 1,
  reordered: 5,
} as const;

/** The network of the chapter, in ms: latency between nodes is a least one plus an exponential part. */
const latency = { latencyMin: 1, latencyMean: 20, clientLatency: 1 } as const;

/**
 * The mean time in ms until a node has asked both others and one has answered. A way there and back is twice the least
 * latency plus the sum of two exponentials of mean m. The sooner of two such sums takes 1.25 m on average: the chance
 * that one lasts beyond t is (1 + t/m) e^(−t/m), and the integral of its square is 1.25 m.
 */
const roundTrip = 2 * latency.latencyMin + 1.25 * (latency.latencyMean - latency.latencyMin);
const twoRoundTrips = {
  value: 2 * latency.clientLatency + 2 * roundTrip,
  formula: "2 · 1 ms to the client and back + 2 round trips of 2 · 1 ms + 1.25 · 19 ms",
  seeds,
};

const quorumLeavesOut =
  "Nodes keep their disks and their number; a lost message is not sent again; handling a message takes no time.";

const overlappingQuorums = claim({
  id: "overlapping-quorums-are-not-linearizable",
  says: "Reading and writing majorities is not enough: without read repair a later read can return an older value.",
  experiment: quorumRegisterExperiment,
  parameters: { ...majorities, readRepair: false },
  expect: violated("linearizable", { seeds }),
  control: {
    label: "With read repair",
    says: "A read stores what it is about to return on a majority first: then no later read returns an older value.",
    parameters: { ...majorities, readRepair: true },
    expect: holds("linearizable", { seeds: manySeeds }),
  },
  knobs: ["readRepair", "read", "write", "nodes", "writes", "latencyMean"],
  guess: {
    question:
      "Any two majorities of three nodes share a node. In how many runs does a later read return an older value?",
    options: ["in none: the shared node prevents it", "in about one of twenty", "in about half"],
    answer: 1,
  },
  sources: ["attiya-1995", "herlihy-1990"],
  leavesOut: `${quorumLeavesOut} Nothing fails here: no crash, no partition, no loss.`,
  breaksWhen:
    "No read runs while a write is on its way, or reads wait for all nodes (set the read quorum to 3): then it holds " +
    "without repair.",
});

const abdIsLinearizable = claim({
  id: "abd-is-linearizable",
  says: "Majorities with read repair stay linearizable through crashes, partitions, and lost, doubled and late messages.",
  experiment: quorumRegisterExperiment,
  parameters: { ...majorities, readRepair: true, ...weather },
  expect: holds("linearizable", { seeds: 20_000 }),
  control: {
    label: "Without read repair",
    says: "The same weather without the second round trip: later reads return older values.",
    parameters: { ...majorities, readRepair: false, ...weather },
    expect: violated("linearizable", { seeds }),
  },
  knobs: ["readRepair", "partitions", "crashes", "loss", "duplicates", "reordered"],
  guess: {
    question: "Everything goes wrong at once. What gives way?",
    options: ["order: now and then a read is too old", "answers: some operations get none", "neither"],
    answer: 1,
  },
  sources: ["attiya-1995", "lynch-1997"],
  leavesOut: `${quorumLeavesOut} Nobody lies, and a crashed node comes back with what it had stored.`,
  breaksWhen:
    "A read quorum and a write quorum need not share a node (set both to 1), or a node forgets what it stored.",
});

const secondRoundTrip = claim({
  id: "read-repair-costs-a-round-trip",
  says:
    "Where a message takes 20 ms on average, a read with repair takes 53.5 ms: two round trips to the faster of the " +
    "other two nodes.",
  experiment: quorumRegisterExperiment,
  parameters: { ...majorities, readRepair: true, ...latency },
  expect: agrees("readLatency", { ...twoRoundTrips, within: 0.5 }),
  control: {
    label: "Without read repair",
    says: "One round trip less: 27.8 ms.",
    parameters: { ...majorities, readRepair: false, ...latency },
    expect: differs("readLatency", { ...twoRoundTrips, by: 25 }),
  },
  knobs: ["readRepair", "latencyMean", "nodes", "read", "write"],
  guess: {
    question: "A message takes 20 ms on average. How long does a read of a majority of three take, with repair?",
    options: ["about 40 ms", "about 53 ms", "about 80 ms"],
    answer: 1,
  },
  sources: ["attiya-1995", "attiya-1994"],
  leavesOut: `${quorumLeavesOut} Every read repairs, even when all answers agree and it could be left out.`,
  breaksWhen: "The answers to a read agree, and the system then spares itself the second round trip, as many do.",
});

const unanswered = { value: 100, formula: "every operation answered", seeds } as const;

const partitionsCostAnswers = claim({
  id: "majorities-can-not-answer-everybody",
  says: "With two partitions in a run, a register on majorities leaves more than one operation in twenty unanswered.",
  experiment: quorumRegisterExperiment,
  parameters: { ...majorities, readRepair: true, partitions: 2 },
  expect: differs("answered", { ...unanswered, by: 5 }),
  control: {
    label: "Each node answers alone",
    says: "Quorums of one wait for nobody: every operation is answered, and the register is no longer linearizable.",
    parameters: { nodes: 3, read: 1, write: 1, readRepair: true, partitions: 2 },
    expect: agrees("answered", { ...unanswered, within: 0.01 }),
  },
  knobs: ["partitions", "read", "write", "timeout"],
  guess: {
    question:
      "A node is cut off from the two others. Which of its clients' operations can it answer, and stay linearizable?",
    options: ["reads, from its copy", "reads and writes", "none"],
    answer: 2,
  },
  sources: ["gilbert-2002"],
  leavesOut: `${quorumLeavesOut} With repeated messages fewer operations would be lost, and those on the wrong side would wait.`,
  breaksWhen: "Clients can reach a node on the side of the majority and try there.",
});

const localLeavesOut = "No node crashes and no link is cut; each client stays with its node; one register only.";

const orderedWrites = claim({
  id: "ordered-writes-are-sequential",
  says: "One order of writes, applied in that order by every node, keeps reads from the copy at hand sequentially consistent.",
  experiment: orderedRegisterExperiment,
  parameters: { applyInOrder: true },
  expect: holds("sequential", { seeds: manySeeds }),
  control: {
    label: "Applied as they arrive",
    says: "Late writes overwrite newer ones: two clients see two writes in opposite orders.",
    parameters: { applyInOrder: false },
    expect: violated("sequential", { seeds }),
  },
  knobs: ["applyInOrder", "latencyMean", "ordered", "writes"],
  guess: {
    question:
      "Reads ask nobody, and copies lag behind one another. Can one order of all operations still explain every run?",
    options: ["yes", "in most runs", "in hardly any run"],
    answer: 0,
  },
  sources: ["lamport-1979", "attiya-1994"],
  leavesOut: `${localLeavesOut} The node that gives the order never fails; replacing it is the subject of consensus.`,
  breaksWhen: "A client moves to a node that is behind the one it came from.",
});

const sequentialIsOld = claim({
  id: "sequential-is-not-linearizable",
  says: "The same register is not linearizable: a read may return a value that was replaced before the read began.",
  experiment: orderedRegisterExperiment,
  parameters: { applyInOrder: true, readAtSequencer: false },
  expect: violated("linearizable", { seeds }),
  control: {
    label: "Reads at the sequencer",
    says: "When the node that gives the order also answers the reads, every operation takes effect there, at one instant.",
    parameters: { applyInOrder: true, readAtSequencer: true },
    expect: holds("linearizable", { seeds: manySeeds }),
  },
  knobs: ["readAtSequencer", "latencyMean", "think"],
  guess: {
    question: "Nothing fails. In how many runs is some read older than real time allows?",
    options: ["in about one of a hundred", "in about one of ten", "in more than half"],
    answer: 2,
  },
  sources: ["attiya-1994", "herlihy-1990"],
  leavesOut: localLeavesOut,
  breaksWhen: "Copies catch up faster than clients can call one after the other: set the mean latency to 1 ms.",
});

const causesComeFirst = claim({
  id: "causes-come-first",
  says: "When a copy applies a write only after the writes that its writer had seen, nobody sees an effect before its cause.",
  experiment: causalRegisterExperiment,
  parameters: { waitForCauses: true },
  expect: holds("causal", { seeds: manySeeds }),
  control: {
    label: "Without waiting",
    says: "Applied as they arrive, writes come after what replaced them: a client sees the new value, then the old one.",
    parameters: { waitForCauses: false },
    expect: violated("causal", { seeds }),
  },
  knobs: ["waitForCauses", "latencyMean", "writes"],
  guess: {
    question: "Reads and writes touch the copy at hand and wait for nobody. What must wait so that causes come first?",
    options: ["nothing", "a write that arrives before its causes", "the reader"],
    answer: 1,
  },
  sources: ["ahamad-1995", "bouajjani-2017"],
  leavesOut: `${localLeavesOut} No message is lost.`,
  breaksWhen: "A client moves to a node that has not yet applied what the client has seen.",
});

const causalIsNotSequential = claim({
  id: "causal-is-not-sequential",
  says: "A causal register is not sequentially consistent: two writes that know nothing of each other are seen in either order.",
  experiment: causalRegisterExperiment,
  parameters: { waitForCauses: true, oneWriter: false },
  expect: violated("sequential", { seeds }),
  control: {
    label: "One writer",
    says: "When only one client writes, each of its writes knows all before it: one order is left, and all see it.",
    parameters: { waitForCauses: true, oneWriter: true },
    expect: holds("sequential", { seeds: manySeeds }),
  },
  knobs: ["oneWriter", "writes", "latencyMean"],
  guess: {
    question: "Causes come first. In how many runs do clients still disagree on the order of two writes?",
    options: ["in none", "in about one of ten", "in more than half"],
    answer: 2,
  },
  sources: ["ahamad-1995"],
  leavesOut: `${localLeavesOut} No message is lost.`,
  breaksWhen: "Writes are so rare that each has reached every copy before the next begins.",
});

const gossipConverges = claim({
  id: "gossip-converges",
  says: "With a fifth of all messages lost, nodes that compare copies with a random peer every 100 ms come to one value.",
  experiment: gossipRegisterExperiment,
  parameters: { antiEntropy: true, loss: 20 },
  expect: holds("convergent", { seeds }),
  control: {
    label: "Without anti-entropy",
    says: "What was lost stays lost: long after the last write, clients still read different values.",
    parameters: { antiEntropy: false, loss: 20 },
    expect: violated("convergent", { seeds }),
  },
  knobs: ["antiEntropy", "loss", "interval"],
  guess: {
    question:
      "Each write is sent once to every node, and one message in five is lost. Without comparing, how many runs end in disagreement?",
    options: ["about one of twenty", "more than a third", "nearly all"],
    answer: 1,
  },
  sources: ["demers-1987", "vogels-2009"],
  leavesOut: `${localLeavesOut} The last reads come two seconds or more after the last write.`,
  breaksWhen: "Writing never stops, or a node stays out of reach: the promise names no time.",
});

const clocksDecide = claim({
  id: "clocks-decide-who-wins",
  says: "When the latest time of day wins and clocks are up to 100 ms out of true, a value can win over the write that replaced it.",
  experiment: gossipRegisterExperiment,
  parameters: { antiEntropy: true, loss: 20, clockOffset: 100 },
  expect: violated("causal", { seeds }),
  control: {
    label: "With true clocks",
    says: "On one register, true clocks are enough: whoever has seen a value writes with a later time.",
    parameters: { antiEntropy: true, loss: 20, clockOffset: 0 },
    expect: holds("causal", { seeds }),
  },
  knobs: ["clockOffset", "think", "loss"],
  guess: {
    question: "Clocks are off by up to 100 ms. In how many runs does that put an old value back?",
    options: ["in about one of a thousand", "in about one of fifty", "in about one of five"],
    answer: 2,
  },
  sources: ["demers-1987", "thomas-1979"],
  leavesOut: `${localLeavesOut} With several registers, even true clocks do not keep causes before effects.`,
  breaksWhen: "Clocks differ by less than the time from a write to the next one that has seen it.",
});

export const claims: readonly Claim[] = [
  overlappingQuorums,
  abdIsLinearizable,
  secondRoundTrip,
  partitionsCostAnswers,
  orderedWrites,
  sequentialIsOld,
  causesComeFirst,
  causalIsNotSequential,
  gossipConverges,
  clocksDecide,
];
