import type { Microseconds } from "@fieldbook/kernel";

/** What happened in each second of a run; entry i covers the time from i s to i + 1 s. */
export interface ServiceSeries {
  /** Requests sent for the first time. */
  readonly offered: Float64Array;
  /** First attempts and retries. */
  readonly attempts: Float64Array;
  /** Requests answered while their client waited, each once. */
  readonly goodput: Float64Array;
  /** Attempts served after their client had given up. */
  readonly wasted: Float64Array;
  /** Attempts turned away because the queue was full. */
  readonly rejected: Float64Array;
  /** Attempts waiting at the end of the second. */
  readonly queueLength: Float64Array;
}

/** Totals of a run. The identities that join them are asserted at its end. */
export interface ServiceTotals {
  readonly requests: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Requests with an open attempt or a retry to come when the run ended. */
  readonly pending: number;
  readonly attempts: number;
  /** Attempts served, in time or not. */
  readonly served: number;
  readonly wasted: number;
  readonly rejected: number;
  /** Attempts dropped unserved because their deadline had passed. */
  readonly expired: number;
  /** Attempts that waited or were in service when the run ended. */
  readonly inStation: number;
  /** Attempts that began service, and the sum of their waits. */
  readonly started: number;
  readonly waited: Microseconds;
  /** The integral over time of the number of attempts in the station, in attempt-microseconds. */
  readonly stationArea: number;
}

export interface ServiceRun {
  readonly series: ServiceSeries;
  readonly totals: ServiceTotals;
  /** From a request's first attempt to its answer, successes only, in ascending order, in microseconds. */
  readonly latencies: Float64Array;
  /** 16 hexadecimal digits over all events. */
  readonly traceHash: string;
  /** How many events were handled. */
  readonly events: number;
}

/**
 * The smallest value that at least `percent` % of the values do not exceed (nearest rank).
 *
 * @param ascending in ascending order
 * @param percent above 0, up to 100
 * @returns undefined when there is no value
 */
export function percentile(ascending: Float64Array, percent: number): number | undefined {
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)];
}
