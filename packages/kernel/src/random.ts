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

function lane(key: number, stream: number, a: number, b: number, c: number): number {
  return avalanche(block(block(block(block(key, stream), a), b), c) ^ 16) >>> 0;
}

/** @param seed a whole number from 0 to 2^53 − 1; a RangeError says so otherwise */
export function keyedRandom(seed: number): KeyedRandom {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is a whole number from 0 to 2^53 − 1; got ${String(seed)}.`);
  }
  const low = seed | 0;
  const high = Math.floor(seed / 0x1_0000_0000) | 0;
  const first = block(block(0x2545_f491, low), high);
  const second = block(block(0x6c62_272e, high), low);
  const unit = (stream: number, a: number, b = 0, c = 0): number =>
    ((lane(first, stream, a, b, c) >>> 5) * 0x400_0000 + (lane(second, stream, a, b, c) >>> 6)) / 0x20_0000_0000_0000;
  return {
    seed,
    u32: (stream, a, b = 0, c = 0) => lane(first, stream, a, b, c),
    unit,
    below: (bound, stream, a, b = 0, c = 0) => Math.floor(unit(stream, a, b, c) * bound),
    chance: (partsPerMillion, stream, a, b = 0, c = 0) => {
      if (partsPerMillion <= 0) return false;
      // Most draws are decided by their upper 27 bits; the result is the same as with all 53.
      const upper = (lane(first, stream, a, b, c) >>> 5) / 0x800_0000;
      if (upper * 1_000_000 >= partsPerMillion) return false;
      return (
        (upper + 1 / 0x800_0000) * 1_000_000 < partsPerMillion || unit(stream, a, b, c) * 1_000_000 < partsPerMillion
      );
    },
  };
}
