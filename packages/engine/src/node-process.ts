import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { copyPlain } from "@fieldbook/kernel";
import type { ClockError } from "./clock.ts";
import { stopwatch, trueDelay } from "./clock.ts";
import type { Body, ErrorBody, Message } from "./message.ts";
import type { Context, NodeDefinition } from "./node.ts";
import { nodeStream } from "./streams.ts";

/** What a node process needs from the simulation around it. */
export interface NodeHost {
  readonly index: number;
  readonly self: string;
  readonly nodes: readonly string[];
  readonly clock: ClockError;
  readonly random: KeyedRandom;
  time(): Microseconds;
  send(dest: string, body: Body): void;
  /** Asks for `takeTimer(id)` after `delay` of true time. */
  startTimer(id: number, delay: Microseconds): void;
  note(kind: "log" | "mark", label: string): void;
}

interface PendingTimer {
  readonly name: string;
  readonly data: number;
}

interface PendingCall {
  readonly continuation: string;
  readonly data: number;
}

/** A node while it lives: its state, its timers and calls, and what a crash takes from it. */
export class NodeProcess<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly index: number;
  readonly self: string;
  state: State;
  /** What the figure was last told. */
  lastView: string | undefined;
  readonly #definition: NodeDefinition<State, Requests, Replies, Config>;
  readonly #config: Config;
  readonly #host: NodeHost;
  readonly #context: Context<Requests, Replies>;
  readonly #timers = new Map<number, PendingTimer>();
  readonly #calls = new Map<number, PendingCall>();
  readonly #draws = new Map<string, number>();
  #crashes = 0;
  #timersStarted = 0;
  // Counts on through crashes: an answer to a call from before a crash must not look like an answer to a new one.
  #requestsSent = 0;

  constructor(definition: NodeDefinition<State, Requests, Replies, Config>, config: Config, host: NodeHost) {
    this.#definition = definition;
    this.#config = config;
    this.#host = host;
    this.index = host.index;
    this.self = host.self;
    this.state = definition.init(config, host.self);
    this.#context = this.#makeContext();
  }

  get up(): boolean {
    return this.#crashes === 0;
  }

  start(): void {
    this.#definition.start?.(this.state, this.#context);
  }

  /** Returns whether the node was up; crashes may overlap and end one by one. */
  crash(): boolean {
    this.#crashes += 1;
    if (this.#crashes > 1) return false;
    const fresh = this.#definition.init(this.#config, this.self);
    for (const field of this.#definition.durable) fresh[field] = copyPlain(this.state[field], `${this.self}.${field}`);
    this.state = fresh;
    this.lastView = undefined;
    this.#timers.clear();
    this.#calls.clear();
    return true;
  }

  /** Returns whether the node is up again; the caller then starts it. */
  restart(): boolean {
    this.#crashes -= 1;
    return this.#crashes === 0;
  }

  /** The pending timer of that id, no longer pending; undefined when it was cancelled or lost in a crash. */
  takeTimer(id: number): PendingTimer | undefined {
    const timer = this.#timers.get(id);
    this.#timers.delete(id);
    return timer;
  }

  onTimer(timer: PendingTimer): void {
    const handler = this.#definition.timers?.[timer.name];
    if (handler === undefined) throw new Error(`it started the timer "${timer.name}", which it does not define`);
    handler(this.state, timer.data, this.#context);
  }

  /** Handles a request or an answer; false when it is an answer that nobody waits for. */
  receive(message: Message): boolean {
    const { body } = message;
    if (body.in_reply_to !== undefined) return this.#receiveAnswer(message, body.in_reply_to);
    const type = body.type as Requests["type"];
    if (!Object.hasOwn(this.#definition.on, type)) {
      const text = `${this.#definition.name} does not know "${body.type}"`;
      const error: ErrorBody = { type: "error", code: 10, text };
      this.#reply(message, error);
      return true;
    }
    // The handler of a type takes that type of message: `on` is declared so, which the compiler can not follow here.
    const handler = this.#definition.on[type] as (
      state: State,
      message: Message,
      ctx: Context<Requests, Replies>,
    ) => void;
    handler(this.state, message, this.#context);
    return true;
  }

  #receiveAnswer(message: Message, request: number): boolean {
    const call = this.#calls.get(request);
    if (call === undefined) return false;
    this.#calls.delete(request);
    const handler = this.#definition.replies?.[call.continuation];
    if (handler === undefined)
      throw new Error(`it called with "${call.continuation}", which its replies do not define`);
    handler(this.state, message as Message<Replies | ErrorBody>, call.data, this.#context);
    return true;
  }

  #reply(request: Message, body: Body): void {
    const { msg_id: id } = request.body;
    if (id !== undefined) this.#host.send(request.src, { ...body, in_reply_to: id });
  }

  #makeContext(): Context<Requests, Replies> {
    const host = this.#host;
    const peers = host.nodes.filter((name) => name !== host.self);
    const random = (bound: number, label: string): number => {
      const count = this.#draws.get(label) ?? 0;
      this.#draws.set(label, count + 1);
      return host.random.below(bound, nodeStream(label), host.index, count);
    };
    return {
      self: host.self,
      nodes: host.nodes,
      peers,
      send: (dest, body) => host.send(dest, body),
      broadcast: (body) => {
        for (const peer of peers) host.send(peer, body);
      },
      reply: (request, body) => this.#reply(request, body),
      call: (dest, body, continuation, data) => {
        this.#requestsSent += 1;
        this.#calls.set(this.#requestsSent, { continuation, data });
        host.send(dest, { ...body, msg_id: this.#requestsSent });
      },
      timer: (name, delay, data = 0) => {
        this.#timersStarted += 1;
        this.#timers.set(this.#timersStarted, { name, data });
        host.startTimer(this.#timersStarted, trueDelay(host.clock, delay));
        return this.#timersStarted;
      },
      cancel: (timer) => {
        this.#timers.delete(timer);
      },
      now: () => stopwatch(host.clock, host.time()) + host.clock.offset,
      monotonic: () => stopwatch(host.clock, host.time()),
      random,
      choose: (options, label) => {
        const option = options[random(options.length, label)];
        if (option === undefined) throw new RangeError(`choose("${label}") was given no options`);
        return option;
      },
      log: (text) => host.note("log", text),
      assert: (condition, message) => {
        if (!condition) throw new Error(`assertion failed: ${message}`);
      },
      mark: (label) => host.note("mark", label),
    };
  }
}
