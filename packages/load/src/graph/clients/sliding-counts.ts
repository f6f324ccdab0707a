import type { Microseconds } from "@fieldbook/kernel";

const parts = 10;

/** Counts of two kinds within the last `window`, to a tenth of it. */
export class SlidingCounts {
  readonly #part: Microseconds;
  readonly #one = new Float64Array(parts);
  readonly #other = new Float64Array(parts);
  #current = 0;
  /** All that is within the window. */
  one = 0;
  other = 0;

  constructor(window: Microseconds) {
    this.#part = Math.max(1, window / parts);
  }

  /** Forgets what is too old. */
  moveTo(now: Microseconds): void {
    const current = Math.floor(now / this.#part);
    if (current - this.#current >= parts) {
      this.clear();
    } else {
      for (let part = this.#current + 1; part <= current; part += 1) {
        this.one -= this.#one[part % parts]!;
        this.other -= this.#other[part % parts]!;
        this.#one[part % parts] = 0;
        this.#other[part % parts] = 0;
      }
    }
    this.#current = current;
  }

  add(now: Microseconds, one: number, other: number): void {
    this.moveTo(now);
    const part = this.#current % parts;
    this.#one[part]! += one;
    this.#other[part]! += other;
    this.one += one;
    this.other += other;
  }

  clear(): void {
    this.#one.fill(0);
    this.#other.fill(0);
    this.one = 0;
    this.other = 0;
  }
}
