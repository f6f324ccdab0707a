import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";

const shuffleSharding = findExperiment("shuffle-sharding");
const constantWork = findExperiment("constant-work");
const leastPrivilege = findExperiment("least-privilege");

/** Pairs of eight instances. */
const pairs = (8 * 7) / 2;

const shuffledShards = claim({
  id: "one-in-twenty-eight",
  says: "With two of eight instances for each tenant, a tenant that brings its instances down takes all from one other in 28.",
  experiment: shuffleSharding,
  parameters: { instances: 8, shard: 2 },
  expect: agrees("harmed", { value: 100 / pairs, formula: "1 / C(8, 2)", within: 0.2, seeds: 100 }),
  inFigure: "shards of two",
  control: {
    inFigure: "all on all",
    label: "All tenants on all instances",
    says: "One tenant's poison reaches everyone.",
    parameters: { instances: 8, shard: 8 },
    expect: differs("harmed", { value: 100 / pairs, formula: "1 / C(8, 2)", by: 90, seeds: 100 }),
  },
  knobs: ["instances", "shard"],
  guess: {
    question:
      "Eight instances, two for each tenant, drawn at random. One tenant brings its two down. Who loses everything?",
    options: ["everyone", "one tenant in four", "one tenant in 28"],
    answer: 2,
  },
  sources: ["maccarthaigh-2019"],
  leavesOut: "One instance left is enough for a tenant that retries, and can carry what comes.",
  breaksWhen: "What tenants share beneath the instances, such as a database, is brought down, too.",
});

const workIsConstant = claim({
  id: "constant-work-is-calm",
  says: "A control plane from which hosts fetch everything at fixed times is as busy in a crisis as before it.",
  experiment: constantWork,
  parameters: { constant: true },
  expect: holds("steady", { seeds: 50 }),
  inFigure: "constant work",
  control: {
    inFigure: "changes pushed",
    label: "Each change is pushed",
    says: "Twenty times as many changes are twenty times as much work, at the worst moment.",
    parameters: { constant: false },
    expect: violated("steady", { seeds: 50, atLeast: 50 }),
  },
  knobs: ["constant", "factor", "hosts"],
  guess: {
    question: "Everything changes at once. Which control plane notices?",
    options: ["the one that sends everything, always", "the one that sends only what changed"],
    answer: 1,
  },
  sources: ["maccarthaigh-2021"],
  leavesOut: "What is fetched has one size; nobody asks twice.",
  breaksWhen: "The whole is so large that to fetch it all the time costs more than the worst crisis.",
});

const grantsInUse = claim({
  id: "unused-grants-reach-far",
  says: "When only the fifth of the grants that is in use is left, a stolen identity reaches at most a tenth of 100 services on average.",
  experiment: leastPrivilege,
  parameters: { least: true },
  expect: holds("contained", { seeds: 100 }),
  inFigure: "only used grants",
  control: {
    inFigure: "all grants",
    label: "With the unused grants",
    says: "Four grants each are enough to reach nearly everything, step by step.",
    parameters: { least: false },
    expect: violated("contained", { seeds: 100, atLeast: 100 }),
  },
  knobs: ["least", "grants", "usedPercent"],
  guess: {
    question:
      "100 services hold four grants each on others. One identity is stolen. How many of the others does it reach?",
    options: ["four", "about twenty", "nearly all"],
    answer: 2,
  },
  sources: ["saltzer-1975"],
  leavesOut: "All grants are alike, and each can be used to take over what it leads to.",
  breaksWhen: "What is in use is itself enough to reach everything: then grants have to become narrower, not fewer.",
});

export const claims: readonly Claim[] = [shuffledShards, workIsConstant, grantsInUse];
