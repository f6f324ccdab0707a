import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";

const coordinatedOmission = findExperiment("coordinated-omission");
const traceSampling = findExperiment("trace-sampling");

const room = 5_000;
const waitSeconds = 30;
const rate = 200;
/** What does not fit: the sampler can look at room / wait traces a second (Little's law). */
const lost = (1 - room / waitSeconds / rate) * 100;

const omittedRequests = claim({
  id: "tester-that-waits-sees-nothing",
  says: "A tester that sends when requests are due measures a stop of 10 s; one that waits for each answer does not, even at p99.",
  experiment: coordinatedOmission,
  parameters: { waits: false, stopSeconds: 10 },
  expect: holds("seen", { seeds: 1 }),
  inFigure: "sends when due",
  control: {
    inFigure: "waits for answers",
    label: "A tester that waits",
    says: "During the stop it sends one request in place of a thousand; its p99 is 1 ms.",
    parameters: { waits: true, stopSeconds: 10 },
    expect: violated("seen", { seeds: 1 }),
  },
  knobs: ["waits", "stopSeconds"],
  guess: {
    question: "The service stops for 10 s of 100. The tester waits for each answer. What does its p99 say?",
    options: ["about 9 s", "about 1 s", "1 ms"],
    answer: 2,
  },
  sources: ["tene-2013"],
  leavesOut: "One stop and no chance, so one seed is all there is.",
  breaksWhen: "The tester has so many connections that it never waits; or its record is corrected for what it omitted.",
});

const tailSamplerFull = claim({
  id: "tail-sampler-overflows",
  says: "A sampler with room for 5,000 traces that holds each for 30 s loses a sixth of 200 traces a second before it looks at them.",
  experiment: traceSampling,
  parameters: { rate, room, waitSeconds },
  expect: agrees("lost", { value: lost, formula: "1 − 5,000 / 30 / 200, by Little's law", within: 0.4, seeds: 40 }),
  inFigure: "200 a second",
  control: {
    inFigure: "150 a second",
    label: "150 traces a second",
    says: "4,500 are held at a time on average: there is room.",
    parameters: { rate: 150, room, waitSeconds },
    expect: differs("lost", { value: lost, formula: "at 200/s", by: 10, seeds: 40 }),
  },
  knobs: ["rate", "room", "waitSeconds"],
  guess: {
    question: "Room for 5,000 traces, each held 30 s. From which rate on are traces lost?",
    options: ["5,000 a second", "about 500 a second", "about 167 a second"],
    answer: 2,
  },
  sources: ["otel-tail-sampling", "little-1961"],
  leavesOut:
    "A trace ends at once and has one size. The default room is ten times as large, and so is the rate at which it is full: 1,667 a second.",
  breaksWhen:
    "Traces are decided early, or the sampler is given more room or more instances with each trace in one of them.",
});

/** No trace of ten errors is kept, percent. */
function noneOfTen(kept: number): number {
  let none = 1;
  for (let error = 0; error < 10; error += 1) none *= 1 - kept;
  return none * 100;
}

const headSamplerMisses = claim({
  id: "head-sampler-misses",
  says: "When one trace in a hundred is kept, nothing is kept of nine incidents in ten in which ten requests failed.",
  experiment: findExperiment("head-sampling"),
  parameters: { keptPercent: 1, errors: 10 },
  expect: agrees("missed", { value: noneOfTen(0.01), formula: "0.99¹⁰", within: 1, seeds: 60 }),
  inFigure: "one in a hundred",
  control: {
    inFigure: "half of them",
    label: "Half of the traces",
    says: "Ten chances of one half leave one incident in a thousand unseen.",
    parameters: { keptPercent: 50, errors: 10 },
    expect: differs("missed", { value: noneOfTen(0.01), formula: "0.99¹⁰", by: 85, seeds: 60 }),
  },
  knobs: ["keptPercent", "errors"],
  guess: {
    question: "One trace in a hundred is kept. Ten requests fail. How likely is it that none of them was kept?",
    options: ["about 10 %", "about half", "about 90 %"],
    answer: 2,
  },
  sources: ["otel-tail-sampling"],
  leavesOut: "Traces are kept independently of each other.",
  breaksWhen: "Errors are kept whatever the sampler says; or there are hundreds of them.",
});

const clockOfLeadTime = claim({
  id: "lead-time-needs-the-authors-clock",
  says: "Lead time counted from when a change was written is right; from the time of a squashed commit it leaves out the review.",
  experiment: findExperiment("lead-time-clock"),
  parameters: { from: "author", squash: true },
  expect: holds("honest", { seeds: 50 }),
  inFigure: "from the author's time",
  control: {
    inFigure: "from the commit's time",
    label: "From the commit's time",
    says: "A squashed commit is made when it is merged: two days of review are gone from the figure.",
    parameters: { from: "commit", squash: true },
    expect: violated("honest", { seeds: 50, atLeast: 50 }),
  },
  knobs: ["from", "squash", "reviewHours"],
  guess: {
    question:
      "Review takes two days, deployments go out daily, commits are squashed. What does lead time from commits say?",
    options: ["about two and a half days", "about two days", "about half a day"],
    answer: 2,
  },
  sources: ["forsgren-2018"],
  leavesOut: "Rebases change times, too.",
  breaksWhen: "Commits keep their own times; then both clocks agree.",
});

export const claims: readonly Claim[] = [omittedRequests, tailSamplerFull, headSamplerMisses, clockOfLeadTime];
