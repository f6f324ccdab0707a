import type { Microseconds } from "@fieldbook/kernel";
import type { HandledEvent } from "./run.ts";

type Draft = { -readonly [Field in keyof HandledEvent]: HandledEvent[Field] };

/** Writes down every handled event with the event that led to it. */
export class Causes {
  readonly handled: Draft[] = [];
  /** Index of the event being handled; −1 between events. */
  current = -1;
  /** Until when states are compared. */
  readonly until: Microseconds;

  constructor(until: Microseconds = Infinity) {
    this.until = until;
  }

  begin(
    endpoint: number,
    time: Microseconds,
    kind: HandledEvent["kind"],
    label: string,
    cause: number,
    fate: number,
    copy: number,
    inner = false,
  ): void {
    this.current = this.handled.length;
    this.handled.push({ endpoint, time, kind, label, cause, changed: false, inner, fate, copy });
  }

  end(changed: boolean): void {
    const event = this.handled[this.current];
    if (event !== undefined) event.changed = changed;
    this.current = -1;
  }

  note(endpoint: number, time: Microseconds, kind: HandledEvent["kind"]): void {
    const { current } = this;
    this.begin(endpoint, time, kind, "", -1, -1, 0);
    this.end(true);
    this.current = current;
  }
}
