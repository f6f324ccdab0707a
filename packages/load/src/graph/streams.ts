/** Streams of keyed randomness of the graph engine; what the ids count is given beside each. */
export const graphStreams = {
  /** (source or surge; k-th candidate) */
  arrivals: 100,
  thinning: 101,
  /** (source; k-th request) */
  tenant: 102,
  priority: 103,
  item: 104,
  think: 105,
  /** (service × 64 + step; attempt) */
  work: 110,
  /** (service; attempt) */
  error: 111,
  /** (site; attempt) */
  networkOut: 120,
  networkBack: 121,
  balance: 122,
  backoff: 123,
  throttle: 124,
  hit: 125,
  earlyExpiry: 126,
  /** (service; instance and virtual node) */
  ring: 130,
  /** (service; tenant and choice) */
  shard: 131,
  /** (service × 1000 + instance; k-th time) */
  timeToFailure: 140,
  timeToRepair: 141,
  /** (site; client and k-th renewal) */
  credential: 142,
  /** (site; entry) */
  warmth: 143,
  /** (incident; attempt) */
  incident: 150,
  incidentBack: 151,
  /** (link; attempt) */
  linkOut: 152,
  linkBack: 153,
} as const;
