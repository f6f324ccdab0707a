import type { Value } from "@fieldbook/check";
import type { Microseconds } from "@fieldbook/kernel";
import { hashPlain, hashText, RunningHash } from "@fieldbook/kernel";
import type { Disk } from "./disk.ts";
import type { Body, ErrorBody, Message } from "./message.ts";
import type { Context } from "./node.ts";
import type { Bookkeeping, NodeHost } from "./node-context.ts";
import { check, chosen } from "./node-context.ts";
import { nodeStream } from "./streams.ts";

/**
 * A context that lets nothing out: it writes down what a handler would do, so that two runs of it can be compared. It
 * answers as the real one would, draws included.
 */
class RehearsalContext implements Context<Body, Body>, Disk {
  readonly self: string;
  readonly nodes: readonly string[];
  readonly peers: readonly string[];
  readonly #host: NodeHost;
  readonly #book: Bookkeeping;
  readonly #effects = new RunningHash();
  readonly #draws = new Map<string, number>();
  #timers = 0;
  #requests = 0;

  constructor(host: NodeHost, book: Bookkeeping) {
    this.self = host.self;
    this.nodes = host.nodes;
    this.peers = host.nodes.filter((name) => name !== host.self);
    this.#host = host;
    this.#book = book;
  }

  get disk(): Disk {
    return this;
  }

  get lost(): readonly string[] {
    return this.#book.lost;
  }

  /** A digest of all that was asked for, in order. */
  effects(): string {
    return this.#effects.digest();
  }

  send(dest: string, body: Body): void {
    this.#note("send", [dest, body]);
  }

  broadcast(body: Body): void {
    for (const peer of this.peers) this.send(peer, body);
  }

  reply(request: Message, body: Body | ErrorBody): void {
    const { msg_id: id } = request.body;
    if (id !== undefined) this.send(request.src, { ...body, in_reply_to: id });
  }

  call(dest: string, body: Body, continuation: string, data: number): void {
    this.#requests += 1;
    this.#note("call", [dest, { ...body, msg_id: this.#book.requestsSent + this.#requests }, continuation, data]);
  }

  timer(name: string, delay: Microseconds, data = 0): number {
    this.#timers += 1;
    this.#note("timer", [name, delay, data]);
    return this.#book.timersStarted + this.#timers;
  }

  cancel(timer: number): void {
    this.#note("cancel", timer);
  }

  now(): Microseconds {
    return this.#host.clock.timeOfDay(this.#host.time());
  }

  monotonic(): Microseconds {
    return this.#host.clock.monotonic(this.#host.time());
  }

  random(bound: number, label: string): number {
    const count = this.#draws.get(label) ?? this.#book.draws.get(label) ?? 0;
    this.#draws.set(label, count + 1);
    this.#note("random", [bound, label]);
    return this.#host.random.below(bound, nodeStream(label), this.#host.index, count);
  }

  choose<Option>(options: readonly Option[], label: string): Option {
    return chosen(options, label, this.random(options.length, label));
  }

  checksum(data: unknown): number {
    return hashPlain(data);
  }

  log(text: string): void {
    this.#note("log", text);
  }

  assert(condition: boolean, message: string): void {
    check(condition, message);
  }

  mark(label: string): void {
    this.#note("mark", label);
  }

  append(file: string, data: Value): void {
    this.#note("append", [file, data]);
  }

  write(file: string, index: number, data: Value): void {
    this.#note("write", [file, index, data]);
  }

  truncate(file: string, length: number): void {
    this.#note("truncate", [file, length]);
  }

  read(file: string, continuation: string, data = 0): void {
    this.#note("read", [file, continuation, data]);
  }

  fsync(continuation: string, data = 0): void {
    this.#note("fsync", [continuation, data]);
  }

  #note(what: string, content: unknown): void {
    this.#effects.add(hashText(what));
    this.#effects.add(hashPlain(content));
  }
}

/** What a handler did to a state and wanted to do to the world, in one text. */
function rehearse(
  host: NodeHost,
  book: Bookkeeping,
  state: object,
  handler: (state: object, ctx: Context<Body, Body>) => void,
): string {
  const ctx = new RehearsalContext(host, book);
  handler(state, ctx);
  return `${ctx.effects()} ${String(hashPlain(state))}`;
}

/** Data equal to the given one, with the entries of every Map and Set in the opposite order. */
function reversed<Data>(data: Data): Data {
  return reverse(data) as Data;
}

function reverse(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reverse);
  if (value instanceof Map) {
    return new Map([...value].toReversed().map(([key, item]) => [reverse(key), reverse(item)]));
  }
  if (value instanceof Set) return new Set([...value].toReversed().map(reverse));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reverse(item)]));
}

/**
 * Runs a handler twice on copies of a state, and once on a copy whose Maps and Sets are in another order. Returns what
 * is wrong when the three do not do the same.
 *
 * @param copy makes a fresh copy of the state
 */
export function nondeterminism(
  host: NodeHost,
  book: Bookkeeping,
  copy: () => object,
  handler: (state: object, ctx: Context<Body, Body>) => void,
): string | undefined {
  const first = rehearse(host, book, copy(), handler);
  if (rehearse(host, book, copy(), handler) !== first) {
    return (
      "run twice on the same state and event it did two different things: something outside `state` and `ctx` " +
      "decides, such as a variable of its module. Keep it in the state."
    );
  }
  if (rehearse(host, book, reversed(copy()), handler) !== first) {
    return (
      "what it does hangs on the order in which a Map or Set was filled. Sort the keys before the loop, or make the " +
      "result independent of the order."
    );
  }
  return undefined;
}
