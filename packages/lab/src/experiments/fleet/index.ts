import type { AnyExperiment } from "../../experiment.ts";
import { certificateCliff } from "./certificate-cliff.ts";
import { credentialPartition } from "./credential-partition.ts";
import { reconnectStorm } from "./reconnect-storm.ts";
import { retryJitter } from "./retry-jitter.ts";
import { rolloutWaves } from "./rollout-waves.ts";

/** The experiments on fleets, in the order in which lists show them. */
export const fleetExperiments: readonly AnyExperiment[] = [
  reconnectStorm,
  retryJitter,
  credentialPartition,
  certificateCliff,
  rolloutWaves,
];
