import type { Failure, RequestsRecord } from "../graph-run.ts";
import { failures } from "../graph-run.ts";
import { Latencies } from "./latencies.ts";

/** Failures by number, as the simulation keeps them; −1 is none. */
export const failureCodes = Object.fromEntries(failures.map((failure, code) => [failure, code])) as Readonly<
  Record<Failure, number>
>;
export const noFailure = -1;

/** A count of each failure as a record. */
export const failureCounts = (counts: Readonly<Float64Array>): Readonly<Record<Failure, number>> =>
  Object.fromEntries(failures.map((failure, code) => [failure, counts[code]!])) as Record<Failure, number>;

/** RED of one source or service: by slices, and in all since the warm-up. */
export class RequestBook {
  readonly latencies: Latencies;
  readonly #requests: Float64Array;
  readonly #successes: Float64Array;
  readonly #failures: Float64Array;
  readonly #byKind = new Float64Array(failures.length);
  #totalRequests = 0;
  #totalSuccesses = 0;
  #degraded = 0;
  #slice = 0;

  constructor(slices: number) {
    this.latencies = new Latencies(slices);
    this.#requests = new Float64Array(slices);
    this.#successes = new Float64Array(slices);
    this.#failures = new Float64Array(slices);
  }

  arrive(): void {
    this.#requests[this.#slice]! += 1;
    this.#totalRequests += 1;
  }

  /** @param latency µs since the request was due */
  succeed(latency: number, isDegraded: boolean): void {
    this.#successes[this.#slice]! += 1;
    this.#totalSuccesses += 1;
    if (isDegraded) this.#degraded += 1;
    this.latencies.add(latency);
  }

  fail(failure: number): void {
    this.#failures[this.#slice]! += 1;
    this.#byKind[failure]! += 1;
  }

  closeSlice(): void {
    this.latencies.closeSlice(this.#slice);
    this.#slice += 1;
  }

  /** The warm-up is over: totals begin here. */
  restart(): void {
    this.latencies.restart();
    this.#byKind.fill(0);
    this.#totalRequests = 0;
    this.#totalSuccesses = 0;
    this.#degraded = 0;
  }

  record(): RequestsRecord {
    return {
      series: {
        requests: this.#requests,
        successes: this.#successes,
        failures: this.#failures,
        latency: this.latencies.series(),
      },
      totals: {
        requests: this.#totalRequests,
        successes: this.#totalSuccesses,
        degraded: this.#degraded,
        failures: failureCounts(this.#byKind),
        latency: this.latencies.summary(),
      },
    };
  }
}
