import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { streams } from "./streams.ts";

/** How far a node's clock is out of true. */
export interface ClockError {
  /** Added to the time of day. */
  readonly offset: Microseconds;
  /** Parts per million; 100 means 100 µs too fast every second. From −500,000 to 500,000. */
  readonly drift: number;
}

export const trueClock: ClockError = { offset: 0, drift: 0 };

/** What a stopwatch on the node shows after `time` of true time: drift counts, offset does not. */
export function stopwatch(clock: ClockError, time: Microseconds): Microseconds {
  return time + Math.floor((time * clock.drift) / 1_000_000);
}

/** True time until the node's own clock has advanced by `delay`. */
export function trueDelay(clock: ClockError, delay: Microseconds): Microseconds {
  return clock.drift === 0 ? delay : Math.ceil((delay * 1_000_000) / (1_000_000 + clock.drift));
}

/** Clock errors of `nodes` nodes, each offset within ± `maxOffset` and each drift within ± `maxDrift` ppm. */
export function drawClocks(
  random: KeyedRandom,
  nodes: number,
  limits: { readonly maxOffset: Microseconds; readonly maxDrift: number },
): ClockError[] {
  return Array.from({ length: nodes }, (_, node) => ({
    offset: random.below(2 * limits.maxOffset + 1, streams.clock, node, 0) - limits.maxOffset,
    drift: random.below(2 * limits.maxDrift + 1, streams.clock, node, 1) - limits.maxDrift,
  }));
}

/** A node's clock while a run lasts: its error may change, its stopwatch never jumps. */
export class NodeClock {
  readonly #initial: ClockError;
  #drift: number;
  /** Steps of the time of day. */
  #offset: Microseconds;
  #since: Microseconds = 0;
  #shown: Microseconds = 0;

  constructor(initial: ClockError) {
    this.#initial = initial;
    this.#drift = initial.drift;
    this.#offset = initial.offset;
  }

  /** What its stopwatch shows: drift counts, steps do not. */
  monotonic(time: Microseconds): Microseconds {
    const span = time - this.#since;
    return this.#shown + (this.#drift === 0 ? span : stopwatch({ offset: 0, drift: this.#drift }, span));
  }

  timeOfDay(time: Microseconds): Microseconds {
    return this.monotonic(time) + this.#offset;
  }

  /** True time until the stopwatch has advanced by `delay`, at the drift of the moment. */
  trueDelay(delay: Microseconds): Microseconds {
    return trueDelay({ offset: 0, drift: this.#drift }, delay);
  }

  step(by: Microseconds): void {
    this.#offset += by;
  }

  changeDrift(time: Microseconds, by: number): void {
    this.#shown = this.monotonic(time);
    this.#since = time;
    this.#drift += by;
  }

  /** Steps the time of day to where it would be with the clock's initial error alone. */
  synchronise(time: Microseconds): void {
    this.#offset = stopwatch(this.#initial, time) + this.#initial.offset - this.monotonic(time);
  }
}
