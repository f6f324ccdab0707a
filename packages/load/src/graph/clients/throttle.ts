import type { Microseconds } from "@fieldbook/kernel";
import type { ClientThrottle } from "../declaration.ts";
import { SlidingCounts } from "./sliding-counts.ts";

/**
 * Adaptive throttling at the client: a request is turned away with probability
 * max(0, (requests − k × accepts) / (requests + 1)). Beyer et al., Site Reliability Engineering, chapter 21.
 */
export class Throttle {
  readonly #k: number;
  /** Requests and those that were accepted. */
  readonly #counts: SlidingCounts;

  constructor({ k, window }: ClientThrottle) {
    this.#k = k;
    this.#counts = new SlidingCounts(window);
  }

  /** @param unit a draw from [0, 1). @returns whether the request is turned away; it is counted in both cases */
  turnsAway(now: Microseconds, unit: number): boolean {
    this.#counts.moveTo(now);
    const share = (this.#counts.one - this.#k * this.#counts.other) / (this.#counts.one + 1);
    this.#counts.add(now, 1, 0);
    return unit < share;
  }

  accepted(now: Microseconds): void {
    this.#counts.add(now, 0, 1);
  }
}
