import type { QueueOrder } from "../declaration.ts";
import type { ProcessorSharing } from "./processor-sharing.ts";
import type { Service } from "./service.ts";
import type { WaitingLine } from "./waiting-line.ts";
import { waitingLine } from "./waiting-line.ts";

/** One of the alike instances of a service. */
export class Instance {
  readonly service: Service;
  /** From 0 within its service. */
  readonly number: number;
  /** The number of its zone, −1 for none. */
  readonly zone: number;
  readonly line: WaitingLine;
  readonly sharing: ProcessorSharing | undefined;
  /** Of the pending event for shared work; a newer one makes it void. */
  sharingEvent = 0;

  /** Reasons why it is down; it is up when there is none. */
  readonly downFor = new Set<string>();
  /** Takes no new work, finishes what it has. */
  isDraining = false;
  /** Was taken away by autoscaling. */
  isRetired = false;

  busy = 0;
  waiting = 0;
  inside = 0;
  /** Work takes so many times as long. */
  slowness = 1;
  /** Shares of errors from incidents and defects; each strikes by itself. */
  errorShares: readonly number[] = [];
  /** Has the new version of a rollout; what came of its requests since. */
  isNew = false;
  newServed = 0;
  newErrors = 0;

  constructor(parts: {
    readonly service: Service;
    readonly number: number;
    readonly zone: number;
    readonly order: QueueOrder | undefined;
    readonly sharing: ProcessorSharing | undefined;
  }) {
    this.service = parts.service;
    this.number = parts.number;
    this.zone = parts.zone;
    this.line = waitingLine(parts.order);
    this.sharing = parts.sharing;
  }

  get isUp(): boolean {
    return this.downFor.size === 0 && !this.isRetired;
  }

  get isInRotation(): boolean {
    return this.isUp && !this.isDraining;
  }

  /** "shop-2", counted from 1. */
  get place(): string {
    return `${this.service.name}-${String(this.number + 1)}`;
  }
}
