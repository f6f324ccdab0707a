import { drawSample } from "@fieldbook/kernel";
import type { Distribution, DrawSeries, KeyedRandom, Microseconds } from "@fieldbook/kernel";
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

/** One direction between two endpoints. */
export class Link {
  readonly #model: LinkModel;
  readonly #loss: DrawSeries;
  readonly #latency: DrawSeries;
  readonly #duplicate: DrawSeries;
  readonly #random: KeyedRandom;
  readonly #number: number;
  #carried = 0;
  #lastArrival: Microseconds = 0;

  constructor(model: LinkModel, random: KeyedRandom, number: number) {
    this.#model = model;
    this.#loss = random.series(streams.loss, number);
    this.#latency = random.series(streams.latency, number);
    this.#duplicate = random.series(streams.duplicate, number);
    this.#random = random;
    this.#number = number;
  }

  /** How many messages the link has carried; this one is counted from now on. */
  count(): number {
    this.#carried += 1;
    return this.#carried - 1;
  }

  /** What becomes of the k-th message, sent at `time`. */
  decide(k: number, time: Microseconds): Deliveries {
    const first = this.first(k, time);
    if (first < 0) return [];
    const second = this.second(k, first);
    return second < 0 ? [first] : [first, second];
  }

  /** When the k-th message, sent at `time`, arrives; −1 when it is lost. */
  first(k: number, time: Microseconds): Microseconds {
    const model = this.#model;
    if (this.#loss.chance(model.loss, k)) return -1;
    const arrival = time + drawSample(model.latency, this.#latency, k);
    if (model.reorder > 0 && this.#random.chance(model.reorder, streams.reorder, this.#number, k)) {
      return arrival + drawSample(model.reorderDelay, this.#random.series(streams.reorderDelay, this.#number), k);
    }
    return model.ordered ? this.#inOrder(arrival) : arrival;
  }

  /** When a duplicate of it arrives, where the first arrives at `first`; −1 when there is none. */
  second(k: number, first: Microseconds): Microseconds {
    const model = this.#model;
    if (!this.#duplicate.chance(model.duplicate, k)) return -1;
    const arrival = first + drawSample(model.latency, this.#random.series(streams.duplicateLatency, this.#number), k);
    return model.ordered ? this.#inOrder(arrival) : arrival;
  }

  #inOrder(arrival: Microseconds): Microseconds {
    this.#lastArrival = Math.max(arrival, this.#lastArrival);
    return this.#lastArrival;
  }
}

/**
 * Decides what happens to each message on its way. A decision depends on (seed, link, how many messages the link carried
 * before) alone, so the weather on one link is the same whatever happens on the others.
 */
export class Network {
  readonly #random: KeyedRandom;
  readonly #endpoints: number;
  readonly #model: LinkModel;
  readonly #special = new Map<number, LinkModel>();
  /** Made when they are first used. */
  readonly #links: (Link | undefined)[];

  constructor(random: KeyedRandom, model: NetworkModel, endpoints: readonly string[]) {
    this.#random = random;
    this.#endpoints = endpoints.length;
    this.#model = model;
    this.#links = Array.from({ length: endpoints.length * endpoints.length }, () => undefined);
    for (const special of model.links ?? []) {
      const from = endpoints.indexOf(special.from);
      const to = endpoints.indexOf(special.to);
      if (from < 0 || to < 0) throw new RangeError(`There is no link from ${special.from} to ${special.to}.`);
      this.#special.set(from * this.#endpoints + to, { ...model, ...special });
    }
  }

  link(from: number, to: number): Link {
    const number = from * this.#endpoints + to;
    return this.#links[number] ?? this.#open(number);
  }

  #open(number: number): Link {
    const link = new Link(this.#special.get(number) ?? this.#model, this.#random, number);
    this.#links[number] = link;
    return link;
  }
}
