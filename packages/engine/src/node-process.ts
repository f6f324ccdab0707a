import type { Value } from "@fieldbook/check";
import { copyPlain, hashPlain } from "@fieldbook/kernel";
import { DeterminismError } from "./guard.ts";
import type { Body, ErrorBody, Message } from "./message.ts";
import type { Context, NodeDefinition } from "./node.ts";
import type { NodeHost, PendingDisk, PendingTimer } from "./node-context.ts";
import { Bookkeeping, NodeContext } from "./node-context.ts";
import { NodeDisk } from "./node-disk.ts";
import { nondeterminism } from "./rehearsal.ts";

type Handler<State, Requests extends Body, Replies extends Body> = (
  state: State,
  ctx: Context<Requests, Replies>,
) => void;

type MessageHandler<State, Requests extends Body, Replies extends Body> = (
  state: State,
  message: Message,
  ctx: Context<Requests, Replies>,
) => void;

/** The handler of a type takes that type of message: `on` is declared so, which the compiler can not follow here. */
function handlersOf<State extends object, Requests extends Body, Replies extends Body, Config>(
  definition: NodeDefinition<State, Requests, Replies, Config>,
): ReadonlyMap<string, MessageHandler<State, Requests, Replies>> {
  return new Map(Object.entries(definition.on) as [string, MessageHandler<State, Requests, Replies>][]);
}

