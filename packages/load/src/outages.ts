import type { Microseconds } from "@fieldbook/kernel";

/** A span in which something is down: from `from` up to, but not including, `to`. */
export interface Outage {
  readonly from: Microseconds;
  readonly to: Microseconds;
}

/**
 * The spans in which at least `count` of several parts are down at once: 1 gives the union (parts in series), the
 * number of parts gives the intersection (copies in parallel). O(n log n) for n outages in all.
 *
 * @param parts each a list of outages that do not overlap one another
 * @param count at least 1
 */
export function whenAtLeast(count: number, parts: readonly (readonly Outage[])[]): Outage[] {
  const outages = parts.flat();
  const starts = Float64Array.from(outages, (outage) => outage.from).sort();
  const ends = Float64Array.from(outages, (outage) => outage.to).sort();
  const result: Outage[] = [];
  let down = 0;
  let since = 0;
  let ended = 0;
  const end = (at: Microseconds): void => {
    // Where one outage ends as another begins, two are down for no time at all.
    if (down === count && at > since) result.push({ from: since, to: at });
    down -= 1;
    ended += 1;
  };
  for (const start of starts) {
    // An outage that ends where another begins leaves no gap: the start counts first.
    while (ends[ended]! < start) end(ends[ended]!);
    down += 1;
    if (down === count) since = start;
  }
  while (ended < ends.length) end(ends[ended]!);
  return result;
}

/** How long outages that do not overlap last together. */
export function totalLength(outages: readonly Outage[]): Microseconds {
  return outages.reduce((sum, { from, to }) => sum + (to - from), 0);
}

/** The parts of outages that lie before `end`. */
export function outagesBefore(end: Microseconds, outages: readonly Outage[]): Outage[] {
  return outages.filter(({ from }) => from < end).map(({ from, to }) => ({ from, to: Math.min(to, end) }));
}
