import { RunningHash } from "./hash.ts";
import type { Microseconds } from "./time.ts";

/** One line of a trace. What `a`, `b` and `c` mean depends on the kind, which the engine names. */
export interface TraceEntry {
  readonly time: Microseconds;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly label: string;
}

/**
 * The typed event log of a run and its running hash. The hash always runs; the log is kept only when asked for, in
 * columns of 28 bytes a line and its label, since keeping objects would halve the speed of a campaign.
 */
export class Trace {
  readonly #hash = new RunningHash();
  readonly #recorded: boolean;
  readonly #labels: string[] = [""];
  #times = new Float64Array(256);
  #numbers = new Int32Array(256 * 5);
  #length = 0;

  constructor(options: { readonly recorded: boolean }) {
    this.#recorded = options.recorded;
  }

  /** How many lines were added, recorded or not. */
  get length(): number {
    return this.#length;
  }

  /**
   * @param content a hash of what the line carries beside its numbers, such as a message body
   * @param label for the reader of the trace; it does not enter the hash
   */
  add(time: Microseconds, kind: number, a: number, b: number, c: number, content: number, label: string): void {
    const hash = this.#hash;
    // Few words a line, since each costs: kind and the first number share one.
    hash.add((time | 0) ^ Math.imul((time / 0x1_0000_0000) | 0, 0x85eb_ca6b));
    hash.add(kind ^ Math.imul(a, 0x85eb_ca6b));
    hash.add(b);
    hash.add(c);
    hash.add(content);
    if (this.#recorded) this.#record(time, kind, a, b, c, label);
    this.#length += 1;
  }

  #record(time: Microseconds, kind: number, a: number, b: number, c: number, label: string): void {
    if (this.#length === this.#times.length) {
      const times = new Float64Array(this.#length * 2);
      times.set(this.#times);
      this.#times = times;
      const numbers = new Int32Array(this.#length * 2 * 5);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    const labelId = label === "" ? 0 : this.#labels.push(label) - 1;
    this.#times[this.#length] = time;
    const at = this.#length * 5;
    this.#numbers[at] = kind;
    this.#numbers[at + 1] = a;
    this.#numbers[at + 2] = b;
    this.#numbers[at + 3] = c;
    this.#numbers[at + 4] = labelId;
  }

  /** 16 hexadecimal digits over all lines so far. */
  digest(): string {
    return this.#hash.digest();
  }

  /** The recorded lines, in order; empty when the trace was not recorded. */
  *entries(): Generator<TraceEntry> {
    if (!this.#recorded) return;
    for (let index = 0; index < this.#length; index += 1) {
      const at = index * 5;
      yield {
        time: this.#times[index]!,
        kind: this.#numbers[at]!,
        a: this.#numbers[at + 1]!,
        b: this.#numbers[at + 2]!,
        c: this.#numbers[at + 3]!,
        label: this.#labels[this.#numbers[at + 4]!]!,
      };
    }
  }
}
