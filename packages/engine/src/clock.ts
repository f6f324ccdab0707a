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
