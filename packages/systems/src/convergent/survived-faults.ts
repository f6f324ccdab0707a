import type { FaultKind } from "@fieldbook/engine";

/**
 * What a replicated data type survives whose replicas keep what they have merged on disk and tell each other for ever:
 * all but a disk that lies or is lost, which takes with it what no other replica has heard of.
 */
export const allButLostDisks: readonly FaultKind[] = [
  "partition",
  "one-way-partition",
  "bridge",
  "isolation",
  "flapping",
  "loss",
  "duplication",
  "delay",
  "reordering",
  "clogging",
  "bandwidth",
  "crash",
  "pause",
  "slow-node",
  "torn-write",
  "full-disk",
  "slow-disk",
  "clock-step",
  "clock-drift",
  "sync-failure",
  "leap-second",
];
