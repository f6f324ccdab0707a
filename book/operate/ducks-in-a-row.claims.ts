import type { Claim } from "@fieldbook/lab";
import { agrees, claim, dependencyAvailability, differs } from "@fieldbook/lab";

/** The availability of one copy of one dependency, as a share: 99.9 %. */
const each = 0.999;
const dependencies = 20;
const percent = 100;

/** Runs of ten years each. */
const seeds = 400;

/** Half the width that the 99 % interval of the mean may have, in percentage points. */
const within = 0.02;

/** `count` parts in series, each up for the share `availability` of the time, independently of the others. */
function inSeries(availability: number, count: number): number {
  let product = 1;
  for (let part = 0; part < count; part += 1) product *= availability;
  return product;
}

/**
 * Two copies of which one is enough, when the share `common` of a copy's time down has a cause that takes both: up when
 * the common cause is absent and not both copies are down for reasons of their own.
 */
function twoCopies(availability: number, common: number): number {
  const ofCommonCause = 1 - common * (1 - availability);
  const downAlone = 1 - availability / ofCommonCause;
  return ofCommonCause * (1 - downAlone * downAlone);
}

const allHard = percent * inSeries(each, dependencies);
const storePerfect = percent * inSeries(each, dependencies - 1);

/** How many get a fallback in the claim on soft dependencies. */
const soft = 10;
const halfSoft = percent * inSeries(each, dependencies - soft);

const commonCause = 10;
const doubled = percent * inSeries(twoCopies(each, commonCause / percent), dependencies);

const leavesOut =
  "Failures of different dependencies are independent, a dependency is either up or down, the service's own faults are not counted.";

const twentyHardDependencies = claim({
  id: "twenty-hard-dependencies",
  says:
    "A service that needs twenty dependencies, each up 99.9 % of the time, is up 98.0 % of the time: " +
    "it is down for 14.3 hours in a month of 30 days.",
  experiment: dependencyAvailability,
  parameters: { dependencies },
  expect: agrees("availability", { value: allHard, formula: "0.999^20", within, seeds }),
  inFigure: "with twenty of them",
  control: {
    inFigure: "with one dependency",
    label: "With one dependency",
    says: "One dependency leaves the service as available as that dependency: 99.9 %.",
    parameters: { dependencies: 1 },
    expect: differs("availability", { value: allHard, formula: "0.999^20", by: 1, seeds }),
  },
  knobs: ["dependencies", "availability", "repairHours"],
  guess: {
    question: "Twenty dependencies, each up 99.9 % of the time. How long is the service down in a month?",
    options: ["about 45 minutes", "about 3 hours", "about 14 hours"],
    answer: 2,
  },
  sources: ["treynor-2017"],
  leavesOut,
  breaksWhen:
    "Failures come together, as in one network or one bad configuration: then the time down overlaps and the service " +
    "is up for longer, at most 99.9 %. Or not every request needs every dependency.",
});

const perfectStore = claim({
  id: "perfect-store",
  says:
    "Of these twenty, a store that never fails lifts the service from 98.0 % to 98.1 %. " +
    "The other nineteen decide.",
  experiment: dependencyAvailability,
  parameters: { dependencies, perfectStore: true },
  expect: agrees("availability", { value: storePerfect, formula: "0.999^19", within, seeds }),
  inFigure: "with a perfect store",
  control: {
    inFigure: "with fallbacks",
    label: "An ordinary store, fallbacks for the rest",
    says: "Leave the store at 99.9 % and give the other nineteen a fallback: the service is up 99.9 % of the time.",
    parameters: { dependencies, soft: dependencies - 1 },
    expect: differs("availability", { value: storePerfect, formula: "0.999^19", by: 1, seeds }),
  },
  knobs: ["perfectStore", "dependencies", "availability"],
  guess: {
    question: "The store is replaced by one that never fails. How much time down does that save in a month?",
    options: ["nearly all 14 hours", "about 7 hours", "less than 1 hour"],
    answer: 2,
  },
  sources: ["treynor-2017"],
  leavesOut: `${leavesOut} A store that loses or corrupts data is another matter than one that is away.`,
  breaksWhen: "There are few other dependencies, or the store is far worse than they are: then it does decide.",
});

const softDependencies = claim({
  id: "soft-dependencies",
  says:
    "A fallback for ten of the twenty halves the time down: the service is up 99.0 % of the time and down for " +
    "7.2 hours a month.",
  experiment: dependencyAvailability,
  parameters: { dependencies, soft },
  expect: agrees("availability", { value: halfSoft, formula: "0.999^10", within, seeds }),
  inFigure: "with fallbacks",
  control: {
    inFigure: "without fallbacks",
    label: "Without fallbacks",
    says: "With all twenty hard it is up 98.0 % of the time and down for 14.3 hours a month.",
    parameters: { dependencies, soft: 0 },
    expect: differs("availability", { value: halfSoft, formula: "0.999^10", by: 0.5, seeds }),
  },
  knobs: ["soft", "dependencies", "availability"],
  guess: {
    question: "Ten of the twenty get a fallback. What becomes of the time down?",
    options: ["it hardly changes", "it is halved", "it nearly vanishes"],
    answer: 1,
  },
  sources: ["treynor-2017", "maurer-2015"],
  leavesOut: `${leavesOut} Fallbacks always work here; one that was never tried often does not.`,
  breaksWhen:
    "The fallback fails with what it stands in for: a cache that was not filled, a default read from the same place.",
});

const copiesShareCauses = claim({
  id: "copies-share-causes",
  says:
    "A second copy of every dependency brings 99.80 % instead of 98.0 % when one tenth of a copy's time down " +
    "has a cause that takes both copies.",
  experiment: dependencyAvailability,
  parameters: { dependencies, copies: 2, commonCause },
  expect: agrees("availability", {
    value: doubled,
    formula: "(c · (1 − (1 − 0.999/c)²))^20 with c = 1 − 0.1 · 0.001",
    within,
    seeds,
  }),
  inFigure: "with shared causes",
  control: {
    inFigure: "nothing shared",
    label: "Copies that share nothing",
    says: "If the copies shared nothing at all, it would be 99.998 %: less than one minute down a month.",
    parameters: { dependencies, copies: 2, commonCause: 0 },
    expect: differs("availability", {
      value: doubled,
      formula: "(c · (1 − (1 − 0.999/c)²))^20 with c = 1 − 0.1 · 0.001",
      by: 0.1,
      seeds,
    }),
  },
  knobs: ["commonCause", "copies", "availability"],
  guess: {
    question: "Two copies of each, one is enough. One failure in ten hits both copies. What is left of the gain?",
    options: [
      "nearly all of it: 99.99 % or better",
      "99.8 %: the shared causes decide",
      "none of it: 98.0 % as before",
    ],
    answer: 1,
  },
  sources: ["gunawi-2016"],
  leavesOut: `${leavesOut} Switching to the other copy takes no time and always works.`,
  breaksWhen: "Copies really are independent: other hardware, network, configuration, release and hands.",
});

export const claims: readonly Claim[] = [twentyHardDependencies, perfectStore, softDependencies, copiesShareCauses];
