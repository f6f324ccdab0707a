import type { Microseconds } from "./time.ts";

/** A time is read as seven digits of 8 bits; a bucket is one value of one digit. */
const digitBits = 8;
const digits = 256;
const levels = 7;
/** The four lower digits fill one 32-bit word; the three upper ones are taken from the time divided by this. */
const wordSize = 0x1_0000_0000;
const lowerLevels = 4;
const chunkEvents = 16;
const none = -1;

/**
 * Pending events without objects, in the same total order (time, pushed first) as `EventQueue`: for simulations that
 * keep a million of them. An event is a time and two numbers of 32 bits, whose meaning is the caller's.
 *
 * A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster Algorithms for the Shortest Path Problem", JACM 1990) of base
 * 256. It rests on time never running backwards: an event lies in the bucket named by the highest digit in which its
 * time differs from the time popped last, and moves down at most six times. Buckets are lists of small arrays, so moving
 * reads and writes memory in order, which is what counts with a million pending. Equal times share a bucket always and
 * keep the order of pushing, so no sequence number is stored: 16 bytes an event, about 24 with the room for growth.
 */
export class PackedEventQueue {
  #time: Microseconds = 0;
  #code = 0;
  #data = 0;
  #size = 0;
  /** The first time that differs from `time` above the lower word. */
  #wordEnd = wordSize;
  /** The earliest pending time where it is known, else −1. */
  #earliest: Microseconds = none;
  /** Events of the bucket that is being popped that are gone already; all buckets but one are whole. */
  #taken = 0;

  readonly #firstChunk = new Int32Array(levels * digits).fill(none);
  readonly #lastChunk = new Int32Array(levels * digits).fill(none);
  /** How many events the last chunk of a bucket holds. */
  readonly #lastFill = new Uint8Array(levels * digits);
  /** One bit a bucket, eight words a level, and one bit for each word that is not empty. */
  readonly #occupied = new Int32Array((levels * digits) / 32);
  readonly #occupiedWords = new Uint8Array(levels);

  #times = new Float64Array(0);
  #codes = new Int32Array(0);
  #datas = new Int32Array(0);
  #nextChunk = new Int32Array(0);
  #freeChunk = none;

  /**
   * @param expected events that will be pending at the same time at most: room for them is made at once, so that no
   *   growth copies it. More are welcome.
   */
  constructor(expected = 0) {
    if (expected > 0) this.#grow(Math.ceil(expected / chunkEvents) + Math.min(expected, levels * digits));
  }

  /** The time of the event popped last; nothing can be pushed before it. */
  get time(): Microseconds {
    return this.#time;
  }

  /** The code of the event popped last. */
  get code(): number {
    return this.#code;
  }

  /** The data of the event popped last. */
  get data(): number {
    return this.#data;
  }

  /** How many events are pending. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that pending events take up, with the room kept for more. */
  get bytes(): number {
    return this.#times.length * 16 + this.#nextChunk.length * 4 + levels * digits * 9;
  }

