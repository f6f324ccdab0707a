import type { Revision, Sentence } from "./revision.ts";

/** A sentence as it is compared. */
export type Comparable = Pick<Sentence, "plain" | "stems">;

/** A sentence that takes in another, or is a part of it, is at most so alike. */
const partShare = 0.85;

/** Common words alone make up nearly half of a short sentence within a long one. */
const leastContained = 0.6;

function trigramsOf(plain: string): ReadonlySet<string> {
  const padded = ` ${plain.toLowerCase()} `;
  const found = new Set<string>();
  for (let start = 0; start + 3 <= padded.length; start += 1) found.add(padded.slice(start, start + 3));
  return found;
}

/** How alike two sentences are; words that are rare in the revision weigh more. */
export class Similarity {
  readonly #revision: Revision;
  readonly #trigrams = new Map<Comparable, ReadonlySet<string>>();

  constructor(revision: Revision) {
    this.#revision = revision;
  }

  /** A word in 16 sentences weighs half of one that stands in a single sentence or in none. */
  weight(stem: string): number {
    return 1 / Math.sqrt(Math.sqrt(Math.max(1, this.#revision.byStem.get(stem)?.length ?? 1)));
  }

  #total(stems: readonly string[]): number {
    let total = 0;
    for (const stem of stems) total += this.weight(stem);
    return total;
  }

  /** Dice's coefficient of the words, by weight; 1 for the same words in any order. */
  words(one: Comparable, other: Comparable): number {
    const counts = new Map<string, number>();
    for (const stem of one.stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
    let shared = 0;
    for (const stem of other.stems) {
      const count = counts.get(stem) ?? 0;
      if (count === 0) continue;
      counts.set(stem, count - 1);
      shared += this.weight(stem);
    }
    const all = this.#total(one.stems) + this.#total(other.stems);
    return all === 0 ? 0 : (2 * shared) / all;
  }

  #trigramsFor(sentence: Comparable): ReadonlySet<string> {
    const known = this.#trigrams.get(sentence);
    if (known !== undefined) return known;
    const found = trigramsOf(sentence.plain);
    this.#trigrams.set(sentence, found);
    return found;
  }

  /** Dice's coefficient of the runs of three letters: forgives other endings and slips of the pen. */
  letters(one: Comparable, other: Comparable): number {
    const first = this.#trigramsFor(one);
    const second = this.#trigramsFor(other);
    let shared = 0;
    for (const trigram of first) if (second.has(trigram)) shared += 1;
    return (2 * shared) / (first.size + second.size);
  }

  /** The share of the part's weight that stands in the whole in the same order. */
  contained(part: Comparable, whole: Comparable): number {
    const width = whole.stems.length + 1;
    let above = new Float64Array(width);
    for (const stem of part.stems) {
      const row = new Float64Array(width);
      const weight = this.weight(stem);
      for (let column = 1; column < width; column += 1) {
        row[column] =
          whole.stems[column - 1] === stem ? above[column - 1]! + weight : Math.max(above[column]!, row[column - 1]!);
      }
      above = row;
    }
    const total = this.#total(part.stems);
    return total === 0 ? 0 : above[width - 1]! / total;
  }

  /**
   * From 0 to 1: words and letters together, or how far the shorter is a part of the longer, for sentences that were
   * merged or split.
   */
  of(then: Comparable, now: Comparable): number {
    const whole = 0.6 * this.words(then, now) + 0.4 * this.letters(then, now);
    const [short, long] = then.stems.length < now.stems.length ? [then, now] : [now, then];
    if (short.stems.length < 4 || long.stems.length < 1.3 * short.stems.length) return whole;
    // A part that is a small piece of the old sentence does not stand for it.
    const share = short === now ? Math.min(1, this.#total(now.stems) / this.#total(then.stems) / 0.35) : 1;
    const contained = this.contained(short, long);
    return contained < leastContained ? whole : Math.max(whole, partShare * share * contained);
  }
}
