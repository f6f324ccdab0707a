import type { Value } from "@fieldbook/check";
import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { hashPlain } from "@fieldbook/kernel";
import type { NodeClock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Body, ErrorBody, Message } from "./message.ts";
import type { Context } from "./node.ts";
import type { NodeDisk } from "./node-disk.ts";
import { nodeStream } from "./streams.ts";

/** What a node process needs from the simulation around it. */
export interface NodeHost {
  readonly index: number;
  readonly self: string;
  readonly nodes: readonly string[];
  readonly clock: NodeClock;
  readonly random: KeyedRandom;
  time(): Microseconds;
  /** @param fresh whether nobody else holds the body's outermost object, so that it need not be copied */
  send(dest: string, body: Body, fresh: boolean): void;
  /** Asks for `takeTimer(id)` after `delay` of true time. */
  startTimer(id: number, delay: Microseconds): void;
  /** Asks for `takeDiskAnswer(id)` when the disk is done. */
  startDisk(id: number): void;
  log(text: string): void;
  mark(label: string, reached: number, of: number): void;
}

export interface PendingTimer {
  readonly name: string;
  readonly data: number;
}

export interface PendingCall {
  readonly continuation: string;
  readonly data: number;
}

export interface PendingDisk extends PendingCall {
  /** The file to read; undefined for a sync, which covers the first `written` writes. */
  readonly file: string | undefined;
  readonly written: number;
}

/** A node waits for the answers to its last so many calls; who asks more has long gone on. */
const callsMax = 10_000;

/** What a node has under way, beside its state. */
export class Bookkeeping {
  readonly timers = new Map<number, PendingTimer>();
  readonly calls = new Map<number, PendingCall>();
  readonly disk = new Map<number, PendingDisk>();
  readonly draws = new Map<string, number>();
  timersStarted = 0;
  diskAsked = 0;
  // Counts on through crashes: an answer to a call from before a crash must not look like an answer to a new one.
  requestsSent = 0;
  lost: readonly string[] = [];

  /** What a crash takes. */
  forget(): void {
    this.timers.clear();
    this.calls.clear();
    this.disk.clear();
  }
}

/** The context of a handler that runs for good. */
export class NodeContext<Requests extends Body, Replies extends Body> implements Context<Requests, Replies>, Disk {
  readonly self: string;
  readonly nodes: readonly string[];
  readonly peers: readonly string[];
  readonly #host: NodeHost;
  readonly #book: Bookkeeping;
  readonly #disk: NodeDisk;

  constructor(host: NodeHost, book: Bookkeeping, disk: NodeDisk) {
    this.self = host.self;
    this.nodes = host.nodes;
    this.peers = host.nodes.filter((name) => name !== host.self);
    this.#host = host;
    this.#book = book;
    this.#disk = disk;
  }

  get disk(): Disk {
    return this;
  }

  get lost(): readonly string[] {
    return this.#book.lost;
  }

  send(dest: string, body: Requests): void {
    this.#host.send(dest, body, false);
  }

  broadcast(body: Requests): void {
    for (const peer of this.peers) this.#host.send(peer, body, false);
  }

  reply(request: Message, body: Replies | ErrorBody): void {
    const { msg_id: id } = request.body;
    if (id !== undefined) this.#host.send(request.src, { ...body, in_reply_to: id }, true);
  }

  call(dest: string, body: Requests, continuation: string, data: number): void {
    const book = this.#book;
    book.requestsSent += 1;
    book.calls.set(book.requestsSent, { continuation, data });
    // Answers that were lost would be waited for until the next crash.
    if (book.calls.size > callsMax) book.calls.delete(book.calls.keys().next().value!);
    this.#host.send(dest, { ...body, msg_id: book.requestsSent }, true);
  }

  timer(name: string, delay: Microseconds, data = 0): number {
    const book = this.#book;
    book.timersStarted += 1;
    book.timers.set(book.timersStarted, { name, data });
    this.#host.startTimer(book.timersStarted, this.#host.clock.trueDelay(delay));
    return book.timersStarted;
  }

  cancel(timer: number): void {
    this.#book.timers.delete(timer);
  }

  now(): Microseconds {
    return this.#host.clock.timeOfDay(this.#host.time());
  }

  monotonic(): Microseconds {
    return this.#host.clock.monotonic(this.#host.time());
  }

  random(bound: number, label: string): number {
    const count = this.#book.draws.get(label) ?? 0;
    this.#book.draws.set(label, count + 1);
    return this.#host.random.below(bound, nodeStream(label), this.#host.index, count);
  }

  choose<Option>(options: readonly Option[], label: string): Option {
    return chosen(options, label, this.random(options.length, label));
  }

  checksum(data: unknown): number {
    return hashPlain(data);
  }

  log(text: string): void {
    this.#host.log(text);
  }

  assert(condition: boolean, message: string): void {
    check(condition, message);
  }

  mark(label: string, reached = 1, of = 1): void {
    this.#host.mark(label, reached, of);
  }

  append(file: string, data: Value): void {
    this.#disk.append(file, data);
  }

  write(file: string, index: number, data: Value): void {
    this.#disk.write(file, index, data);
  }

  truncate(file: string, length: number): void {
    this.#disk.truncate(file, length);
  }

  read(file: string, continuation: string, data = 0): void {
    this.#ask({ continuation, data, file, written: 0 });
  }

  fsync(continuation: string, data = 0): void {
    this.#ask({ continuation, data, file: undefined, written: this.#disk.written });
  }

  #ask(question: PendingDisk): void {
    this.#book.diskAsked += 1;
    this.#book.disk.set(this.#book.diskAsked, question);
    this.#host.startDisk(this.#book.diskAsked);
  }
}

export function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

export function chosen<Option>(options: readonly Option[], label: string, index: number): Option {
  const option = options[index];
  if (option === undefined) throw new RangeError(`choose("${label}") was given no options`);
  return option;
}
