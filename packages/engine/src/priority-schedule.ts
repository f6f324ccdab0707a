import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { streams } from "./streams.ts";

/**
 * A schedule of deliveries after Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"
 * (ASPLOS 2010), on messages instead of threads: each link is a chain that delivers in order of sending, and of all links
 * that have something to deliver the one with the highest priority goes first. At each change point the link that has just
 * delivered falls below all others.
 *
 * With c links, k deliveries and d − 1 change points drawn evenly from the k, a bug that shows whenever d deliveries come
 * in one certain order is found by a run with a probability of at least 1 / (c · k^(d−1)). Timers and faults keep their
 * times: the guarantee is over orders of deliveries.
 */
export interface PrioritySchedule {
  /** Names the draw of the links' priorities. */
  readonly salt: number;
  /** Numbers of deliveries, counted from 1, after which the link that delivered falls to the lowest priority. */
  readonly changes: readonly number[];
  /** Time from one delivery to the next. */
  readonly step: Microseconds;
  /** From then on messages take the network's latency again. */
  readonly until: Microseconds;
}

/** Change points of a schedule of depth `depth`, over about `deliveries` deliveries. */
export function drawPriorities(
  random: KeyedRandom,
  options: {
    readonly depth: number;
    readonly deliveries: number;
    readonly step: Microseconds;
    readonly until: Microseconds;
  },
): PrioritySchedule {
  const changes = Array.from(
    { length: options.depth - 1 },
    (_, part) => 1 + random.below(options.deliveries, streams.priority, 0, part),
  );
  return { salt: random.u32(streams.priority, 1), changes, step: options.step, until: options.until };
}

/** The messages that wait for their link's turn. */
export class PriorityQueue<Item> {
  readonly #random: KeyedRandom;
  readonly #schedule: PrioritySchedule;
  readonly #changes: ReadonlySet<number>;
  readonly #chains = new Map<number, { priority: number; readonly items: Item[] }>();
  #lowest = 0;
  #delivered = 0;
  #size = 0;

  constructor(random: KeyedRandom, schedule: PrioritySchedule) {
    this.#random = random;
    this.#schedule = schedule;
    this.#changes = new Set(schedule.changes);
  }

  get size(): number {
    return this.#size;
  }

  push(link: number, item: Item): void {
    let chain = this.#chains.get(link);
    if (chain === undefined) {
      chain = { priority: 1 + this.#random.unit(streams.priority, this.#schedule.salt, link), items: [] };
      this.#chains.set(link, chain);
    }
    chain.items.push(item);
    this.#size += 1;
  }

  /** The next message of the link with the highest priority; undefined when none waits. */
  pop(): Item | undefined {
    let best: { priority: number; readonly items: Item[] } | undefined;
    for (const chain of this.#chains.values()) {
      if (chain.items.length > 0 && (best === undefined || chain.priority > best.priority)) best = chain;
    }
    if (best === undefined) return undefined;
    this.#size -= 1;
    this.#delivered += 1;
    if (this.#changes.has(this.#delivered)) {
      this.#lowest -= 1;
      best.priority = this.#lowest;
    }
    return best.items.shift();
  }
}
