import type { Microseconds } from "@fieldbook/kernel";
import type { CircuitBreaker } from "../declaration.ts";
import { SlidingCounts } from "./sliding-counts.ts";

/**
 * A circuit breaker (Nygard, Release It!): closed, it counts failures; open, it lets nothing through; after `openFor` it
 * lets one attempt through and does as that one did.
 */
export class Breaker {
  readonly #terms: CircuitBreaker;
  /** Successes and failures. */
  readonly #counts: SlidingCounts;
  #state: "closed" | "open" | "half-open" = "closed";
  #openUntil: Microseconds = 0;
  #isTrialUnderWay = false;
  opened = 0;

  constructor(terms: CircuitBreaker) {
    this.#terms = terms;
    this.#counts = new SlidingCounts(terms.window);
  }

  get state(): "closed" | "open" | "half-open" {
    return this.#state;
  }

  /** Whether an attempt may go out now; of a half-open one, a trial. */
  allows(now: Microseconds): boolean {
    if (this.#state === "open" && now >= this.#openUntil) this.#state = "half-open";
    return this.#state === "closed" || (this.#state === "half-open" && !this.#isTrialUnderWay);
  }

  /** An attempt went out. */
  sent(): void {
    this.#isTrialUnderWay = this.#state === "half-open";
  }

  /** @returns whether this changed the state */
  record(now: Microseconds, isSuccess: boolean): boolean {
    if (this.#state === "half-open") {
      this.#isTrialUnderWay = false;
      if (isSuccess) {
        this.#state = "closed";
        this.#counts.clear();
      } else {
        this.#open(now);
      }
      return true;
    }
    if (this.#state === "open") return false;
    this.#counts.add(now, isSuccess ? 1 : 0, isSuccess ? 0 : 1);
    const all = this.#counts.one + this.#counts.other;
    if (all < this.#terms.minimum || this.#counts.other < this.#terms.failureShare * all) return false;
    this.#open(now);
    return true;
  }

  #open(now: Microseconds): void {
    this.#state = "open";
    this.opened += 1;
    this.#openUntil = now + this.#terms.openFor;
  }
}
