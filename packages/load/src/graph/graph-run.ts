import type { Microseconds } from "@fieldbook/kernel";

/**
 * How a request, a call or an attempt can fail.
 *
 * At the caller: `timeout` (one attempt was waited for in vain), `deadline` (the request's own time was up),
 * `breaker-open`, `throttled`, `pool-timeout` (no connection in time), `credential-expired`. At the service: `rejected`
 * (the queue was full), `shed`, `expired` (dropped unserved after its deadline), `unavailable` (no instance was up, or it
 * went down meanwhile), `error` (served, with an error as answer), `dependency` (a call it needed had failed).
 */
export const failures = [
  "timeout",
  "deadline",
  "breaker-open",
  "throttled",
  "pool-timeout",
  "credential-expired",
  "rejected",
  "shed",
  "expired",
  "unavailable",
  "error",
  "dependency",
] as const;
export type Failure = (typeof failures)[number];

/** One value for each slice of the run. */
export type Series = Readonly<Float64Array>;

/** What is known of latencies; µs. All are NaN where there was none. Percentiles are within 0.8 % of the true ones. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Latencies in slices. */
export interface LatencySeries {
  /** µs; NaN where no request ended. */
  readonly mean: Series;
  readonly p50: Series;
  readonly p90: Series;
  readonly p99: Series;
  readonly p999: Series;
  /** How many ended in each slice in each of the rows: `heat[slice * heatRows.length + row]`. */
  readonly heat: Readonly<Uint32Array>;
}

/** RED: requests, errors, durations. */
export interface RequestsRecord {
  readonly series: {
    readonly requests: Series;
    readonly successes: Series;
    readonly failures: Series;
    readonly latency: LatencySeries;
  };
  /** After warm-up. */
  readonly totals: {
    readonly requests: number;
    readonly successes: number;
    /** Of the successes, how many had to do without a soft dependency. */
    readonly degraded: number;
    readonly failures: Readonly<Record<Failure, number>>;
    /** From the moment the request was due until its answer; successes alone. */
    readonly latency: LatencySummary;
  };
}

/** The requests of a source, end to end. */
export interface SourceRecord extends RequestsRecord {
  /** Still under way at the end. */
  readonly pending: number;
}

/** What one service saw: RED of the attempts that reached it, USE of its servers. */
export interface ServiceRecord extends RequestsRecord {
  readonly use: {
    /** Mean number that wait, in each slice. */
    readonly waiting: Series;
    /** Mean number of busy servers. */
    readonly busy: Series;
    /** Mean number of servers of instances that are up. */
    readonly servers: Series;
    /** Share of the servers that are busy; 0 where there is none. */
    readonly utilisation: Series;
    /** Mean number of instances that are up. */
    readonly instances: Series;
    /** Served for nobody: its caller had given up. */
    readonly wasted: Series;
  };
  /** After warm-up. */
  readonly means: {
    /** L, the mean number in the service. */
    readonly inside: number;
    /** Lq */
    readonly waiting: number;
    readonly busy: number;
    readonly utilisation: number;
    /** Wq, the mean time in the queue of those whose service began, µs. */
    readonly wait: number;
    /** W, the mean time in the service of those who left it, µs. */
    readonly sojourn: number;
    readonly wasted: number;
    /** In the currency of the declaration. */
    readonly cost: number;
  };
}

/** What one caller did to reach one service; after warm-up. */
export interface CallRecord {
  /** "sources.users.calls", "services.shop.steps[1].call" */
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly successes: number;
  readonly failures: Readonly<Record<Failure, number>>;
  readonly attempts: number;
  readonly retries: number;
  readonly hedges: number;
  /** Retries that were wanted, and for which the budget had no token. */
  readonly withoutBudget: number;
  readonly cacheHits: number;
  readonly staleHits: number;
  readonly cacheMisses: number;
  /** Misses that waited for the call of another. */
  readonly joined: number;
  readonly breakerOpened: number;
}

export interface GraphEvent {
  readonly at: Microseconds;
  readonly kind: "incident" | "recovery" | "failure" | "repair" | "scaling" | "rollout" | "breaker" | "credential";
  /** A service, zone, source or credential. */
  readonly about: string;
  readonly says: string;
}

/** One span of a sampled request; the root has no parent. Numbers count from 1 within the run. */
export interface Span {
  readonly trace: number;
  readonly span: number;
  readonly parent: number | undefined;
  /** `request` of a source, `call` at a caller, `serve` at an instance. */
  readonly kind: "request" | "call" | "serve";
  readonly name: string;
  /** "shop-2" for an instance. */
  readonly place: string;
  readonly start: Microseconds;
  readonly end: Microseconds;
  readonly failure: Failure | undefined;
}

/** One run of a service graph. */
export interface GraphRun {
  readonly name: string;
  readonly seed: number;
  readonly duration: Microseconds;
  /** Length of a slice of the series. */
  readonly slice: Microseconds;
  readonly slices: number;
  /** What was left out of totals and means, from the start. */
  readonly warmUp: Microseconds;
  /** Upper bounds of the rows of a heat map, µs, ascending; the last is Infinity. */
  readonly heatRows: readonly number[];
  readonly sources: Readonly<Record<string, SourceRecord>>;
  readonly services: Readonly<Record<string, ServiceRecord>>;
  readonly calls: readonly CallRecord[];
  readonly events: readonly GraphEvent[];
  readonly spans: readonly Span[];
  /** What a reader has to know before the figures: that there is no steady state, for instance. */
  readonly warnings: readonly string[];
  readonly traceHash: string;
  readonly handledEvents: number;
}
