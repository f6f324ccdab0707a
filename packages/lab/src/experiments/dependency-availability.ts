import { defineExperiment } from "../experiment.ts";
import { measure, problemOf, simulate } from "./dependency-availability-model.ts";
import { dependencyAvailabilityParameters } from "./dependency-availability-parameters.ts";
import { dependencyAvailabilityPicture } from "./dependency-availability-picture.ts";

/** A service and the systems that it calls, each failing and being repaired for years. */
export const dependencyAvailability = defineExperiment({
  id: "dependency-availability",
  title: "Dependencies in series",
  summary:
    "A service calls several others. Each fails and is repaired at random, on its own. The service is down while a " +
    "hard dependency is down, and goes on degraded while only soft ones are.",
  leavesOut:
    "Dependencies fail independently of one another and are either up or down. The service itself never fails, every " +
    "request needs every hard dependency, and a fallback always works.",
  parameters: dependencyAvailabilityParameters,
  properties: {},
  metrics: {
    availability: { label: "availability of the service", unit: "%", digits: 2 },
    hoursDown: { label: "down per month of 30 days", unit: "h", digits: 1 },
    hoursDegraded: { label: "degraded per month of 30 days", unit: "h", digits: 1 },
  },
  validate: problemOf,
  run(values, seed) {
    const run = simulate(values, seed);
    const measured = measure(values, run);
    return {
      verdicts: {},
      metrics: {
        availability: measured.availability,
        hoursDown: measured.hoursDownPerMonth,
        hoursDegraded: measured.hoursDegradedPerMonth,
      },
      traceHash: run.traceHash,
      events: run.events,
    };
  },
  picture(values, seed, against) {
    return dependencyAvailabilityPicture(
      { values, run: simulate(values, seed) },
      against === undefined ? undefined : { ...against, run: simulate(against.values, seed) },
    );
  },
});
