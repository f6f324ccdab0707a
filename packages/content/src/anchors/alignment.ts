import { blockAt } from "./revision.ts";
import type { Revision, Sentence } from "./revision.ts";
import { Similarity } from "./similarity.ts";
import { contextAgreement, contextOf } from "./source-sentence.ts";
import type { SourceSentence } from "./source-sentence.ts";

/** Where a sentence was found again. */
export interface Found {
  readonly now: Sentence;
  readonly exact: boolean;
  /** From 0 to 1. */
  readonly similarity: number;
  /** From 0 to 1: how far its neighbours are the same as before. */
  readonly context: number;
}

/** How alike a sentence has to be. Chosen on the tuning half of the corpus (`bench/anchors-accuracy.ts`). */
export interface Thresholds {
  /** Among strangers. */
  readonly alone: number;
  /** Between its old neighbours; in between the bar falls evenly. */
  readonly amongNeighbours: number;
}

/** With the whole earlier text, what another sentence was word for word is not up for choice, and the bar may be low. */
const thresholdsWithText: Thresholds = { alone: 0.6, amongNeighbours: 0.3 };

/** With a quotation alone. */
const thresholdsWithQuote: Thresholds = { alone: 0.72, amongNeighbours: 0.5 };

/** Shorter sentences say too little to be known without their place. */
const fewWords = 4;
/** Candidates that share words and are compared in full. */
const mostCandidates = 8;
/** How far neighbours are sought where those beside a sentence were not found. */
const reach = 3;
/** Below this a comparison with the nearest sentence helps nobody. */
const worthShowing = 0.25;

interface Pair {
  readonly source: number;
  readonly now: Sentence;
  readonly similarity: number;
  readonly context: number;
}

/** Looks for sentences in a revision: the same words first, then, above a threshold, the likest. */
export class Alignment {
  readonly #sources: readonly SourceSentence[];
  readonly #now: Revision;
  /** The sources are the whole earlier text in order. */
  readonly #whole: boolean;
  readonly #similarity: Similarity;
  readonly #thresholds: Thresholds;
  readonly #found: (Found | undefined)[];
  readonly #taken = new Map<Sentence, number[]>();
  readonly #similarities = new Map<number, Map<Sentence, number>>();

  constructor(sources: readonly SourceSentence[], now: Revision, whole: boolean, thresholds?: Thresholds) {
    this.#sources = sources;
    this.#now = now;
    this.#whole = whole;
    this.#similarity = new Similarity(now);
    this.#thresholds = thresholds ?? (whole ? thresholdsWithText : thresholdsWithQuote);
    this.#found = Array.from({ length: sources.length });
  }

  /** For each source where it stands now, or undefined. */
  run(): readonly (Found | undefined)[] {
    this.#takeExact("unique");
    this.#takeExact("any");
    // The surest first: what they settle says more about their neighbours.
    for (const margin of [0.15, 0, 0]) this.#takeAlike(margin);
    return this.#found;
  }

  /** What is likest to a sentence that was not found, though not like enough; undefined when nothing is. */
  nearest(source: number): Sentence | undefined {
    let best: Pair | undefined;
    for (const now of this.#candidates(source)) {
      const pair = this.#compare(source, now);
      if (pair.similarity >= worthShowing && (best === undefined || rank(pair) > rank(best))) best = pair;
    }
    return best?.now;
  }

