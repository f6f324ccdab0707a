import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { drawExponential, microsecondsPerSecond } from "@fieldbook/kernel";
import type { Arrivals } from "../declaration.ts";
import { graphStreams } from "../streams.ts";
import { cosineOfTurn } from "./cosine.ts";

/** When requests are due, one after the other. */
export interface ArrivalTimes {
  /** The next, µs from the start, ascending; Infinity when no more come. */
  next(): Microseconds;
}

/** A Poisson process whose rate may change: candidates at the highest rate, each kept with rate / highest. */
class PoissonTimes implements ArrivalTimes {
  readonly #random: KeyedRandom;
  readonly #id: number;
  readonly #gaps: ReturnType<KeyedRandom["series"]>;
  /** Mean distance of candidates, µs. */
  readonly #gap: number;
  readonly #share: ((time: Microseconds) => number) | undefined;
  readonly #until: Microseconds;
  #time: number;
  #candidates = 0;

  constructor(terms: {
    readonly random: KeyedRandom;
    readonly id: number;
    readonly highest: number;
    readonly share?: ((time: Microseconds) => number) | undefined;
    readonly from: Microseconds;
    readonly until: Microseconds;
  }) {
    this.#random = terms.random;
    this.#id = terms.id;
    this.#gaps = terms.random.series(graphStreams.arrivals, terms.id);
    this.#gap = microsecondsPerSecond / terms.highest;
    this.#share = terms.share;
    this.#time = terms.from;
    this.#until = terms.until;
  }

  next(): Microseconds {
    for (;;) {
      const candidate = this.#candidates;
      this.#candidates += 1;
      // Not rounded here, so that rounding does not change a high rate.
      this.#time += this.#gap * drawExponential(this.#gaps, candidate);
      const time = Math.floor(this.#time);
      if (time >= this.#until) return Infinity;
      if (this.#share === undefined) return time;
      if (this.#random.unit(graphStreams.thinning, this.#id, candidate) < this.#share(time)) return time;
    }
  }
}

/** At equal distances; the first a whole distance from the start. */
class ConstantTimes implements ArrivalTimes {
  readonly #rate: number;
  readonly #factor: (time: Microseconds) => number;
  #time = 0;

  constructor(rate: number, factor: (time: Microseconds) => number) {
    this.#rate = rate;
    this.#factor = factor;
  }

  next(): Microseconds {
    const factor = this.#factor(Math.floor(this.#time));
    if (factor <= 0) {
      // Nothing now: looked at again every millisecond.
      this.#time += 1_000;
      return this.#time > 1e15 ? Infinity : this.next();
    }
    this.#time += microsecondsPerSecond / (this.#rate * factor);
    return Math.round(this.#time);
  }
}

class GivenTimes implements ArrivalTimes {
  readonly #times: readonly Microseconds[];
  #index = 0;

  constructor(times: readonly Microseconds[]) {
    this.#times = times;
  }

  next(): Microseconds {
    const time = this.#times[this.#index];
    this.#index += 1;
    return time ?? Infinity;
  }
}

/** A stretch during which the traffic of a source is multiplied. */
export interface TrafficChange {
  readonly at: Microseconds;
  readonly until: Microseconds;
  readonly factor: number;
}

/**
 * The arrivals of an open source. What a change of traffic adds is a process of its own, so that without the change the
 * other arrivals come as before.
 *
 * @param source counts the sources; draws are keyed by it
 */
export function arrivalTimes(
  arrivals: Exclude<Arrivals, { readonly kind: "closed" }>,
  changes: readonly TrafficChange[],
  random: KeyedRandom,
  source: number,
): readonly ArrivalTimes[] {
  const factor = (time: Microseconds): number =>
    changes.reduce((product, { at, until, factor: by }) => (time >= at && time < until ? product * by : product), 1);
  if (arrivals.kind === "constant") return [new ConstantTimes(arrivals.rate, factor)];
  if (arrivals.kind === "trace") return [new GivenTimes(multiplied(arrivals.times, factor))];
  const { highest, rate } = intensity(arrivals);
  // Lasting reductions thin the arrivals; what goes beyond them comes on top.
  const lasting = (time: Microseconds): number => (rate(time) / highest) * Math.min(1, factor(time));
  const isSteady = arrivals.kind === "poisson" && changes.every(({ factor: by }) => by >= 1);
  const id = source * 100;
  const base = new PoissonTimes({
    random,
    id,
    highest,
    share: isSteady ? undefined : lasting,
    from: 0,
    until: Infinity,
  });
  const surges = changes
    .filter(({ factor: by }) => by > 1)
    .map(({ at, until, factor: by }, index) => {
      // Overlapping changes multiply; each adds its part to what is there without it.
      const before = (time: Microseconds): number =>
        changes
          .slice(
            0,
            changes.findIndex((change) => change.at === at && change.until === until && change.factor === by),
          )
          .reduce(
            (product, change) => (time >= change.at && time < change.until ? product * change.factor : product),
            1,
          );
      const most = Math.max(1, ...changes.map((change) => change.factor)) ** Math.max(0, changes.length - 1);
      const share = (time: Microseconds): number => (rate(time) / highest) * (before(time) / most);
      return new PoissonTimes({
        random,
        id: id + index + 1,
        highest: highest * (by - 1) * most,
        share: most === 1 && arrivals.kind === "poisson" ? undefined : share,
        from: at,
        until,
      });
    });
  return [base, ...surges];
}

type Varying = Extract<Arrivals, { readonly kind: "poisson" | "bursts" | "daily" }>;

/** The rate at each time, and the highest of all; per second. */
function intensity(arrivals: Varying): {
  readonly highest: number;
  readonly rate: (time: Microseconds) => number;
} {
  switch (arrivals.kind) {
    case "poisson":
      return { highest: arrivals.rate, rate: () => arrivals.rate };
    case "bursts": {
      const { rate, burstRate, period, length } = arrivals;
      return { highest: Math.max(rate, burstRate), rate: (time) => (time % period < length ? burstRate : rate) };
    }
    case "daily": {
      const { mean, swing, period, peakAt } = arrivals;
      return {
        highest: mean * (1 + swing),
        rate: (time) => mean * (1 + swing * cosineOfTurn((time - peakAt) / period)),
      };
    }
  }
}

/** Each time as often as the factor says; the part beyond a whole number is dealt evenly. */
function multiplied(times: readonly Microseconds[], factor: (time: Microseconds) => number): readonly Microseconds[] {
  let due = 0;
  return times.flatMap((time) => {
    due += factor(time);
    const copies = Math.floor(due + 1e-9);
    due -= copies;
    return Array.from({ length: copies }, () => time);
  });
}