  /** The time of the next event, or Infinity. */
  get nextTime(): Microseconds {
    if (this.#size === 0) return Infinity;
    if (this.#earliest === none) {
      this.#earliest =
        this.#occupiedWords[0] === 0
          ? this.#earliestIn(this.#firstBucket(this.#lowestLevel()))
          : this.#time - (this.#time & (digits - 1)) + this.#firstBucket(0);
    }
    return this.#earliest;
  }

  /**
   * @param code a whole number from −2^31 to 2^31 − 1
   * @param data the same
   * @throws RangeError for a time that is not a whole number or lies in the past, and for other codes and data
   */
  push(time: Microseconds, code: number, data: number): void {
    if (!(time >= this.#time) || !Number.isSafeInteger(time)) {
      throw new RangeError(
        `An event needs a whole number of µs, not before ${String(this.#time)}; got ${String(time)}.`,
      );
    }
    if ((code | 0) !== code || (data | 0) !== data) {
      throw new RangeError(`Code and data are whole numbers of 32 bits; got ${String(code)} and ${String(data)}.`);
    }
    if (time < this.#earliest) this.#earliest = time;
    this.#size += 1;
    this.#append(this.#bucketOf(time), time, code, data);
  }

  /** Takes the next event into `time`, `code` and `data`; false when none is pending. */
  pop(): boolean {
    if (this.#size === 0) return false;
    if (this.#occupiedWords[0] === 0) this.#refill();
    const bucket = this.#firstBucket(0);
    const chunk = this.#firstChunk[bucket]!;
    const at = chunk * chunkEvents + this.#taken;
    this.#time = this.#times[at]!;
    this.#code = this.#codes[at]!;
    this.#data = this.#datas[at]!;
    this.#size -= 1;
    this.#earliest = none;
    this.#taken += 1;
    if (chunk === this.#lastChunk[bucket] && this.#taken === this.#lastFill[bucket]) {
      this.#empty(bucket);
      this.#free(chunk);
      this.#taken = 0;
    } else if (this.#taken === chunkEvents) {
      this.#firstChunk[bucket] = this.#nextChunk[chunk]!;
      this.#free(chunk);
      this.#taken = 0;
    }
    return true;
  }

  #bucketOf(time: Microseconds): number {
    // Bitwise operators take a number modulo 2^32, which is its lower word.
    if (time < this.#wordEnd) {
      const differing = time ^ this.#time;
      if (differing === 0) return time & (digits - 1);
      const level = (31 - Math.clz32(differing)) >> 3;
      return (level << digitBits) | ((time >>> (level << 3)) & (digits - 1));
    }
    const upper = Math.floor(time / wordSize);
    const level = (31 - Math.clz32(upper ^ Math.floor(this.#time / wordSize))) >> 3;
    return ((level + lowerLevels) << digitBits) | ((upper >>> (level << 3)) & (digits - 1));
  }

  #append(bucket: number, time: Microseconds, code: number, data: number): void {
    let chunk = this.#lastChunk[bucket]!;
    let fill = this.#lastFill[bucket]!;
    if (chunk === none || fill === chunkEvents) {
      const added = this.#takeChunk();
      if (chunk === none) {
        this.#firstChunk[bucket] = added;
        this.#occupied[bucket >> 5]! |= 1 << (bucket & 31);
        this.#occupiedWords[bucket >> digitBits]! |= 1 << ((bucket >> 5) & 7);
      } else {
        this.#nextChunk[chunk] = added;
      }
      this.#lastChunk[bucket] = added;
      chunk = added;
      fill = 0;
    }
    const at = chunk * chunkEvents + fill;
    this.#times[at] = time;
    this.#codes[at] = code;
    this.#datas[at] = data;
    this.#lastFill[bucket] = fill + 1;
  }

  /** Moves the events of the earliest bucket down, so that the earliest of them lie in a bucket of level 0. */
  #refill(): void {
    const bucket = this.#firstBucket(this.#lowestLevel());
    this.#time = this.#earliest === none ? this.#earliestIn(bucket) : this.#earliest;
    this.#wordEnd = (Math.floor(this.#time / wordSize) + 1) * wordSize;
    const last = this.#lastChunk[bucket]!;
    const lastFill = this.#lastFill[bucket]!;
    let chunk = this.#firstChunk[bucket]!;
    this.#empty(bucket);
    for (;;) {
      const from = chunk * chunkEvents;
      const to = from + (chunk === last ? lastFill : chunkEvents);
      for (let at = from; at < to; at += 1) {
        const time = this.#times[at]!;
        this.#append(this.#bucketOf(time), time, this.#codes[at]!, this.#datas[at]!);
      }
      const next = this.#nextChunk[chunk]!;
      this.#free(chunk);
      if (chunk === last) return;
      chunk = next;
    }
  }

  #earliestIn(bucket: number): Microseconds {
    const last = this.#lastChunk[bucket]!;
    let earliest = Infinity;
    for (let chunk = this.#firstChunk[bucket]!; ; chunk = this.#nextChunk[chunk]!) {
      const from = chunk * chunkEvents;
      const to = from + (chunk === last ? this.#lastFill[bucket]! : chunkEvents);
      for (let at = from; at < to; at += 1) if (this.#times[at]! < earliest) earliest = this.#times[at]!;
      if (chunk === last) return earliest;
    }
  }

  #lowestLevel(): number {
    let level = 0;
    while (this.#occupiedWords[level] === 0) level += 1;
    return level;
  }

  /** The bucket of a level that is not empty with the least digit. */
  #firstBucket(level: number): number {
    const word = (level << 3) | lowestBit(this.#occupiedWords[level]!);
    return (word << 5) | lowestBit(this.#occupied[word]!);
  }

  #empty(bucket: number): void {
    this.#firstChunk[bucket] = none;
    this.#lastChunk[bucket] = none;
    this.#lastFill[bucket] = 0;
    this.#occupied[bucket >> 5]! &= ~(1 << (bucket & 31));
    if (this.#occupied[bucket >> 5] === 0) this.#occupiedWords[bucket >> digitBits]! &= ~(1 << ((bucket >> 5) & 7));
  }

  #takeChunk(): number {
    if (this.#freeChunk === none) {
      // Half as much room again, at least four chunks.
      const chunks = this.#nextChunk.length;
      this.#grow(chunks + Math.max(4, chunks >> 1));
    }
    const chunk = this.#freeChunk;
    this.#freeChunk = this.#nextChunk[chunk]!;
    return chunk;
  }

  #free(chunk: number): void {
    this.#nextChunk[chunk] = this.#freeChunk;
    this.#freeChunk = chunk;
  }

  /** @param grown the number of chunks that there will be */
  #grow(grown: number): void {
    const chunks = this.#nextChunk.length;
    const times = new Float64Array(grown * chunkEvents);
    const codes = new Int32Array(grown * chunkEvents);
    const datas = new Int32Array(grown * chunkEvents);
    const nextChunk = new Int32Array(grown);
    times.set(this.#times);
    codes.set(this.#codes);
    datas.set(this.#datas);
    nextChunk.set(this.#nextChunk);
    this.#times = times;
    this.#codes = codes;
    this.#datas = datas;
    this.#nextChunk = nextChunk;
    for (let chunk = grown - 1; chunk >= chunks; chunk -= 1) this.#free(chunk);
  }
}

/** The place of the lowest set bit. @param word not 0 */
const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);
