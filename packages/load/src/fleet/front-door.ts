import type { Microseconds } from "@fieldbook/kernel";
import { microsecondsPerSecond } from "@fieldbook/kernel";

const firstRoom = 64;

/** How a cell lets devices in. */
export interface FrontDoorModel {
  /** Connections that one cell can set up in a second, one after the other: TLS, authentication, first answer. */
  readonly connectionsPerSecond: number;
  /** How many attempts may wait in one cell; one more is refused at once. */
  readonly queueBound: number;
  readonly order: "fifo" | "lifo";
  /** Whether the door looks, before it begins, if the client is still there. Without it abandoned attempts are served. */
  readonly dropsAbandoned: boolean;
}

/**
 * The front door of one cell: a server with a fixed time per connection behind a bounded queue. It works without a
 * pause while anyone waits: the k-th connection of a busy period ends k / rate after the period began.
 */
export class FrontDoor {
  readonly #model: FrontDoorModel;
  #devices = new Int32Array(firstRoom);
  #epochs = new Uint16Array(firstRoom);
  #head = 0;
  #waiting = 0;
  #busySince: Microseconds = 0;
  #endedSince = 0;
  /** Whether a connection is being set up, and for which attempt of which device. */
  busy = false;
  device = 0;
  epoch = 0;
  /** False during an outage: attempts vanish. */
  open = true;
  /** Set anew by each outage, so that the end of a service that was cut off is told apart. */
  life = 0;
  accepted = 0;
  refused = 0;
  served = 0;
  dropped = 0;
  /** Attempts that an outage swept out of the queue. */
  swept = 0;
  /** Over all busy periods that ended. */
  busyTime: Microseconds = 0;
  busyPeriods = 0;

  constructor(model: FrontDoorModel) {
    this.#model = model;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** False: refused, the queue is full. The caller begins the service when the door was idle. */
  accept(device: number, epoch: number): boolean {
    if (this.busy && this.#waiting >= this.#model.queueBound) {
      this.refused += 1;
      return false;
    }
    if (this.#waiting === this.#devices.length) this.#grow();
    const at = (this.#head + this.#waiting) & (this.#devices.length - 1);
    this.#devices[at] = device;
    this.#epochs[at] = epoch;
    this.#waiting += 1;
    this.accepted += 1;
    return true;
  }

  /**
   * Takes the next waiting attempt into `device` and `epoch`.
   *
   * @returns when its service ends; undefined when no one waits and the door falls idle
   */
  begin(now: Microseconds, isAbandoned: (device: number, epoch: number) => boolean): Microseconds | undefined {
    while (this.#waiting > 0) {
      this.#takeNext();
      if (this.#model.dropsAbandoned && isAbandoned(this.device, this.epoch)) {
        this.dropped += 1;
        continue;
      }
      if (!this.busy) {
        this.busy = true;
        this.#busySince = now;
        this.#endedSince = 0;
      }
      const ends = (this.#endedSince + 1) * (microsecondsPerSecond / this.#model.connectionsPerSecond);
      return this.#busySince + Math.ceil(ends);
    }
    this.#fallIdle(now);
    return undefined;
  }

  end(): void {
    this.#endedSince += 1;
    this.served += 1;
  }

  /** An outage begins: who waits and who is being served is gone, without a word to the client. */
  sweep(now: Microseconds): void {
    this.swept += this.#waiting + (this.busy ? 1 : 0);
    this.#waiting = 0;
    this.life = (this.life + 1) & 0xffff;
    this.#fallIdle(now);
  }

  #fallIdle(now: Microseconds): void {
    if (!this.busy) return;
    this.busy = false;
    this.busyTime += now - this.#busySince;
    this.busyPeriods += 1;
  }

  /** Time spent on connections so far. */
  busyUntil(now: Microseconds): Microseconds {
    return this.busyTime + (this.busy ? now - this.#busySince : 0);
  }

  #takeNext(): void {
    const mask = this.#devices.length - 1;
    const at = this.#model.order === "fifo" ? this.#head : (this.#head + this.#waiting - 1) & mask;
    if (this.#model.order === "fifo") this.#head = (this.#head + 1) & mask;
    this.device = this.#devices[at]!;
    this.epoch = this.#epochs[at]!;
    this.#waiting -= 1;
  }

  #grow(): void {
    const room = this.#devices.length;
    const devices = new Int32Array(room * 2);
    const epochs = new Uint16Array(room * 2);
    const first = room - this.#head;
    devices.set(this.#devices.subarray(this.#head), 0);
    devices.set(this.#devices.subarray(0, this.#head), first);
    epochs.set(this.#epochs.subarray(this.#head), 0);
    epochs.set(this.#epochs.subarray(0, this.#head), first);
    this.#devices = devices;
    this.#epochs = epochs;
    this.#head = 0;
  }
}
