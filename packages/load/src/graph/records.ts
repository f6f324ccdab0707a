import type { Microseconds } from "@fieldbook/kernel";
import type { CallSite } from "./clients/call-site.ts";
import type { Client } from "./clients/client.ts";
import { noFailure } from "./observation/request-book.ts";
import type { Instance } from "./services/instance.ts";
import type { Source } from "./sources/source.ts";

/** What a request carries to all that work for it. */
export interface RequestTerms {
  tenant: number;
  /** 0 is served first. */
  priority: number;
  /** The key that it is about. */
  item: number;
  /** µs; Infinity when there is none. */
  deadline: Microseconds;
  /** How many times as long its work takes. */
  weight: number;
  isPoison: boolean;
  /** 0 when the request is not traced. */
  trace: number;
}

/** Why a call is made. */
export const origins = { source: 0, step: 1, refresh: 2, renewal: 3 } as const;

/**
 * One logical call of a client: all its attempts. Records are used again, so that memory stays flat over a run; events
 * and children name a record by its number and its generation, and what comes for an earlier generation is void.
 */
export class Call implements RequestTerms {
  readonly id: number;
  generation = 0;
  site!: CallSite;
  client!: Client;
  origin = 0;
  /** Which draws it gets. */
  key = 0;
  source: Source | undefined = undefined;
  /** The k-th user of a closed source. */
  user = 0;
  /** The number of the caller's zone, −1 for none. */
  fromZone = -1;
  parent: Attempt | undefined = undefined;
  parentGeneration = 0;
  parentStep = 0;
  /** When it was due; for a source's request, whether or not anyone could send it then. */
  dueAt: Microseconds = 0;
  attempts = 0;
  /** The attempts that are waited for; the second is a hedge. */
  first: Attempt | undefined = undefined;
  second: Attempt | undefined = undefined;
  holdsConnection = false;
  /** For a connection, or for the call of another that fills the cache. */
  isWaiting = false;
  waitsUntil: Microseconds = 0;
  isHedged = false;
  isDegraded = false;
  lastFailure = noFailure;
  lastDelay: Microseconds = 0;
  /** In the cache: the entry that others wait for until this call answers. */
  fills = false;
  next: Call | undefined = undefined;
  span = 0;

  tenant = 0;
  priority = 0;
  item = 0;
  deadline: Microseconds = Infinity;
  weight = 1;
  isPoison = false;
  trace = 0;

  constructor(id: number) {
    this.id = id;
  }
}

export const phases = { travelling: 0, waiting: 1, working: 2, calling: 3, answered: 4 } as const;

/** One try of a call, from its sending until its answer or its loss; at the service, one piece of work. */
export class Attempt implements RequestTerms {
  readonly id: number;
  generation = 0;
  site!: CallSite;
  /** Whether the caller still waits for it. */
  call: Call | undefined = undefined;
  /** From 1 within its call. */
  number = 0;
  key = 0;
  sentAt: Microseconds = 0;
  instance: Instance | undefined = undefined;
  /** The number of the caller's zone, −1 for none. */
  fromZone = -1;
  isLost = false;

  phase = 0;
  enteredAt: Microseconds = 0;
  queuedAt: Microseconds = 0;
  startedAt: Microseconds = 0;
  step = 0;
  /** Of the step's calls: how many have not answered, and how many more answers are needed. */
  unanswered = 0;
  needed = 0;
  failure = noFailure;
  isDegraded = false;
  isCancelled = false;
  next: Attempt | undefined = undefined;
  span = 0;
  /** The span of its call, which may be over before it is. */
  callSpan = 0;

  tenant = 0;
  priority = 0;
  item = 0;
  deadline: Microseconds = Infinity;
  weight = 1;
  isPoison = false;
  trace = 0;

  constructor(id: number) {
    this.id = id;
  }
}

/** Hands the terms of a request on. */
export function copyTerms(from: Readonly<RequestTerms>, to: RequestTerms): void {
  to.tenant = from.tenant;
  to.priority = from.priority;
  to.item = from.item;
  to.deadline = from.deadline;
  to.weight = from.weight;
  to.trace = from.trace;
}

/** 27 bits: an event's code has room for its kind and for this. */
const generations = 0x7ff_ffff;

/** So many records of a kind may be in use at once; each costs about 300 bytes. */
const mostRecords = 1_000_000;

/** A pool has as many records in use as it may. */
export class TooManyRecords extends Error {
  override readonly name = "TooManyRecords";
  readonly most = mostRecords;
}

/** Records that are used again. */
export class RecordPool<Item extends { readonly id: number; generation: number }> {
  readonly #items: Item[] = [];
  readonly #free: Item[] = [];
  readonly #create: (id: number) => Item;

  constructor(create: (id: number) => Item) {
    this.#create = create;
  }

  take(): Item {
    const item = this.#free.pop();
    if (item !== undefined) return item;
    if (this.#items.length === mostRecords) throw new TooManyRecords();
    const created = this.#create(this.#items.length);
    this.#items.push(created);
    return created;
  }

  /** From now on nothing that was said of it counts. */
  release(item: Item): void {
    item.generation = (item.generation + 1) & generations;
    this.#free.push(item);
  }

  at(id: number): Item {
    return this.#items[id]!;
  }

  /** Those in use. O(all). */
  inUse(): readonly Item[] {
    const free = new Set(this.#free);
    return this.#items.filter((item) => !free.has(item));
  }
}
