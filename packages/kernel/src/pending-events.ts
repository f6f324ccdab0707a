import { PackedEventQueue } from "./packed-event-queue.ts";
import type { Microseconds } from "./time.ts";

/** Up to so many are kept in order by insertion, which is fastest for few. */
const few = 32;

/**
 * Pending events without objects, in the total order (time, pushed first), whether few or a million: in a sorted array
 * while they are few, and in a `PackedEventQueue` once they were many. The same events come in the same order either way.
 */
export class PendingEvents {
  time: Microseconds = 0;
  code = 0;
  data = 0;
  readonly #many = new PackedEventQueue();
  #isMany = false;
  /** The latest first. */
  readonly #times = new Float64Array(few);
  readonly #codes = new Int32Array(few);
  readonly #datas = new Int32Array(few);
  #count = 0;

  get size(): number {
    return this.#isMany ? this.#many.size : this.#count;
  }

  /** @throws RangeError as `PackedEventQueue.push` does */
  push(time: Microseconds, code: number, data: number): void {
    if (this.#isMany) return this.#many.push(time, code, data);
    if (this.#count === few || !(time >= this.time) || !Number.isSafeInteger(time)) {
      // A bad time is refused there, too.
      return this.#pushToMany(time, code, data);
    }
    const times = this.#times;
    let at = this.#count;
    this.#count += 1;
    while (at > 0 && times[at - 1]! <= time) {
      times[at] = times[at - 1]!;
      this.#codes[at] = this.#codes[at - 1]!;
      this.#datas[at] = this.#datas[at - 1]!;
      at -= 1;
    }
    times[at] = time;
    this.#codes[at] = code;
    this.#datas[at] = data;
  }

  #pushToMany(time: Microseconds, code: number, data: number): void {
    const many = this.#many;
    // Brings it to the present, so that it refuses the past.
    many.push(this.time, 0, 0);
    many.pop();
    for (let at = this.#count - 1; at >= 0; at -= 1) many.push(this.#times[at]!, this.#codes[at]!, this.#datas[at]!);
    this.#count = 0;
    this.#isMany = true;
    many.push(time, code, data);
  }

  /** Takes the next event into `time`, `code` and `data`; false when none is pending. */
  pop(): boolean {
    if (this.#isMany) return this.#popOfMany();
    if (this.#count === 0) return false;
    this.#count -= 1;
    const at = this.#count;
    this.time = this.#times[at]!;
    this.code = this.#codes[at]!;
    this.data = this.#datas[at]!;
    return true;
  }

  #popOfMany(): boolean {
    const many = this.#many;
    if (!many.pop()) return false;
    this.time = many.time;
    this.code = many.code;
    this.data = many.data;
    return true;
  }
}