/** A node while it lives: its state, what it has under way, its disk, and what a crash takes from it. */
export class NodeProcess<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly index: number;
  readonly self: string;
  readonly disk = new NodeDisk();
  readonly host: NodeHost;
  state: State;
  /** What the figure was last told. */
  lastView: string | undefined;
  #definition: NodeDefinition<State, Requests, Replies, Config>;
  #durable: readonly (keyof State & string)[];
  #handlers: ReadonlyMap<string, MessageHandler<State, Requests, Replies>>;
  /** Those that were needed, by the number of their message's type. */
  readonly #handlersUsed: (MessageHandler<State, Requests, Replies> | undefined)[] = [];
  readonly #config: Config;
  readonly #book = new Bookkeeping();
  readonly #context: Context<Requests, Replies>;
  /** What was already seen to be deterministic; undefined when handlers are not checked. */
  readonly #checked: Set<number> | undefined;
  #crashes = 0;
  #crashesEver = 0;

  constructor(
    definition: NodeDefinition<State, Requests, Replies, Config>,
    config: Config,
    host: NodeHost,
    checked: Set<number> | undefined,
  ) {
    this.#definition = definition;
    this.#config = config;
    this.host = host;
    this.index = host.index;
    this.self = host.self;
    this.state = definition.init(config, host.self, host.nodes);
    this.#durable = fieldsOf(definition, config);
    this.#handlers = handlersOf(definition);
    this.#context = new NodeContext(host, this.#book, this.disk);
    this.#checked = checked;
  }

  get up(): boolean {
    return this.#crashes === 0;
  }

  get name(): string {
    return this.self;
  }

  get hasDurable(): boolean {
    return this.#durable.length > 0;
  }

  /** A copy of the durable fields. */
  durable(): Record<string, unknown> {
    return Object.fromEntries(
      this.#durable.map((field) => [field, copyPlain(this.state[field], `${this.self}.${field}`)]),
    );
  }

  start(): void {
    const { start } = this.#definition;
    if (start !== undefined) this.#run("start", "", 0, (state, ctx) => start(state, ctx));
  }

  /** Returns whether the node was up; crashes may overlap and end one by one. */
  crash(durable: Record<string, unknown> = this.durable()): boolean {
    this.#crashes += 1;
    if (this.#crashes > 1) return false;
    this.#crashesEver += 1;
    this.disk.crash(this.host.random, this.index, this.#crashesEver);
    this.#book.lost = this.#restore(durable);
    this.lastView = undefined;
    this.#book.forget();
    return true;
  }

  /** The state as it is read from the disk; what can not be read is as `init` makes it. */
  #restore(durable: Record<string, unknown>): string[] {
    const { fields, lost } = this.disk.recover(durable);
    this.state = Object.assign(this.#definition.init(this.#config, this.self, this.host.nodes), fields);
    return lost;
  }

  /** Empties the disk of a node that is down. */
  wipe(): void {
    this.disk.wipe();
    this.state = this.#definition.init(this.#config, this.self, this.host.nodes);
    this.#book.lost = [];
  }

  /** Puts other code under the durable state of a node that is down. */
  upgrade(definition: NodeDefinition<State, Requests, Replies, Config>): void {
    const durable = this.durable();
    this.#definition = definition;
    this.#durable = fieldsOf(definition, this.#config);
    this.#handlers = handlersOf(definition);
    this.#handlersUsed.length = 0;
    this.state = Object.assign(definition.init(this.#config, this.self, this.host.nodes), durable);
  }

  /** Returns whether the node is up again; the caller then starts it. */
  restart(): boolean {
    this.#crashes -= 1;
    if (this.#crashes > 0) return false;
    // Read once more: the disk may have been damaged while the node was down.
    this.#book.lost = [...this.#book.lost, ...this.#restore(this.durable())];
    return true;
  }

  /** The pending timer of that id, no longer pending; undefined when it was cancelled or lost in a crash. */
  takeTimer(id: number): PendingTimer | undefined {
    const timer = this.#book.timers.get(id);
    if (timer !== undefined) this.#book.timers.delete(id);
    return timer;
  }

  onTimer(timer: PendingTimer): void {
    const handler = this.#definition.timers?.[timer.name];
    if (handler === undefined) throw new Error(`it started the timer "${timer.name}", which it does not define`);
    this.#run("timer", timer.name, timer, (state, ctx) => handler(state, timer.data, ctx));
  }

  /** The disk question of that id, no longer pending; undefined when it was lost in a crash. */
  takeDisk(id: number): PendingDisk | undefined {
    const question = this.#book.disk.get(id);
    this.#book.disk.delete(id);
    return question;
  }

  onDisk(question: PendingDisk): void {
    const handler = this.#definition.disk?.[question.continuation];
    if (handler === undefined) {
      throw new Error(`it asked its disk with "${question.continuation}", which its \`disk\` does not define`);
    }
    if (question.file === undefined) this.disk.sync(question.written);
    const records = question.file === undefined ? [] : this.disk.read(question.file);
    const ok = question.file === undefined ? this.disk.full === 0 : records !== undefined;
    const answer = { ok, records: records ?? [] };
    this.#run("disk", question.continuation, [question, answer], (state, ctx) =>
      handler(state, answer, question.data, ctx),
    );
  }

  onOperator(command: string, data: Value): void {
    const handler = this.#definition.operator?.[command];
    if (handler === undefined) {
      const known = Object.keys(this.#definition.operator ?? {}).join(", ") || "none";
      throw new Error(`it knows no operator's command "${command}"; it knows ${known}`);
    }
    this.#run("operator", command, [command, data], (state, ctx) => handler(state, data, ctx));
  }

  /**
   * Handles a request or an answer; false when it is an answer that nobody waits for.
   *
   * @param form the number of its type
   */
  receive(message: Message, form: number): boolean {
    const { body } = message;
    if (body.in_reply_to !== undefined) return this.#receiveAnswer(message, body.in_reply_to);
    const handler = this.#handlersUsed[form] ?? this.#handlers.get(body.type);
    this.#handlersUsed[form] = handler;
    if (handler === undefined) {
      const text = `${this.#definition.name} does not know "${body.type}"`;
      const error: ErrorBody = { type: "error", code: 10, text };
      this.#context.reply(message, error);
      return true;
    }
    if (this.#checked === undefined) refuseAsync(handler(this.state, message, this.#context));
    else this.#run("message", body.type, message, (state, ctx) => handler(state, copyPlain(message, "A message"), ctx));
    return true;
  }

  #receiveAnswer(message: Message, request: number): boolean {
    const call = this.#book.calls.get(request);
    if (call === undefined) return false;
    this.#book.calls.delete(request);
    const handler = this.#definition.replies?.[call.continuation];
    if (handler === undefined)
      throw new Error(`it called with "${call.continuation}", which its replies do not define`);
    const answer = message as Message<Replies | ErrorBody>;
    if (this.#checked === undefined) refuseAsync(handler(this.state, answer, call.data, this.#context));
    else {
      this.#run("answer", call.continuation, [message, call], (state, ctx) =>
        handler(state, copyPlain(answer, "A message"), call.data, ctx),
      );
    }
    return true;
  }

  #run(what: string, name: string, event: unknown, handler: Handler<State, Requests, Replies>): void {
    if (this.#checked !== undefined) this.#check(this.#checked, `${what} ${name}`.trim(), event, handler);
    refuseAsync(handler(this.state, this.#context));
  }

  #check(checked: Set<number>, what: string, event: unknown, handler: Handler<State, Requests, Replies>): void {
    const sight = hashPlain([this.self, what, event, this.state]);
    if (checked.has(sight)) return;
    checked.add(sight);
    const problem = nondeterminism(
      this.host,
      this.#book,
      () => copyPlain(this.state, `The state of ${this.self}`),
      handler as unknown as Handler<object, Body, Body>,
    );
    if (problem !== undefined) throw new DeterminismError(`handler of ${what}: ${problem}`);
  }
}

function fieldsOf<State extends object, Requests extends Body, Replies extends Body, Config>(
  definition: NodeDefinition<State, Requests, Replies, Config>,
  config: Config,
): readonly (keyof State & string)[] {
  const { durable } = definition;
  return typeof durable === "function" ? durable(config) : durable;
}

function refuseAsync(result: unknown): void {
  if (result === undefined) return;
  if (typeof result === "object" && result !== null && "then" in result) {
    throw new DeterminismError(
      "the handler is async: what comes after an await can not be repeated. Send with ctx.call and go on in `replies`.",
    );
  }
}
