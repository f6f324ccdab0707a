import { simulateService } from "@fieldbook/load";
import { defineExperiment } from "../experiment.ts";
import { problemOf, serviceModel } from "./retry-storm-model.ts";
import { outcomeOf } from "./retry-storm-outcome.ts";
import { retryStormParameters } from "./retry-storm-parameters.ts";
import { describeOutcome, retryStormPicture } from "./retry-storm-picture.ts";

/** A dip in capacity, clients that give up and try again, and what is left when the dip is over. */
export const retryStorm = defineExperiment({
  id: "retry-storm",
  title: "Retry storm",
  summary:
    "Requests arrive at random at a service with a few workers and a queue. For some seconds the service loses " +
    "capacity. Clients give up after a timeout and may try again; the service does not know that they gave up.",
  leavesOut:
    "One service and one kind of request. No network delay, no cache, no autoscaling, no people who reload the page; " +
    "all clients share one retry budget and see a rejection at once; service times are exponential and do not depend " +
    "on the load.",
  parameters: retryStormParameters,
  properties: {
    recovers: { says: "Goodput in the last 60 s is at least 95 % of what is offered." },
  },
  metrics: {
    goodput: { label: "goodput in the last minute", unit: "requests/s", digits: 1 },
    wastedShare: { label: "work wasted in the last minute", unit: "%", digits: 1 },
    secondsToRecover: { label: "recovered after the dip, or the rest of the run when not", unit: "s", digits: 0 },
    amplification: { label: "attempts per request in the last minute", unit: "", digits: 2 },
    peakAmplification: { label: "peak of attempts per request", unit: "", digits: 2 },
  },
  validate: problemOf,
  run(values, seed) {
    const run = simulateService(serviceModel(values), seed);
    const outcome = outcomeOf(values, run);
    const restOfRun = values.duration - values.calmSeconds - values.dipSeconds;
    return {
      verdicts: {
        recovers: { verdict: outcome.recovers ? "holds" : "violated", says: describeOutcome(outcome) },
      },
      metrics: {
        goodput: outcome.goodput,
        wastedShare: outcome.wastedShare,
        secondsToRecover: outcome.secondsToRecover ?? restOfRun,
        amplification: outcome.amplification,
        peakAmplification: outcome.peakAmplification,
      },
      traceHash: run.traceHash,
      events: run.events,
    };
  },
  picture(values, seed, against) {
    const shown = { values, run: simulateService(serviceModel(values), seed) };
    return retryStormPicture(
      shown,
      against === undefined ? undefined : { ...against, run: simulateService(serviceModel(against.values), seed) },
    );
  },
});
