import type { GraphRun, RequestsRecord } from "../graph/graph-run.ts";
import type { Counts } from "./objective.ts";

/** Counters as a scrape sees them, one a minute, growing but for restarts; NaN where the scrape failed. */
export interface CounterSamples {
  readonly total: readonly number[];
  readonly bad: readonly number[];
}

/**
 * The counters of a simulated source or service as a scrape of every minute would have seen them: simulated and real
 * records are then the same to all that follows.
 */
export function samplesOfRun(run: GraphRun, record: RequestsRecord): CounterSamples {
  const minutes = Math.floor(run.duration / 60_000_000);
  const total: number[] = [0];
  const bad: number[] = [0];
  let slice = 0;
  let counted = { total: 0, bad: 0 };
  for (let minute = 1; minute <= minutes; minute += 1) {
    for (; slice < run.slices && (slice + 1) * run.slice <= minute * 60_000_000; slice += 1) {
      const failed = record.series.failures[slice]!;
      counted = {
        total: counted.total + record.series.successes[slice]! + failed,
        bad: counted.bad + failed,
      };
    }
    total.push(counted.total);
    bad.push(counted.bad);
  }
  return { total, bad };
}

/** What came between the first sample and the last, restarts of the counters taken into account. */
export function countsOf({ total, bad }: CounterSamples): Counts {
  return { total: growth(total), bad: growth(bad) };
}

function growth(samples: readonly number[]): number {
  let last = NaN;
  let sum = 0;
  for (const value of samples) {
    if (Number.isNaN(value)) continue;
    // A counter that is lower than before began again at 0.
    if (!Number.isNaN(last)) sum += value >= last ? value - last : value;
    last = value;
  }
  return sum;
}
