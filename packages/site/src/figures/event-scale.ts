/** How high a stretch without events is drawn when it is shortened, and what two events are apart at least, in units. */
const idleHeight = 30;
const shortestGap = 2;

/** A figure's height grows with its events, between these. */
const lowest = 200;
const highest = 560;
const heightPerEvent = 10;

/** Fewer stretches than these are drawn as they are. */
const fewStretches = 6;

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface EventScale {
  /** Where a time stands, in units from the top. */
  readonly y: (time: number) => number;
  readonly height: number;
  /** Stretches without events that were shortened. */
  readonly shortened: readonly Stretch[];
}

/**
 * A scale for times that come in bursts: proportional but for stretches without events that would take a third of it or
 * more, which are shortened, and never so dense that two events fall together. Order is kept.
 *
 * @param times when something happens, in any order; the scale runs from `from` to `to`
 */
export function eventScale(times: readonly number[], from: number, to: number): EventScale {
  const inside = times.filter((time) => time > from && time < to);
  const stops = [...new Set([from, ...inside, to])].toSorted((one, other) => one - other);
  const gaps = stops.slice(1).map((stop, index) => stop - stops[index]!);
  const idle = idleGaps(gaps);
  const active = gaps.reduce((sum, gap, index) => sum + (idle.has(index) ? 0 : gap), 0);
  const target = Math.min(highest, Math.max(lowest, stops.length * heightPerEvent)) - idle.size * idleHeight;
  const unitsPerTime = target / Math.max(1, active);
  const positions = [0];
  for (const [index, gap] of gaps.entries()) {
    const height = idle.has(index) ? idleHeight : Math.max(shortestGap, gap * unitsPerTime);
    positions.push(positions[index]! + height);
  }
  const y = (time: number): number => {
    if (time <= from) return 0;
    if (time >= to) return positions.at(-1)!;
    const after = stops.findIndex((stop) => stop > time);
    const share = (time - stops[after - 1]!) / gaps[after - 1]!;
    return positions[after - 1]! + share * (positions[after]! - positions[after - 1]!);
  };
  const shortened = [...idle].map((index) => ({ from: stops[index]!, to: stops[index + 1]! }));
  return { y, height: positions.at(-1)!, shortened };
}

/** The gaps that are each a third or more of what is left when the longer ones are taken away. */
function idleGaps(gaps: readonly number[]): ReadonlySet<number> {
  const idle = new Set<number>();
  const byLength = [...gaps.keys()].toSorted((one, other) => gaps[other]! - gaps[one]!);
  let left = gaps.reduce((sum, gap) => sum + gap, 0);
  for (const index of byLength) {
    if (gaps.length - idle.size < fewStretches || gaps[index]! * 3 < left) break;
    idle.add(index);
    left -= gaps[index]!;
  }
  return idle;
}
