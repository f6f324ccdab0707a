import type { AnyExperiment } from "../experiment.ts";
import { ExperimentError } from "../experiment.ts";
import { dependencyAvailability } from "./dependency-availability.ts";
import { causalRegisterExperiment, gossipRegisterExperiment, orderedRegisterExperiment } from "./local-registers.ts";
import { fleetExperiments } from "./fleet/index.ts";
import { operationsExperiments } from "./operations/index.ts";
import { quorumRegisterExperiment } from "./quorum-register.ts";
import { retryStorm } from "./retry-storm.ts";

/** Every experiment of the lab, in the order in which lists show them. */
export const experiments: readonly AnyExperiment[] = [
  dependencyAvailability,
  quorumRegisterExperiment,
  orderedRegisterExperiment,
  causalRegisterExperiment,
  gossipRegisterExperiment,
  retryStorm,
  ...operationsExperiments,
  ...fleetExperiments,
];

/** @throws ExperimentError that lists the ids there are */
export function findExperiment(id: string): AnyExperiment {
  const found = experiments.find((experiment) => experiment.id === id);
  if (found !== undefined) return found;
  const known = experiments.map((experiment) => experiment.id).join(", ");
  throw new ExperimentError(`There is no experiment "${id}"; there are: ${known}.`);
}
