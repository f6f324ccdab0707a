import type { AnyExperiment, AnyValues } from "@fieldbook/lab";
import { experiments } from "@fieldbook/lab";

/** Every fault that a system's run can meet, each turned on: values in the units of the knobs of that name. */
const faults = { loss: 5, duplicates: 5, reordered: 20, partitions: 3, crashes: 2, clockOffset: 200 };

const seeds = { withAllFaults: 1_000, other: 100 };

/** Experiments whose runs meet every kind of fault at once. */
export function withAllFaults(): readonly AnyExperiment[] {
  return experiments.filter(({ parameters }) => Object.keys(faults).every((name) => Object.hasOwn(parameters, name)));
}

/**
 * What each run came to: one line a run, for every experiment of the lab with all faults on that it has knobs for. The
 * same code gives this list in Node and, bundled, in a browser.
 */
export function outcomes(): string[] {
  const stormy = new Set(withAllFaults());
  return experiments.flatMap((experiment) => {
    const values: AnyValues = Object.fromEntries(
      Object.entries(faults).filter(([name]) => Object.hasOwn(experiment.parameters, name)),
    );
    const count = stormy.has(experiment) ? seeds.withAllFaults : seeds.other;
    return Array.from({ length: count }, (_, seed) => {
      const { traceHash, events, metrics, verdicts } = experiment.run(values, seed);
      return `${experiment.id} ${seed}: ${traceHash} ${events} ${JSON.stringify([metrics, verdicts])}`;
    });
  });
}
