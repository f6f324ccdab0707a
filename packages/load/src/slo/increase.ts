/** How Prometheus takes a range: version 2 counts a sample at its very beginning, version 3 does not. */
export type RangeStart = "closed" | "open";

/** A threshold of the gap to the range's edge, in mean distances of samples, up to which Prometheus extrapolates whole. */
const threshold = 1.1;

/**
 * `increase(counter[window])` of PromQL at a minute, as Prometheus computes it (`extrapolatedRate` in promql/functions.go):
 * the growth between the first and the last sample within, restarts added, stretched to the edges of the window but not
 * below a counter of 0.
 *
 * @param samples one a minute from minute 0; NaN where there is none
 * @param at minutes
 * @param window minutes
 * @returns undefined where fewer than two samples lie within
 */
export function increase(
  samples: readonly number[],
  at: number,
  window: number,
  start: RangeStart = "closed",
): number | undefined {
  const from = at - window;
  const first = firstWithin(samples, Math.max(0, start === "closed" ? from : from + 1), at);
  const last = lastWithin(samples, first, at);
  if (first === undefined || last === undefined || first === last) return undefined;
  let correction = 0;
  let previous = samples[first]!;
  let count = 0;
  for (let minute = first; minute <= last; minute += 1) {
    const value = samples[minute]!;
    if (Number.isNaN(value)) continue;
    if (value < previous) correction += previous;
    previous = value;
    count += 1;
  }
  const grown = samples[last]! - samples[first]! + correction;
  const seconds = 60;
  const sampled = (last - first) * seconds;
  const mean = sampled / (count - 1);
  let toStart = (first - from) * seconds;
  if (grown > 0 && samples[first]! >= 0) toStart = Math.min(toStart, sampled * (samples[first]! / grown));
  const toEnd = (at - last) * seconds;
  const limit = mean * threshold;
  const stretched = sampled + (toStart < limit ? toStart : mean / 2) + (toEnd < limit ? toEnd : mean / 2);
  return grown * (stretched / sampled);
}

function firstWithin(samples: readonly number[], from: number, to: number): number | undefined {
  for (let minute = from; minute <= to; minute += 1) if (isThere(samples[minute])) return minute;
  return undefined;
}

function lastWithin(samples: readonly number[], from: number | undefined, to: number): number | undefined {
  if (from === undefined) return undefined;
  for (let minute = Math.min(to, samples.length - 1); minute >= from; minute -= 1) {
    if (isThere(samples[minute])) return minute;
  }
  return undefined;
}

const isThere = (value: number | undefined): boolean => value !== undefined && !Number.isNaN(value);
