import { sample } from "@fieldbook/kernel";
import type { Distribution, KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { streams } from "./streams.ts";

/** How a link treats messages. Probabilities are whole parts per million. */
export interface LinkModel {
  readonly latency: Distribution;
  readonly loss: number;
  /** A second copy, with a latency of its own after the first. */
  readonly duplicate: number;
  /** Whether messages arrive in the order of sending, as on one connection; otherwise each takes its own time. */
  readonly ordered: boolean;
  /** A message that takes `reorderDelay` longer and may be overtaken, even where the link is ordered. */
  readonly reorder: number;
  readonly reorderDelay: Distribution;
}

export interface NetworkModel extends LinkModel {
  /** Links that differ from the rest, by sender and receiver; a later entry wins. */
  readonly links?: readonly ({ readonly from: string; readonly to: string } & Partial<LinkModel>)[];
}

/** No fault, fixed latency, first in first out. */
export const calmNetwork = (latency: Microseconds): NetworkModel => ({
  latency: { kind: "constant", value: latency },
  loss: 0,
  duplicate: 0,
  ordered: true,
  reorder: 0,
  reorderDelay: { kind: "constant", value: 0 },
});

/** When the copies of a message arrive; empty when it is lost. The second is a duplicate. */
export type Deliveries = readonly Microseconds[];

/**
 * Decides what happens to each message on its way. A decision depends on (seed, link, how many messages the link carried
 * before) alone, so the weather on one link is the same whatever happens on the others.
 */
export class Network {
  readonly #random: KeyedRandom;
  readonly #endpoints: number;
  readonly #models: LinkModel[];
  readonly #carried: Int32Array;
  readonly #lastArrival: Float64Array;

  constructor(random: KeyedRandom, model: NetworkModel, endpoints: readonly string[]) {
    this.#random = random;
    this.#endpoints = endpoints.length;
    const links = endpoints.length * endpoints.length;
    this.#models = Array.from<LinkModel>({ length: links }).fill(model);
    this.#carried = new Int32Array(links);
    this.#lastArrival = new Float64Array(links);
    for (const special of model.links ?? []) {
      const from = endpoints.indexOf(special.from);
      const to = endpoints.indexOf(special.to);
      if (from < 0 || to < 0) throw new RangeError(`There is no link from ${special.from} to ${special.to}.`);
      this.#models[from * this.#endpoints + to] = { ...model, ...special };
    }
  }

  /** How many messages the link has carried; this one is counted from now on. */
  count(from: number, to: number): number {
    const link = from * this.#endpoints + to;
    const k = this.#carried[link]!;
    this.#carried[link] = k + 1;
    return k;
  }

  /** What becomes of the k-th message of a link, sent at `time`. */
  decide(from: number, to: number, k: number, time: Microseconds): Deliveries {
    const link = from * this.#endpoints + to;
    const model = this.#models[link]!;
    const random = this.#random;
    if (random.chance(model.loss, streams.loss, link, k)) return [];
    let arrival = time + sample(model.latency, random.unit(streams.latency, link, k));
    if (random.chance(model.reorder, streams.reorder, link, k)) {
      arrival += sample(model.reorderDelay, random.unit(streams.reorderDelay, link, k));
    } else if (model.ordered) {
      arrival = Math.max(arrival, this.#lastArrival[link]!);
      this.#lastArrival[link] = arrival;
    }
    if (!random.chance(model.duplicate, streams.duplicate, link, k)) return [arrival];
    let copy = arrival + sample(model.latency, random.unit(streams.duplicateLatency, link, k));
    if (model.ordered) {
      copy = Math.max(copy, this.#lastArrival[link]!);
      this.#lastArrival[link] = copy;
    }
    return [arrival, copy];
  }
}
