import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { keyedRandom, PendingEvents, RunningHash } from "@fieldbook/kernel";
import type { GraphEvent } from "./graph-run.ts";
import { Tracing } from "./observation/tracing.ts";
import { Attempt, Call, RecordPool } from "./records.ts";

/** What an event is. Its code holds the kind in the lower four bits, and the generation of what it is about above. */
export const eventKinds = {
  requestIsDue: 0,
  attemptArrives: 1,
  workEnds: 2,
  answerArrives: 3,
  attemptTimesOut: 4,
  retryIsDue: 5,
  hedgeIsDue: 6,
  cacheAnswers: 7,
  waitTimesOut: 8,
  sharingTurns: 9,
  actionIsDue: 10,
  sliceEnds: 11,
  userReturns: 12,
} as const;

/** What all parts of a run share: time, pending events, chance, records, and what is written down. */
export class World {
  readonly random: KeyedRandom;
  readonly calls = new RecordPool((id) => new Call(id));
  readonly attempts = new RecordPool((id) => new Attempt(id));
  readonly tracing: Tracing;
  readonly events: GraphEvent[] = [];
  readonly duration: Microseconds;
  readonly #queue = new PendingEvents();
  readonly #hash = new RunningHash();
  readonly #actions: ((() => void) | undefined)[] = [];
  readonly #freeActions: number[] = [];
  now: Microseconds = 0;
  handled = 0;

  constructor(seed: number, duration: Microseconds, traceEvery: number) {
    this.random = keyedRandom(seed);
    this.duration = duration;
    this.tracing = new Tracing(traceEvery);
  }

  /** Plans an event about a record, a source or nothing; what lies beyond the end is not kept. */
  plan(at: Microseconds, kind: number, id: number, generation: number): void {
    if (at < this.duration) this.#queue.push(at, kind | (generation << 4), id);
  }

  /** Plans something that happens seldom. */
  later(at: Microseconds, action: () => void): void {
    if (at >= this.duration) return;
    const slot = this.#freeActions.pop() ?? this.#actions.length;
    this.#actions[slot] = action;
    this.#queue.push(Math.max(at, this.now), eventKinds.actionIsDue, slot);
  }

  runAction(slot: number): void {
    const action = this.#actions[slot]!;
    this.#actions[slot] = undefined;
    this.#freeActions.push(slot);
    action();
  }

  /** Takes the next event; false when none is left. `code` and `data` say what it is. */
  advance(): boolean {
    const queue = this.#queue;
    if (!queue.pop()) return false;
    this.now = queue.time;
    this.handled += 1;
    this.#hash.add((queue.time | 0) ^ Math.imul(queue.code, 0x9e37_79b1) ^ Math.imul(queue.data, 0x85eb_ca6b));
    return true;
  }

  get code(): number {
    return this.#queue.code;
  }

  get data(): number {
    return this.#queue.data;
  }

  traceHash(): string {
    return this.#hash.digest();
  }

  tell(kind: GraphEvent["kind"], about: string, says: string): void {
    this.events.push({ at: this.now, kind, about, says });
  }
}
