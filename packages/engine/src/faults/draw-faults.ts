import { sample } from "@fieldbook/kernel";
import type { Distribution, KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { streams } from "../streams.ts";
import type { Fault } from "./fault.ts";

/** Which faults a seed draws. Each episode starts at a uniformly drawn time of the window. */
export interface EpisodeWeather {
  readonly window: { readonly from: Microseconds; readonly until: Microseconds };
  readonly partitions: {
    readonly count: number;
    readonly duration: Distribution;
    /** Parts per million of the partitions that cut one direction only. */
    readonly oneWay: number;
  };
  readonly crashes: { readonly count: number; readonly downtime: Distribution };
}

/**
 * The faults that a seed brings over a system's nodes. Episode i is drawn by its own ids, so taking one episode away
 * leaves the others as they were. Every episode ends within the window.
 */
export function drawFaults(random: KeyedRandom, weather: EpisodeWeather, nodes: readonly string[]): Fault[] {
  if (nodes.length > 30) throw new RangeError(`Faults are drawn for at most 30 nodes; got ${String(nodes.length)}.`);
  const { from, until } = weather.window;
  const span = until - from;
  const faults: Fault[] = [];
  for (let episode = 0; episode < weather.partitions.count; episode += 1) {
    const draw = (part: number): number => random.unit(streams.partition, episode, part);
    const at = from + Math.floor(draw(0) * span);
    const end = Math.min(until, at + Math.max(1, sample(weather.partitions.duration, draw(1))));
    // One node at least on either side: a number from 1 to 2^n − 2 read as a set.
    const subset = 1 + Math.floor(draw(2) * (2 ** nodes.length - 2));
    const one = nodes.filter((_, index) => (subset >> index) & 1);
    const other = nodes.filter((_, index) => !((subset >> index) & 1));
    if (one.length === 0 || other.length === 0) continue;
    faults.push(
      random.chance(weather.partitions.oneWay, streams.partition, episode, 3)
        ? { kind: "one-way-partition", at, until: end, from: one, to: other }
        : { kind: "partition", at, until: end, sides: [one, other] },
    );
  }
  for (let episode = 0; episode < weather.crashes.count; episode += 1) {
    const draw = (part: number): number => random.unit(streams.crash, episode, part);
    const at = from + Math.floor(draw(0) * span);
    const end = Math.min(until, at + Math.max(1, sample(weather.crashes.downtime, draw(1))));
    faults.push({ kind: "crash", at, until: end, node: nodes[Math.floor(draw(2) * nodes.length)]! });
  }
  return faults;
}
