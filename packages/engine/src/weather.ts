import { hashPlain, sample } from "@fieldbook/kernel";
import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import type { Weather } from "./faults/fault.ts";
import { streams } from "./streams.ts";

interface Active {
  readonly index: number;
  /** Names the fault in its draws: they stay as they are when another fault is taken away. */
  readonly id: number;
  readonly fault: Weather;
  readonly from: ReadonlySet<number> | undefined;
  readonly to: ReadonlySet<number> | undefined;
  /** Of a bandwidth fault: when each link has sent all it was given. */
  readonly busy: Map<number, Microseconds>;
}

/**
 * The weather faults that last now and what they do to a message. A decision hangs on (seed, fault, link, how many messages
 * the link carried before) alone.
 */
export class WeatherNow {
  readonly #random: KeyedRandom;
  readonly #endpoints: readonly string[];
  #active: readonly Active[] = [];

  constructor(random: KeyedRandom, endpoints: readonly string[]) {
    this.#random = random;
    this.#endpoints = endpoints;
  }

  get calm(): boolean {
    return this.#active.length === 0;
  }

  /** Whether messages may overtake each other even on links that keep order. */
  get reorders(): boolean {
    return this.#active.some(({ fault }) => fault.kind === "reordering");
  }

  begin(index: number, fault: Weather): void {
    const codes = (names: readonly string[] | undefined): ReadonlySet<number> | undefined =>
      names === undefined ? undefined : new Set(names.map((name) => this.#endpoints.indexOf(name)));
    const id = hashPlain(fault);
    const active = { index, id, fault, from: codes(fault.from), to: codes(fault.to), busy: new Map<number, number>() };
    this.#active = [...this.#active, active];
  }

  end(index: number): void {
    this.#active = this.#active.filter((active) => active.index !== index);
  }

  /**
   * What the weather makes of the k-th message of a link.
   *
   * @param arrivals when its copies would arrive
   * @param size its length in bytes; asked for only where bandwidth is short
   */
  change(
    from: number,
    to: number,
    k: number,
    time: Microseconds,
    arrivals: readonly Microseconds[],
    size: () => number,
  ): readonly Microseconds[] {
    let result = arrivals;
    const link = from * this.#endpoints.length + to;
    for (const active of this.#active) {
      if (!(active.from?.has(from) ?? true) || !(active.to?.has(to) ?? true)) continue;
      result = this.#applied(active, link, k, time, result, size);
    }
    return result;
  }

  #applied(
    { fault, id, busy }: Active,
    link: number,
    k: number,
    time: Microseconds,
    arrivals: readonly Microseconds[],
    size: () => number,
  ): readonly Microseconds[] {
    const random = this.#random;
    switch (fault.kind) {
      case "loss":
        return random.chance(fault.rate, streams.weather, id, link, k) ? [] : arrivals;
      case "duplication": {
        const [first] = arrivals;
        if (first === undefined || !random.chance(fault.rate, streams.weather, id, link, k)) return arrivals;
        const later =
          fault.by === undefined
            ? 1 + random.below(2 * Math.max(0, first - time) + 1, streams.weatherTime, id, link, k)
            : sample(fault.by, random.unit(streams.weatherTime, id, link, k));
        return [...arrivals, first + later];
      }
      case "delay":
        return arrivals.map((at) => at + sample(fault.by, random.unit(streams.weather, id, link, k)));
      case "reordering":
        if (!random.chance(fault.rate, streams.weather, id, link, k)) return arrivals;
        return arrivals.map((at) => at + sample(fault.by, random.unit(streams.weatherTime, id, link, k)));
      case "clogging":
        // What a slow disk lets out after the span is not held back.
        return arrivals.map((at) => Math.max(fault.until, time) + (at - time));
      case "bandwidth": {
        const free = Math.max(time, busy.get(link) ?? 0);
        const sent = free + Math.ceil((size() * 1_000_000) / fault.bytesPerSecond);
        busy.set(link, sent);
        return arrivals.map((at) => at + sent - time);
      }
    }
  }
}
