import type { Microseconds } from "@fieldbook/kernel";
import { PackedEventQueue } from "@fieldbook/kernel";
import { DelayLine } from "./delay-line.ts";

/** What an event is; it fills the lower eight bits of its code, the epoch of a device the sixteen above. */
export const fleetEvent = {
  /** data: device, void when its epoch has passed */
  attempt: 1,
  lossNoticed: 2,
  timeout: 3,
  synced: 4,
  restarted: 5,
  applied: 6,
  fallBack: 7,
  /** data: cell, with the life of its front door */
  served: 8,
  /** data: device, for as long as the run lasts */
  renew: 9,
  renewed: 10,
  expire: 11,
  update: 12,
  health: 13,
  /** data: fault, site, wave, sampled device */
  faultBegins: 14,
  faultEnds: 15,
  powerFails: 16,
  powerReturns: 17,
  uplinkFails: 18,
  uplinkReturns: 19,
  waveBegins: 20,
  waveEnds: 21,
  message: 22,
  rollBack: 23,
} as const;

/**
 * All pending events of a run. The two delays that are the same for every device run in lines of their own beside the
 * queue. Of equal times a timeout goes first, then a sync, then the queue in the order of pushing.
 */
export class Agenda {
  readonly #queue: PackedEventQueue;
  readonly #timeouts: DelayLine;
  readonly #syncs: DelayLine;
  now: Microseconds = 0;
  kind = 0;
  /** A device, cell, fault, site, wave. */
  data = 0;
  epoch = 0;
  events = 0;

  /** @param expected events that may be pending in the queue at the same time */
  constructor(clientTimeout: Microseconds, syncTime: Microseconds, expected: number) {
    this.#queue = new PackedEventQueue(expected);
    this.#timeouts = new DelayLine(clientTimeout);
    this.#syncs = new DelayLine(syncTime);
  }

  at(time: Microseconds, kind: number, data: number, epoch = 0): void {
    this.#queue.push(time, kind | (epoch << 8), data);
  }

  timeout(device: number, epoch: number): void {
    this.#timeouts.add(this.now, device, epoch);
  }

  sync(device: number, epoch: number): void {
    this.#syncs.add(this.now, device, epoch);
  }

  /** When the next event is due; Infinity when there is none. */
  get nextTime(): Microseconds {
    return Math.min(this.#timeouts.nextTime, this.#syncs.nextTime, this.#queue.nextTime);
  }

  /** Takes the next event into `now`, `kind`, `data` and `epoch`; false when it lies after `until` or none is left. */
  next(until: Microseconds): boolean {
    const timeout = this.#timeouts.nextTime;
    const sync = this.#syncs.nextTime;
    const queued = this.#queue.nextTime;
    if (timeout <= sync && timeout <= queued) {
      if (timeout > until || timeout === Infinity) return false;
      this.#timeouts.take();
      this.#takeFromLine(timeout, fleetEvent.timeout, this.#timeouts);
    } else if (sync <= queued) {
      if (sync > until) return false;
      this.#syncs.take();
      this.#takeFromLine(sync, fleetEvent.synced, this.#syncs);
    } else {
      if (queued > until) return false;
      this.#queue.pop();
      this.now = queued;
      this.kind = this.#queue.code & 0xff;
      this.epoch = (this.#queue.code >>> 8) & 0xffff;
      this.data = this.#queue.data;
    }
    this.events += 1;
    return true;
  }

  #takeFromLine(time: Microseconds, kind: number, line: DelayLine): void {
    this.now = time;
    this.kind = kind;
    this.data = line.device;
    this.epoch = line.epoch;
  }
}
