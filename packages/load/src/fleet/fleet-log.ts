import type { Microseconds } from "@fieldbook/kernel";

/** Something that operations would note down. */
export interface FleetNote {
  readonly at: Microseconds;
  readonly kind: "fault-begins" | "fault-ends" | "noticed" | "wave-begins" | "rollout-halted" | "rollout-done";
  /** In words: "outage of region 2". */
  readonly says: string;
}

export class FleetLog {
  readonly notes: FleetNote[] = [];
  readonly #now: () => Microseconds;

  constructor(now: () => Microseconds) {
    this.#now = now;
  }

  add(kind: FleetNote["kind"], says: string): void {
    this.notes.push({ at: this.#now(), kind, says });
  }
}
