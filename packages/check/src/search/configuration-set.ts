const empty = -1;
/** Beyond this the set takes nothing more in: a search then only takes longer. 64 Mi words are 256 MiB. */
const arenaWordsMax = 1 << 26;

/**
 * The configurations that a search has been in: a fixed number of words that are compared exactly, then a set of used
 * optional operations as bits.
 *
 * Of two configurations with equal words the one that has used fewer optional operations can do all that the other
 * can. So one that has used at least what a known one has used need not be searched.
 */
export class ConfigurationSet {
  readonly #words: number;
  readonly #bits: number;
  readonly #entrySize: number;
  /** Open addressing: the first entry with these words. */
  #slots = new Int32Array(64).fill(empty);
  /** Entries: words, bits, the next entry with the same words. */
  #arena: Int32Array;
  #used = 0;
  #chains = 0;

  /**
   * @param words how many words of a configuration are compared for equality
   * @param bits how many words of bits follow them
   */
  constructor(words: number, bits: number) {
    this.#words = words;
    this.#bits = bits;
    this.#entrySize = words + bits + 1;
    this.#arena = new Int32Array(this.#entrySize * 32);
  }

  /** Takes a configuration in; false when the set has one that can do all that this one can. */
  add(configuration: Int32Array): boolean {
    const words = this.#words;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashWords(configuration, 0, words) & mask;
    for (;;) {
      const first = slots[slot]!;
      if (first === empty) break;
      if (this.#sameWords(first, configuration)) return this.#addToChain(first, configuration);
      slot = (slot + 1) & mask;
    }
    const entry = this.#append(configuration, empty);
    if (entry === empty) return true;
    slots[slot] = entry;
    this.#chains += 1;
    if (this.#chains * 2 > slots.length) this.#growSlots();
    return true;
  }

  #addToChain(first: number, configuration: Int32Array): boolean {
    if (this.#bits === 0) return false;
    const next = this.#entrySize - 1;
    for (let entry = first; entry !== empty; entry = this.#arena[entry + next]!) {
      if (this.#usesNoMore(entry, configuration)) return false;
    }
    const added = this.#append(configuration, this.#arena[first + next]!);
    if (added !== empty) this.#arena[first + next] = added;
    return true;
  }

  #sameWords(entry: number, configuration: Int32Array): boolean {
    const arena = this.#arena;
    for (let word = 0; word < this.#words; word += 1) {
      if (arena[entry + word] !== configuration[word]) return false;
    }
    return true;
  }

  #usesNoMore(entry: number, configuration: Int32Array): boolean {
    const arena = this.#arena;
    const end = this.#words + this.#bits;
    for (let word = this.#words; word < end; word += 1) {
      if ((arena[entry + word]! & ~configuration[word]!) !== 0) return false;
    }
    return true;
  }

  #append(configuration: Int32Array, next: number): number {
    const size = this.#entrySize;
    if (this.#used + size > this.#arena.length) {
      if (this.#arena.length * 2 > arenaWordsMax) return empty;
      const larger = new Int32Array(this.#arena.length * 2);
      larger.set(this.#arena);
      this.#arena = larger;
    }
    const entry = this.#used;
    const arena = this.#arena;
    for (let word = 0; word < size - 1; word += 1) arena[entry + word] = configuration[word]!;
    arena[entry + size - 1] = next;
    this.#used += size;
    return entry;
  }

  #growSlots(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 4).fill(empty);
    const mask = slots.length - 1;
    for (const entry of old) {
      if (entry === empty) continue;
      let slot = hashWords(this.#arena, entry, this.#words) & mask;
      while (slots[slot] !== empty) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
    this.#slots = slots;
  }
}

function hashWords(words: Int32Array, from: number, length: number): number {
  let hash = 0x811c_9dc5;
  for (let word = from; word < from + length; word += 1) {
    hash = Math.imul(hash ^ words[word]!, 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
