/**
 * Keyed randomness: a draw is a function of (seed, stream, logical id) and of nothing else.
 *
 * There is no generator state to advance, so a decision that is taken out of a run leaves every other as it was: the
 * k-th message of a link meets the same weather whatever happens on the other links. Shrinking, what-if questions and "two algorithms under the same weather" rest on that. The idea is
 * Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011); the mixing is Appleby's MurmurHash3 (block
 * step and finaliser), run over the words of the key in two lanes.
 */
export interface KeyedRandom {
  readonly seed: number;
  /** A whole number from 0 to 2^32 − 1, each as likely. The ids count up to 2^32. */
  u32(stream: number, a: number, b?: number, c?: number): number;
  /** A multiple of 2^−53 in [0, 1). */
  unit(stream: number, a: number, b?: number, c?: number): number;
  /** A whole number from 0 to `bound` − 1; `bound` from 1 to 2^32. The bias is below bound / 2^53. */
  below(bound: number, stream: number, a: number, b?: number, c?: number): number;
  /** True with probability `partsPerMillion` / 1,000,000. */
  chance(partsPerMillion: number, stream: number, a: number, b?: number, c?: number): boolean;
  /** The draws (stream, a, b) for all b, at half the price: what they have in common is mixed once. */
  series(stream: number, a: number): DrawSeries;
}

/** The draws of one stream under one id; each method gives what `KeyedRandom`'s gives for (stream, a, b). */
export interface DrawSeries {
  u32(b: number): number;
  unit(b: number): number;
  chance(partsPerMillion: number, b: number): boolean;
}

function block(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e_2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b87_3593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe654_6b64) | 0;
}

/** MurmurHash3's 32-bit finaliser: every input bit changes every output bit with probability near one half. */
export function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return h ^ (h >>> 16);
}

/** What the draws of a stream under one id have in common. */
const common = (key: number, stream: number, a: number): number => block(block(key, stream), a);

const lane = (mixed: number, b: number, c: number): number => avalanche(block(block(mixed, b), c) ^ 16) >>> 0;

const unitOf = (one: number, other: number): number => ((one >>> 5) * 0x400_0000 + (other >>> 6)) / 0x20_0000_0000_0000;

/** What the upper 27 bits of a draw say of a chance: true, false, or undefined when the other 26 decide. */
function decided(partsPerMillion: number, one: number): boolean | undefined {
  const upper = (one >>> 5) / 0x800_0000;
  if (upper * 1_000_000 >= partsPerMillion) return false;
  return (upper + 1 / 0x800_0000) * 1_000_000 < partsPerMillion ? true : undefined;
}

class SeededSeries implements DrawSeries {
  readonly #first: number;
  readonly #second: number;

  constructor(first: number, second: number) {
    this.#first = first;
    this.#second = second;
  }

  u32(b: number): number {
    return lane(this.#first, b, 0);
  }

  unit(b: number): number {
    return unitOf(lane(this.#first, b, 0), lane(this.#second, b, 0));
  }

  chance(partsPerMillion: number, b: number): boolean {
    if (partsPerMillion <= 0) return false;
    return decided(partsPerMillion, lane(this.#first, b, 0)) ?? this.unit(b) * 1_000_000 < partsPerMillion;
  }
}

/** A class, not an object of closures: engines inline the methods of a class where a draw is asked for. */
class SeededDraws implements KeyedRandom {
  readonly seed: number;
  readonly #first: number;
  readonly #second: number;

  constructor(seed: number) {
    const low = seed | 0;
    const high = Math.floor(seed / 0x1_0000_0000) | 0;
    this.seed = seed;
    this.#first = block(block(0x2545_f491, low), high);
    this.#second = block(block(0x6c62_272e, high), low);
  }

  u32(stream: number, a: number, b = 0, c = 0): number {
    return lane(common(this.#first, stream, a), b, c);
  }

  unit(stream: number, a: number, b = 0, c = 0): number {
    return unitOf(lane(common(this.#first, stream, a), b, c), lane(common(this.#second, stream, a), b, c));
  }

  below(bound: number, stream: number, a: number, b = 0, c = 0): number {
    return Math.floor(this.unit(stream, a, b, c) * bound);
  }

  chance(partsPerMillion: number, stream: number, a: number, b = 0, c = 0): boolean {
    if (partsPerMillion <= 0) return false;
    const upper = decided(partsPerMillion, this.u32(stream, a, b, c));
    return upper ?? this.unit(stream, a, b, c) * 1_000_000 < partsPerMillion;
  }

  series(stream: number, a: number): DrawSeries {
    return new SeededSeries(common(this.#first, stream, a), common(this.#second, stream, a));
  }
}

/** @param seed a whole number from 0 to 2^53 − 1; a RangeError says so otherwise */
export function keyedRandom(seed: number): KeyedRandom {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is a whole number from 0 to 2^53 − 1; got ${String(seed)}.`);
  }
  return new SeededDraws(seed);
}
