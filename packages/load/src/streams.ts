/**
 * The streams of keyed randomness, one per kind of decision; the logical id within a stream is given beside each.
 * A run and its control share every draw whose key they share: the same requests arrive at the same moments with the
 * same demand, whatever the clients' policy is.
 */
export const streams = {
  /** (k-th request) */
  interarrival: 1,
  /** (request, attempt) */
  demand: 2,
  retryDelay: 3,
  /** (process) */
  firstState: 10,
  /** (process, k-th time up or down) */
  timeToFailure: 11,
  timeToRepair: 12,
} as const;
