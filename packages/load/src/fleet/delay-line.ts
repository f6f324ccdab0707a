import type { Microseconds } from "@fieldbook/kernel";

const blockEvents = 4_096;

class Block {
  readonly times = new Float64Array(blockEvents);
  readonly devices = new Int32Array(blockEvents);
  readonly epochs = new Uint16Array(blockEvents);
  next: Block | undefined;
}

/**
 * Pending events of devices that all lie the same span ahead of the moment at which they are added, so that the order
 * of adding is the order of time: a list of blocks instead of a priority queue. Client timeouts are the most frequent
 * event of a reconnect storm and cost next to nothing here. 14 bytes an event; blocks are used again, never copied.
 */
export class DelayLine {
  readonly #delay: Microseconds;
  #first = new Block();
  #last = this.#first;
  #spare: Block | undefined;
  #head = 0;
  #tail = 0;
  /** When the next event is due; Infinity when there is none. */
  nextTime: Microseconds = Infinity;
  /** Of the event taken last. */
  device = 0;
  epoch = 0;

  constructor(delay: Microseconds) {
    this.#delay = delay;
  }

  /** @param now never before that of the event added last */
  add(now: Microseconds, device: number, epoch: number): void {
    if (this.#tail === blockEvents) {
      const block = this.#spare ?? new Block();
      this.#spare = block.next;
      block.next = undefined;
      this.#last.next = block;
      this.#last = block;
      this.#tail = 0;
    }
    const at = this.#tail;
    const due = now + this.#delay;
    this.#last.times[at] = due;
    this.#last.devices[at] = device;
    this.#last.epochs[at] = epoch;
    this.#tail = at + 1;
    if (this.nextTime === Infinity) this.nextTime = due;
  }

  /** Takes the next event into `device` and `epoch`. Only when `nextTime` is finite. */
  take(): void {
    const block = this.#first;
    this.device = block.devices[this.#head]!;
    this.epoch = block.epochs[this.#head]!;
    this.#head += 1;
    if (block === this.#last && this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
      this.nextTime = Infinity;
      return;
    }
    if (this.#head === blockEvents) {
      this.#first = block.next!;
      block.next = this.#spare;
      this.#spare = block;
      this.#head = 0;
    }
    this.nextTime = this.#first.times[this.#head]!;
  }
}
