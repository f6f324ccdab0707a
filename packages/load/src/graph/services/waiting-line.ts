import type { Microseconds } from "@fieldbook/kernel";
import type { QueueOrder } from "../declaration.ts";
import type { Attempt } from "../records.ts";

/** Attempts that wait at one instance. Those that were cancelled stay in it until their turn; it does not know them. */
export interface WaitingLine {
  join(attempt: Attempt): void;
  /** Who is served next. @param drop is told of those that the order turns away on the way */
  next(now: Microseconds, drop: (attempt: Attempt) => void): Attempt | undefined;
}

/** First come, first served. */
class Fifo implements WaitingLine {
  #first: Attempt | undefined = undefined;
  #last: Attempt | undefined = undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  join(attempt: Attempt): void {
    attempt.next = undefined;
    if (this.#last === undefined) this.#first = attempt;
    else this.#last.next = attempt;
    this.#last = attempt;
  }

  next(): Attempt | undefined {
    const attempt = this.#first;
    if (attempt === undefined) return undefined;
    this.#first = attempt.next;
    if (this.#first === undefined) this.#last = undefined;
    attempt.next = undefined;
    return attempt;
  }
}

/** Last come, first served. */
class Lifo implements WaitingLine {
  #top: Attempt | undefined = undefined;

  join(attempt: Attempt): void {
    attempt.next = this.#top;
    this.#top = attempt;
  }

  next(): Attempt | undefined {
    const attempt = this.#top;
    if (attempt === undefined) return undefined;
    this.#top = attempt.next;
    attempt.next = undefined;
    return attempt;
  }
}

/** The lowest number first; first come within it. */
class ByPriority implements WaitingLine {
  readonly #lines: (Fifo | undefined)[] = [];

  join(attempt: Attempt): void {
    (this.#lines[attempt.priority] ??= new Fifo()).join(attempt);
  }

  next(): Attempt | undefined {
    for (const line of this.#lines) {
      const attempt = line?.next();
      if (attempt !== undefined) return attempt;
    }
    return undefined;
  }
}

/** Tenants in turn. Each has a line of its own, whatever the others send. */
class Fair implements WaitingLine {
  readonly #lines = new Map<number, Fifo>();
  /** Tenants that wait, in the order of their turns. */
  readonly #turns: number[] = [];
  #served = 0;

  join(attempt: Attempt): void {
    let line = this.#lines.get(attempt.tenant);
    if (line === undefined) {
      line = new Fifo();
      this.#lines.set(attempt.tenant, line);
      this.#turns.push(attempt.tenant);
    }
    line.join(attempt);
  }

  next(): Attempt | undefined {
    const tenant = this.#turns[this.#served];
    if (tenant === undefined) return undefined;
    this.#served += 1;
    const line = this.#lines.get(tenant)!;
    const attempt = line.next();
    if (line.isEmpty) this.#lines.delete(tenant);
    else this.#turns.push(tenant);
    if (this.#served > 1_000 && this.#served * 2 > this.#turns.length) {
      this.#turns.splice(0, this.#served);
      this.#served = 0;
    }
    return attempt;
  }
}

/** Controlled delay: drops from the head once the wait stayed above the target for a whole interval; RFC 8289 §5. */
class CoDel implements WaitingLine {
  readonly #line = new Fifo();
  readonly #target: Microseconds;
  readonly #interval: Microseconds;
  /** When the wait will have been above the target for an interval; 0 while it is below. */
  #firstAboveAt: Microseconds = 0;
  #isDropping = false;
  #nextDropAt: Microseconds = 0;
  #count = 0;
  #lastCount = 0;
  #isOverdue = false;

  constructor(target: Microseconds, interval: Microseconds) {
    this.#target = target;
    this.#interval = interval;
  }

  join(attempt: Attempt): void {
    this.#line.join(attempt);
  }

  next(now: Microseconds, drop: (attempt: Attempt) => void): Attempt | undefined {
    let attempt = this.#take(now);
    if (attempt === undefined) {
      this.#isDropping = false;
      return undefined;
    }
    if (this.#isDropping) {
      if (!this.#isOverdue) this.#isDropping = false;
      while (this.#isDropping && now >= this.#nextDropAt && attempt !== undefined) {
        drop(attempt);
        this.#count += 1;
        attempt = this.#take(now);
        if (this.#isOverdue) this.#nextDropAt = this.#after(this.#nextDropAt);
        else this.#isDropping = false;
      }
      return attempt;
    }
    if (!this.#isOverdue) return attempt;
    drop(attempt);
    attempt = this.#take(now);
    this.#isDropping = true;
    // Where the last time was not long ago, it goes on at the rate that was needed then.
    const since = this.#count - this.#lastCount;
    this.#count = since > 1 && now - this.#nextDropAt < 16 * this.#interval ? since : 1;
    this.#nextDropAt = this.#after(now);
    this.#lastCount = this.#count;
    return attempt;
  }

  #after(time: Microseconds): Microseconds {
    return Math.round(time + this.#interval / Math.sqrt(this.#count));
  }

  /** The head of the line; says whether the wait was too long for too long. */
  #take(now: Microseconds): Attempt | undefined {
    const attempt = this.#line.next();
    this.#isOverdue = false;
    if (attempt === undefined) {
      this.#firstAboveAt = 0;
      return undefined;
    }
    if (now - attempt.queuedAt < this.#target || this.#line.isEmpty) {
      this.#firstAboveAt = 0;
    } else if (this.#firstAboveAt === 0) {
      this.#firstAboveAt = now + this.#interval;
    } else {
      this.#isOverdue = now >= this.#firstAboveAt;
    }
    return attempt;
  }
}

export function waitingLine(order: QueueOrder | undefined): WaitingLine {
  switch (order?.kind) {
    case undefined:
    case "fifo":
      return new Fifo();
    case "lifo":
      return new Lifo();
    case "priority":
      return new ByPriority();
    case "fair":
      return new Fair();
    case "codel":
      return new CoDel(order.target, order.interval);
  }
}
