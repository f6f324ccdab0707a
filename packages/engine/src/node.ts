import type { Value } from "@fieldbook/check";
import type { Microseconds } from "@fieldbook/kernel";
import type { Disk, DiskAnswer } from "./disk.ts";
import type { Body, ErrorBody, Message } from "./message.ts";

/**
 * All that a node can touch outside its own state. There is no clock, chance or I/O but this: that is why a run can be
 * repeated, copied and explored.
 */
export interface Context<Requests extends Body, Replies extends Body> {
  readonly self: string;
  /** All nodes of the system, this one included, in a fixed order. */
  readonly nodes: readonly string[];
  /** All nodes but this one. */
  readonly peers: readonly string[];
  send(dest: string, body: Requests): void;
  /** Sends to each peer. */
  broadcast(body: Requests): void;
  /** Answers a request that has a `msg_id`; to one without, nothing is sent. */
  reply(request: Message, body: Replies | ErrorBody): void;
  /**
   * Sends a request whose first answer runs `replies[continuation](state, answer, data)`. Calls are volatile: a crash
   * forgets them, and so do 10,000 later calls. Later answers to the same request are dropped.
   */
  call(dest: string, body: Requests, continuation: string, data: number): void;
  /** Runs `timers[name](state, data)` after `delay` on this node's own clock; a crash forgets it. Returns its id. */
  timer(name: string, delay: Microseconds, data?: number): number;
  cancel(timer: number): void;
  /** The time of day as this node's clock shows it: offset and drift included. It may be wrong. */
  now(): Microseconds;
  /** A stopwatch that starts with the run: drift counts, offset does not. */
  monotonic(): Microseconds;
  /** A whole number from 0 to `bound` − 1; the label names the decision. */
  random(bound: number, label: string): number;
  choose<Option>(options: readonly Option[], label: string): Option;
  /** Files of records, for nodes that study their disk; others let `durable` write for them. */
  readonly disk: Disk;
  /**
   * Durable fields that could not be read when the node started last: they are as `init` makes them. Empty unless a disk
   * failed.
   */
  readonly lost: readonly string[];
  /** A hash of plain data, for records that must show when they were damaged. */
  checksum(data: unknown): number;
  /** A line in the trace. */
  log(text: string): void;
  /** Stops the run with an error that names the node, the time and the message when `condition` is false. */
  assert(condition: boolean, message: string): void;
  /**
   * Says that an interesting situation was reached; runs count their marks. With `reached` below `of` it says how near
   * the run came instead: `ctx.mark("all have acknowledged", 3, 5)`.
   */
  mark(label: string, reached?: number, of?: number): void;
}

/**
 * One participant of a system: handlers over plain data. A handler changes `state` in place and touches nothing else but
 * `ctx`; it runs to its end before any other event, and the durable fields are on disk when it returns.
 */
export interface NodeDefinition<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly name: string;
  /**
   * Fields of the state that survive a crash; all others are as `init` makes them after a restart. Each field is a record
   * of its own on disk, written whole and before anything the handler says leaves the node; an array that only grows is
   * written record by record.
   */
  readonly durable: readonly (keyof State & string)[] | ((config: Config) => readonly (keyof State & string)[]);
  /** JSON values, Map and Set only. `nodes` are the names of all nodes, "n1" first. */
  init(config: Config, self: string, nodes: readonly string[]): State;
  /** Runs when the node starts and after each restart. */
  start?(state: State, ctx: Context<Requests, Replies>): void;
  readonly on: {
    readonly [Type in Requests["type"]]: (
      state: State,
      message: Message<Extract<Requests, { type: Type }>>,
      ctx: Context<Requests, Replies>,
    ) => void;
  };
  /** Continuations of `ctx.call`, by name. */
  readonly replies?: Readonly<
    Record<
      string,
      (state: State, answer: Message<Replies | ErrorBody>, data: number, ctx: Context<Requests, Replies>) => void
    >
  >;
  readonly timers?: Readonly<Record<string, (state: State, data: number, ctx: Context<Requests, Replies>) => void>>;
  /** Answers of `ctx.disk`, by the name of the continuation. */
  readonly disk?: Readonly<
    Record<string, (state: State, answer: DiskAnswer, data: number, ctx: Context<Requests, Replies>) => void>
  >;
  /** What an operator can ask of a node: push a configuration, add a member. */
  readonly operator?: Readonly<Record<string, (state: State, data: Value, ctx: Context<Requests, Replies>) => void>>;
  /** What a figure shows of the state, in a few words. */
  view?(state: State): string;
  /** What a figure writes on a message's arrow; its type by default. */
  describe?(body: Requests | Replies): string;
}

/** Declares a node; the types of its messages are carried from the sender's call to the handler. */
export function defineNode<State extends object, Requests extends Body, Replies extends Body, Config = undefined>(
  definition: NodeDefinition<State, Requests, Replies, Config>,
): NodeDefinition<State, Requests, Replies, Config> {
  return definition;
}
