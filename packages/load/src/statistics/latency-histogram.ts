/**
 * Counts of values with a bounded relative error, in the manner of HdrHistogram (Tene, hdrhistogram.org): values below
 * 2^(bits + 1) have a bucket each, and each octave above is cut into 2^bits buckets of equal width. A value costs O(1), a
 * percentile O(buckets). Histograms of equal precision merge without loss, which percentiles never do.
 */
export class LatencyHistogram {
  /** A percentile is within this share of the exact one. */
  readonly relativeError: number;
  readonly #bits: number;
  #counts = new Float64Array(0);
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /**
   * @param bits the precision, from 1 to 16; 7 for percentiles within 0.4 %
   * @throws RangeError for other precisions
   */
  constructor(bits = 7) {
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 16)) {
      throw new RangeError(`The precision of a histogram is from 1 to 16 bits; got ${String(bits)}.`);
    }
    this.#bits = bits;
    this.relativeError = 2 ** -(bits + 1);
  }

  /** How many values were counted. */
  get count(): number {
    return this.#count;
  }

  /** The mean of all values, exact but for rounding; NaN for none. */
  get mean(): number {
    return this.#count === 0 ? NaN : this.#sum / this.#count;
  }

  /** The least value, exact; NaN for none. */
  get min(): number {
    return this.#count === 0 ? NaN : this.#min;
  }

  /** The greatest value, exact; NaN for none. */
  get max(): number {
    return this.#count === 0 ? NaN : this.#max;
  }

  /**
   * @param value a whole number from 0 to 2^53 − 1, in µs as a rule
   * @param times how often it is counted: a whole number, at least 0
   * @throws RangeError for other values and numbers
   */
  add(value: number, times = 1): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new RangeError(`A histogram counts whole numbers from 0 to 2^53 − 1; got ${String(value)}.`);
    }
    if (!(Number.isSafeInteger(times) && times >= 0)) {
      throw new RangeError(`A value is counted a whole number of times, at least 0; got ${String(times)}.`);
    }
    if (times === 0) return;
    const bucket = this.#bucketOf(value);
    if (bucket >= this.#counts.length) this.#growTo(bucket + 1);
    this.#counts[bucket]! += times;
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /**
   * Counts a latency that a closed loop recorded, and those that it omitted meanwhile. A client that sends one request
   * each `interval`, but waits for each answer, sends none while one is late: a stall of 100 intervals is recorded as one
   * slow request, though 100 would have met it. Added are value − interval, value − 2 × interval …, down to one interval:
   * Tene, "How NOT to Measure Latency" (2013), and `recordValueWithExpectedInterval` of HdrHistogram. It mends records
   * that exist; a measurement that counts from the moment a request was due needs no mending.
   *
   * Takes value / interval steps.
   *
   * @param interval a whole number, at least 1, in the unit of the value
   * @throws RangeError for another interval or a value that `add` refuses
   */
  addCorrected(value: number, interval: number): void {
    if (!(Number.isSafeInteger(interval) && interval >= 1)) {
      throw new RangeError(`The expected interval is a whole number, at least 1; got ${String(interval)}.`);
    }
    this.add(value);
    for (let missing = value - interval; missing >= interval; missing -= interval) this.add(missing);
  }

  /**
   * Adds all that another has counted.
   *
   * @throws RangeError when its precision is another
   */
  merge(other: LatencyHistogram): void {
    if (other.#bits !== this.#bits) {
      throw new RangeError(
        `Histograms merge when their precision is the same; got ${this.#bits} and ${other.#bits} bits.`,
      );
    }
    if (other.#counts.length > this.#counts.length) this.#growTo(other.#counts.length);
    for (const [bucket, count] of other.#counts.entries()) this.#counts[bucket]! += count;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The least value that at least this share of all do not exceed, within `relativeError`; NaN for none.
   *
   * @param share from 0 to 1; 0.99 for the 99th percentile
   * @throws RangeError for another share
   */
  percentile(share: number): number {
    if (!(share >= 0 && share <= 1)) {
      throw new RangeError(`A percentile is asked for by a share from 0 to 1, as 0.99; got ${String(share)}.`);
    }
    if (this.#count === 0) return NaN;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    if (rank === this.#count) return this.#max;
    let below = 0;
    let bucket = -1;
    while (below < rank) {
      bucket += 1;
      below += this.#counts[bucket]!;
    }
    return Math.min(this.#max, Math.max(this.#min, this.#middleOf(bucket)));
  }

  /** The share of the values that are at most `value`, counted by whole buckets; NaN for none. */
  shareUpTo(value: number): number {
    if (this.#count === 0) return NaN;
    if (value < 0) return 0;
    const last = value >= this.#max ? this.#counts.length - 1 : this.#bucketOf(Math.floor(value));
    let below = 0;
    for (let bucket = 0; bucket <= last; bucket += 1) below += this.#counts[bucket]!;
    return below / this.#count;
  }

  #bucketOf(value: number): number {
    const perOctave = 2 ** this.#bits;
    if (value < 2 * perOctave) return value;
    const octave = highestBit(value) - this.#bits;
    return octave * perOctave + Math.floor(value / 2 ** octave);
  }

  #middleOf(bucket: number): number {
    const perOctave = 2 ** this.#bits;
    if (bucket < 2 * perOctave) return bucket;
    const octave = Math.floor(bucket / perOctave) - 1;
    const width = 2 ** octave;
    return (bucket - octave * perOctave) * width + (width - 1) / 2;
  }

  #growTo(length: number): void {
    const grown = new Float64Array(Math.max(length, this.#counts.length + 2 ** this.#bits));
    grown.set(this.#counts);
    this.#counts = grown;
  }
}

/** The place of the highest set bit. @param value a whole number from 1 to 2^53 − 1 */
function highestBit(value: number): number {
  const upper = Math.floor(value / 2 ** 32);
  return upper > 0 ? 63 - Math.clz32(upper) : 31 - Math.clz32(value);
}