  #take({ source, now, similarity, context }: Pair, exact: boolean): void {
    this.#found[source] = { now, exact, similarity, context };
    const takers = this.#taken.get(now);
    if (takers === undefined) this.#taken.set(now, [source]);
    else takers.push(source);
  }

  /** 1 when the candidate stands beside what the neighbour became, less further off, 0 elsewhere. */
  #beside(source: number, now: Sentence, step: 1 | -1): number {
    const { chapter } = this.#sources[source]!;
    for (let distance = 1; distance <= reach; distance += 1) {
      const neighbour = this.#sources[source + step * distance];
      if (neighbour === undefined || neighbour.chapter !== chapter) {
        const edge = this.#now.sentences[now.order + step];
        const atEdge = edge === undefined || edge.chapter !== now.chapter;
        return atEdge && this.#now.chapters[now.chapter]!.id === chapter ? 1 : 0;
      }
      const found = this.#found[source + step * distance];
      if (found === undefined) continue;
      const apart = (found.now.order - now.order) * step;
      if (found.now.chapter !== now.chapter) return 0;
      if (apart === 1) return 1;
      if (apart >= 0 && apart <= distance + reach) return 0.7;
      return found.now.block === now.block ? 0.5 : 0;
    }
    return 0;
  }

  #context(source: number, now: Sentence): number {
    if (this.#whole) return (this.#beside(source, now, -1) + this.#beside(source, now, 1)) / 2;
    const { before, after } = this.#sources[source]!;
    const around = contextOf(this.#now, now);
    const agreement = (side: "before" | "after", then: string): number =>
      Math.min(1, 2 * contextAgreement(then, around[side], side));
    return (agreement("before", before) + agreement("after", after)) / 2;
  }

  /** Prefers the same place where the same words stand several times. */
  #placeScore(source: number, now: Sentence, context: number): number {
    const { chapter, section, hash } = this.#sources[source]!;
    const block = blockAt(this.#now, now);
    const sameChapter = this.#now.chapters[now.chapter]!.id === chapter;
    return (
      4 * context +
      (block.hash === hash ? 2 : 0) +
      (sameChapter ? 1 : 0) +
      (sameChapter && block.section === section ? 1 : 0)
    );
  }

  #takeExact(which: "unique" | "any"): void {
    const byPlain = new Map<string, number[]>();
    for (const [source, { plain }] of this.#sources.entries()) {
      if (this.#found[source] !== undefined) continue;
      const same = byPlain.get(plain);
      if (same === undefined) byPlain.set(plain, [source]);
      else same.push(source);
    }
    for (const [plain, sources] of byPlain) {
      const places = this.#now.byPlain.get(plain) ?? [];
      if (this.#whole) {
        const unique = places.length === 1 && sources.length === 1;
        if (unique === (which === "unique")) this.#matchSame(sources, places);
      } else {
        for (const source of sources) this.#matchSame([source], places);
      }
    }
  }

  /** Gives each of several equal sentences a place of its own, those with the most in common first. */
  #matchSame(sources: readonly number[], places: readonly Sentence[]): void {
    const left = new Set(places.filter((now) => !this.#whole || !this.#taken.has(now)));
    const waiting = new Set(sources);
    while (left.size > 0 && waiting.size > 0) {
      let best: (Pair & { readonly score: number }) | undefined;
      for (const source of waiting) {
        for (const now of left) {
          const context = this.#context(source, now);
          const score = this.#placeScore(source, now, context);
          if (best === undefined || score > best.score) best = { source, now, similarity: 1, context, score };
        }
      }
      if (best === undefined || !this.#isKnown(best)) return;
      this.#take(best, true);
      waiting.delete(best.source);
      left.delete(best.now);
    }
  }

  /** Whether equal words are enough: a short sentence may stand anywhere by chance. */
  #isKnown({ source, now, context }: Pair): boolean {
    const { stems, chapter, section } = this.#sources[source]!;
    if (stems.length >= fewWords || context >= 0.5) return true;
    if (this.#now.chapters[now.chapter]!.id !== chapter) return false;
    return this.#whole || blockAt(this.#now, now).section === section;
  }

  #takeAlike(margin: number): void {
    const pairs: Pair[] = [];
    for (const source of this.#sources.keys()) {
      if (this.#found[source] !== undefined) continue;
      for (const now of this.#candidates(source)) {
        const pair = this.#compare(source, now);
        if (pair.similarity >= this.#bar(pair) + margin) pairs.push(pair);
      }
    }
    pairs.sort((one, other) => rank(other) - rank(one) || one.source - other.source);
    for (const pair of pairs) {
      if (this.#found[pair.source] === undefined && this.#isFree(pair)) this.#take(pair, false);
    }
  }

  #bar({ source, now, context }: Pair): number {
    const { alone, amongNeighbours } = this.#thresholds;
    const words = Math.min(this.#sources[source]!.stems.length, now.stems.length);
    if (words < fewWords && context < 0.5) return 2;
    return alone - (alone - amongNeighbours) * context;
  }

  #compare(source: number, now: Sentence): Pair {
    const known = this.#similarities.get(source) ?? new Map<Sentence, number>();
    this.#similarities.set(source, known);
    let similarity = known.get(now);
    if (similarity === undefined) {
      similarity = this.#similarity.of(this.#sources[source]!, now);
      known.set(now, similarity);
    }
    return { source, now, similarity, context: this.#context(source, now) };
  }

  /** The sentence was no other's, or several became one and this is a part of it. */
  #isFree({ source, now }: Pair): boolean {
    const takers = this.#taken.get(now);
    if (takers === undefined || !this.#whole) return true;
    if (takers.some((taker) => this.#found[taker]!.exact)) return false;
    const near = takers.every((taker) => Math.abs(taker - source) <= reach);
    return near && this.#similarity.contained(this.#sources[source]!, now) >= 0.6;
  }

  /** Sentences that share the most weight of words, and those where the sentence should stand. */
  #candidates(source: number): ReadonlySet<Sentence> {
    const shared = new Map<Sentence, number>();
    for (const stem of new Set(this.#sources[source]!.stems)) {
      const standing = this.#now.byStem.get(stem) ?? [];
      if (standing.length > 200) continue;
      const weight = this.#similarity.weight(stem);
      for (const now of standing) {
        if (this.#isOwned(now)) continue;
        shared.set(now, (shared.get(now) ?? 0) + weight);
      }
    }
    const best = [...shared].sort((one, other) => other[1] - one[1] || one[0].order - other[0].order);
    const candidates = new Set(best.slice(0, mostCandidates).map(([now]) => now));
    if (this.#whole) for (const now of this.#inPlace(source)) candidates.add(now);
    return candidates;
  }

  /** It was another sentence word for word before. */
  #isOwned(now: Sentence): boolean {
    return this.#whole && (this.#taken.get(now)?.some((taker) => this.#found[taker]!.exact) ?? false);
  }

  #inPlace(source: number): readonly Sentence[] {
    const places: Sentence[] = [];
    for (const step of [-1, 1] as const) {
      const found = this.#found[source + step];
      if (found === undefined) continue;
      for (const away of [0, 1, 2]) {
        const now = this.#now.sentences[found.now.order - step * away];
        if (now !== undefined && now.chapter === found.now.chapter && !this.#isOwned(now)) places.push(now);
      }
    }
    return places;
  }
}

const rank = ({ similarity, context }: Pair): number => similarity + 0.3 * context;
