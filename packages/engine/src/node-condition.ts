import type { Microseconds } from "@fieldbook/kernel";
import type { PendingEvent } from "./event.ts";
import type { ArmedWrite } from "./faults/fault-driver.ts";
import type { Body } from "./message.ts";
import { tear } from "./node-disk.ts";

/** What weighs on a node from outside: pauses, slowness, writes that are about to go wrong. */
export class NodeCondition {
  /** Pauses that last now. */
  paused = 0;
  /** What waits for the end of a pause. */
  readonly backlog: PendingEvent[] = [];
  /** How long handling an event takes. */
  slowBy: Microseconds = 0;
  busyUntil: Microseconds = 0;
  /** How much longer the disk takes; what the node says waits for it. */
  slowDisk: Microseconds = 0;
  readonly armed: ArmedWrite[] = [];
  /** Where messages wait until it is known whether the write behind them goes well. */
  outbox: (readonly [dest: string, body: Body])[] | undefined;

  /** Whether an event may have to wait. */
  get busy(): boolean {
    return this.paused > 0 || this.busyUntil > 0;
  }

  disarm(fault: number): void {
    const at = this.armed.findIndex((write) => write.fault === fault);
    if (at >= 0) this.armed.splice(at, 1);
  }

  /** What the disk holds after a write that stopped the node. */
  afterCrash(
    write: ArmedWrite,
    before: Record<string, unknown>,
    after: Record<string, unknown>,
  ): Record<string, unknown> {
    return write.kind === "torn-write" ? tear(before, after, write.pick) : before;
  }
}
