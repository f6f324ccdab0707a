import type { Microseconds } from "@fieldbook/kernel";
import { microsecondsPerSecond } from "@fieldbook/kernel";
import type { ServiceSeries, ServiceTotals } from "./service-run.ts";

/** What the simulation counted by walking its tables when the run ended; the ledger must agree with it. */
export interface FinalState {
  readonly succeeded: number;
  readonly failed: number;
  readonly pending: number;
  readonly waiting: number;
  readonly inService: number;
  /** Time spent in the station so far by all who are still in it. */
  readonly unfinishedSojourns: Microseconds;
}

/**
 * The books of a run: every event is entered once, and `close` proves that they balance.
 */
export class ServiceLedger {
  readonly series: ServiceSeries;
  readonly latencies: number[] = [];
  readonly #duration: Microseconds;
  #now: Microseconds = 0;
  #second = 0;
  #waiting = 0;
  #inStation = 0;
  #stationArea = 0;
  #sojourns = 0;
  #requests = 0;
  #attempts = 0;
  #served = 0;
  #wasted = 0;
  #rejected = 0;
  #expired = 0;
  #started = 0;
  #waited = 0;

  constructor(duration: Microseconds) {
    this.#duration = duration;
    const length = Math.ceil(duration / microsecondsPerSecond);
    const column = (): Float64Array => new Float64Array(length);
    this.series = {
      offered: column(),
      attempts: column(),
      goodput: column(),
      wasted: column(),
      rejected: column(),
      queueLength: column(),
    };
  }

  /** Time goes on to `now`; nothing changed since the last entry. */
  moveTo(now: Microseconds): void {
    this.#stationArea += (now - this.#now) * this.#inStation;
    this.#now = now;
    const second = Math.floor(now / microsecondsPerSecond);
    for (; this.#second < second; this.#second += 1) this.series.queueLength[this.#second] = this.#waiting;
  }

  requestArrives(): void {
    this.#requests += 1;
    this.series.offered[this.#second]! += 1;
  }

  attemptSent(): void {
    this.#attempts += 1;
    this.series.attempts[this.#second]! += 1;
  }

  attemptRejected(): void {
    this.#rejected += 1;
    this.series.rejected[this.#second]! += 1;
  }

  attemptEnters(): void {
    this.#inStation += 1;
    this.#waiting += 1;
  }

  serviceStarts(wait: Microseconds): void {
    this.#waiting -= 1;
    this.#started += 1;
    this.#waited += wait;
  }

  /** @param latency since the request's first attempt; undefined when its client had given up */
  serviceEnds(sojourn: Microseconds, latency: Microseconds | undefined): void {
    this.#inStation -= 1;
    this.#sojourns += sojourn;
    this.#served += 1;
    if (latency === undefined) {
      this.#wasted += 1;
      this.series.wasted[this.#second]! += 1;
    } else {
      this.latencies.push(latency);
      this.series.goodput[this.#second]! += 1;
    }
  }

  /** Dropped unserved: its deadline had passed. */
  attemptExpires(sojourn: Microseconds): void {
    this.#waiting -= 1;
    this.#inStation -= 1;
    this.#sojourns += sojourn;
    this.#expired += 1;
  }

  /**
   * Ends the run: requests and attempts are conserved, and the area under the number in the station equals the sum of
   * all sojourn times, to the microsecond (Little, "A Proof for the Queuing Formula: L = λW", 1961, as an identity).
   *
   * @throws Error when the books do not balance: the simulation has a bug
   */
  close(final: FinalState): ServiceTotals {
    this.moveTo(this.#duration);
    if (this.#second < this.series.queueLength.length) this.series.queueLength[this.#second] = this.#waiting;
    const balance = (what: string, left: number, right: number): void => {
      if (left !== right)
        throw new Error(`The run's books do not balance: ${what}: ${String(left)} ≠ ${String(right)}.`);
    };
    const inStation = final.waiting + final.inService;
    balance("requests = succeeded + failed + pending", this.#requests, final.succeeded + final.failed + final.pending);
    balance("answers = requests that succeeded", this.latencies.length, final.succeeded);
    balance("served = answers + wasted", this.#served, this.latencies.length + this.#wasted);
    balance(
      "attempts = served + rejected + expired + in the station",
      this.#attempts,
      this.#served + this.#rejected + this.#expired + inStation,
    );
    balance("in the station, by the ledger and by the tables", this.#inStation, inStation);
    balance("area = sum of sojourn times", this.#stationArea, this.#sojourns + final.unfinishedSojourns);
    return {
      requests: this.#requests,
      succeeded: final.succeeded,
      failed: final.failed,
      pending: final.pending,
      attempts: this.#attempts,
      served: this.#served,
      wasted: this.#wasted,
      rejected: this.#rejected,
      expired: this.#expired,
      inStation,
      started: this.#started,
      waited: this.#waited,
      stationArea: this.#stationArea,
    };
  }
}
