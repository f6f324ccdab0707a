import { hashText } from "@fieldbook/kernel";

/**
 * The streams of keyed randomness: one per kind of decision, so that no two decisions ever share a draw. The logical id
 * within a stream is given beside each.
 */
export const streams = {
  /** (link, k-th message of the link) */
  loss: 1,
  latency: 2,
  duplicate: 3,
  duplicateLatency: 4,
  reorder: 5,
  reorderDelay: 6,
  /** (episode, part) */
  partition: 10,
  crash: 11,
  /** (node, part) */
  clock: 12,
  /** (client, k-th operation, part) */
  workload: 20,
  /** (fault, link, k-th message of the link) */
  weather: 30,
  weatherTime: 31,
  /** (node, crash, part) */
  disk: 40,
  /** (part, episode) and what a schedule search draws */
  swarm: 50,
  swarmEpisode: 51,
  priority: 60,
  /** (run of the search, part) */
  feedback: 61,
} as const;

/** A node's own draws live far from the engine's: their stream is named by the label at the call. */
export const nodeStream = (label: string): number => hashText(label) | 0x4000_0000;
