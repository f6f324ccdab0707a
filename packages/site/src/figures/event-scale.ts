/** How many units an idle stretch may take at most, and what two events are apart at least. */
const longestGap = 34;
const shortestGap = 1.2;

export interface EventScale {
  /** Where a time stands, in units from the top. */
  readonly y: (time: number) => number;
  readonly height: number;
  /** Idle stretches that were shortened. */
  readonly shortened: readonly { readonly from: number; readonly to: number }[];
}

/**
 * A scale for times that come in bursts: proportional where things happen, shortened where nothing does, and never so
 * dense that two events fall together. Order is kept.
 *
 * @param times when something happens, in any order; the scale runs from `from` to `to`
 */
export function eventScale(times: readonly number[], from: number, to: number): EventScale {
  const inside = times.filter((time) => time > from && time < to);
  const stops = [...new Set([from, ...inside, to])].toSorted((one, other) => one - other);
  const target = Math.min(560, Math.max(220, stops.length * 8));
  const unitsPerTime = target / Math.max(1, to - from);
  const positions = [0];
  const shortened: { from: number; to: number }[] = [];
  for (let index = 1; index < stops.length; index += 1) {
    const gap = (stops[index]! - stops[index - 1]!) * unitsPerTime;
    if (gap > longestGap * 1.5) shortened.push({ from: stops[index - 1]!, to: stops[index]! });
    positions.push(positions[index - 1]! + Math.min(longestGap, Math.max(shortestGap, gap)));
  }
  const y = (time: number): number => {
    if (time <= from) return 0;
    if (time >= to) return positions.at(-1)!;
    let low = 0;
    let high = stops.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (stops[middle]! <= time) low = middle;
      else high = middle;
    }
    const share = (time - stops[low]!) / (stops[high]! - stops[low]!);
    return positions[low]! + share * (positions[high]! - positions[low]!);
  };
  return { y, height: positions.at(-1)!, shortened };
}
