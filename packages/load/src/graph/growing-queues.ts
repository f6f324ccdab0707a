import type { GraphRun } from "./graph-run.ts";

/** Fewer than these that wait are no queue to speak of. */
const leastWaiting = 20;
/** How much more wait in each quarter of the run than in the one before. */
const leastGrowth = 1.25;

/**
 * Services at which ever more requests wait, quarter by quarter of what follows the warm-up. It sees what the declaration
 * alone does not tell: retries, calls that hold a server while they wait, servers that have failed.
 */
export function growingQueues({ services, slice, warmUp }: Pick<GraphRun, "services" | "slice" | "warmUp">): string[] {
  return Object.entries(services).flatMap(([name, { use }]) => {
    const waiting = use.waiting.subarray(Math.round(warmUp / slice));
    const quarter = Math.floor(waiting.length / 4);
    if (quarter === 0) return [];
    const means = [0, 1, 2, 3].map(
      (place) =>
        waiting.subarray(place * quarter, (place + 1) * quarter).reduce((sum, value) => sum + value, 0) / quarter,
    );
    const grows = means.every((mean, place) => place === 0 || mean > leastGrowth * means[place - 1]!);
    return grows && means[3]! >= leastWaiting ? [name] : [];
  });
}
