import type { LatencySeries, LatencySummary } from "../graph-run.ts";

/** Values below this have a bucket each. */
const fine = 256;
const fineBits = 8;
const half = fine / 2;
const octaves = 45;
const buckets = fine + octaves * half;

/** Rows of a heat map: two an octave from 64 µs on, up to about 5 hours. */
const rowsPerOctave = 2;
const firstRowOctave = 6;
const rowCount = 1 + 28 * rowsPerOctave + 1;

/** Upper bounds of the rows of a heat map, µs, ascending; the last is Infinity. */
export const heatRows: readonly number[] = Array.from({ length: rowCount }, (_, row) => {
  if (row === rowCount - 1) return Infinity;
  const octave = firstRowOctave + Math.floor(row / rowsPerOctave);
  return 2 ** octave * (1 + (row % rowsPerOctave) / rowsPerOctave);
});

/** The bucket of a value: 128 of equal width to each octave, so that the values of a bucket are within 1/128 of each other. */
function bucketOf(value: number): number {
  if (value < fine) return value;
  if (value < 0x8000_0000) {
    const shift = 32 - fineBits - Math.clz32(value);
    return fine + (shift - 1) * half + (value >>> shift) - half;
  }
  const upper = Math.floor(value / 0x1_0000_0000);
  const shift = (upper === 0 ? 32 : 64 - Math.clz32(upper)) - fineBits;
  return Math.min(buckets - 1, fine + (shift - 1) * half + Math.floor(value / 2 ** shift) - half);
}

/** The middle of a bucket. */
function valueOf(bucket: number): number {
  if (bucket < fine) return bucket;
  const shift = Math.floor((bucket - fine) / half) + 1;
  const mantissa = ((bucket - fine) % half) + half;
  return mantissa * 2 ** shift + (2 ** shift - 1) / 2;
}

function rowOf(bucket: number): number {
  const value = valueOf(bucket);
  const row = heatRows.findIndex((bound) => value < bound);
  return row < 0 ? rowCount - 1 : row;
}

const rowOfBucket = Uint8Array.from({ length: buckets }, (_, bucket) => rowOf(bucket));

/** Latencies of one place: by slices and in all. A value is counted in O(1); a slice is closed in O(buckets in use). */
export class Latencies {
  readonly #slice = new Uint32Array(buckets);
  readonly #all = new Float64Array(buckets);
  /** The least and the greatest value that ever fell into each bucket: one value alone is then told exactly. */
  readonly #least = new Float64Array(buckets).fill(Infinity);
  readonly #greatest = new Float64Array(buckets);
  #sliceCount = 0;
  #sliceSum = 0;
  #sliceHighest = 0;
  #sliceLowest = buckets;
  #count = 0;
  #sum = 0;
  #max = 0;
  #sliceMax = 0;
  readonly #series: {
    readonly mean: Float64Array;
    readonly p50: Float64Array;
    readonly p90: Float64Array;
    readonly p99: Float64Array;
    readonly p999: Float64Array;
    readonly heat: Uint32Array;
  };

  constructor(slices: number) {
    const column = (): Float64Array => new Float64Array(slices).fill(NaN);
    this.#series = {
      mean: column(),
      p50: column(),
      p90: column(),
      p99: column(),
      p999: column(),
      heat: new Uint32Array(slices * rowCount),
    };
  }

  /** @param value µs, whole, at least 0 */
  add(value: number): void {
    const bucket = bucketOf(value);
    this.#slice[bucket]! += 1;
    this.#sliceCount += 1;
    this.#sliceSum += value;
    if (value < this.#least[bucket]!) this.#least[bucket] = value;
    if (value > this.#greatest[bucket]!) this.#greatest[bucket] = value;
    if (bucket > this.#sliceHighest) this.#sliceHighest = bucket;
    if (bucket < this.#sliceLowest) this.#sliceLowest = bucket;
    if (value > this.#sliceMax) this.#sliceMax = value;
  }

  /** Ends a slice; from now on values count to the next. */
  closeSlice(slice: number): void {
    if (this.#sliceCount === 0) return;
    const { mean, p50, p90, p99, p999, heat } = this.#series;
    mean[slice] = this.#sliceSum / this.#sliceCount;
    const counts = this.#slice;
    const all = this.#all;
    const wanted = shares.map((share) => Math.ceil(share * this.#sliceCount));
    const columns = [p50, p90, p99, p999];
    let below = 0;
    let next = 0;
    for (let bucket = this.#sliceLowest; bucket <= this.#sliceHighest; bucket += 1) {
      const count = counts[bucket]!;
      if (count === 0) continue;
      for (; next < shares.length && below + count >= wanted[next]!; next += 1) {
        columns[next]![slice] = this.#valueAt(bucket, (wanted[next]! - below - 0.5) / count);
      }
      below += count;
      heat[slice * rowCount + rowOfBucket[bucket]!]! += count;
      all[bucket]! += count;
      counts[bucket] = 0;
    }
    this.#count += this.#sliceCount;
    this.#sum += this.#sliceSum;
    this.#max = Math.max(this.#max, this.#sliceMax);
    this.#sliceCount = 0;
    this.#sliceSum = 0;
    this.#sliceMax = 0;
    this.#sliceHighest = 0;
    this.#sliceLowest = buckets;
  }

  /** Forgets what closed slices brought to the whole; the series stay. */
  restart(): void {
    this.#all.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#max = 0;
  }

  summary(): LatencySummary {
    if (this.#count === 0) return { count: 0, mean: NaN, p50: NaN, p90: NaN, p99: NaN, p999: NaN, max: NaN };
    const [p50, p90, p99, p999] = this.#percentiles();
    return {
      count: this.#count,
      mean: this.#sum / this.#count,
      p50: p50!,
      p90: p90!,
      p99: p99!,
      p999: p999!,
      max: this.#max,
    };
  }

  series(): LatencySeries {
    return this.#series;
  }

  /** Where in a bucket a value stands, as if its values lay evenly between the least and the greatest that it had. */
  #valueAt(bucket: number, share: number): number {
    const least = this.#least[bucket]!;
    return least + share * (this.#greatest[bucket]! - least);
  }

  /** The values below which the shares of all lie. */
  #percentiles(): readonly number[] {
    const result: number[] = [];
    let below = 0;
    for (let bucket = 0; bucket < buckets && result.length < shares.length; bucket += 1) {
      const count = this.#all[bucket]!;
      while (result.length < shares.length && below + count >= Math.ceil(shares[result.length]! * this.#count)) {
        const rank = Math.ceil(shares[result.length]! * this.#count);
        result.push(this.#valueAt(bucket, (rank - below - 0.5) / count));
      }
      below += count;
    }
    return result;
  }
}

const shares = [0.5, 0.9, 0.99, 0.999];
