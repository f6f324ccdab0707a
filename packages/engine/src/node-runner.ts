import type { Value } from "@fieldbook/check";
import type { EventQueue, KeyedRandom } from "@fieldbook/kernel";
import { copyPlain, hashPlain, hashText } from "@fieldbook/kernel";
import type { Causes } from "./causes.ts";
import { NodeClock, trueClock } from "./clock.ts";
import type { PendingEvent } from "./event.ts";
import { EventKind } from "./event.ts";
import type { ArmedWrite, FaultedNode, FaultedNodes } from "./faults/fault-driver.ts";
import { DeterminismError } from "./guard.ts";
import type { Mail } from "./mail.ts";
import type { Body, Message } from "./message.ts";
import { NodeCondition } from "./node-condition.ts";
import { NodeProcess } from "./node-process.ts";
import type { Recorder } from "./recorder.ts";
import type { HandledEvent, Run, RunOptions } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { SimulationError } from "./simulation-error.ts";
import { TraceKind } from "./trace-kind.ts";

const defaultDiskLatency = 100;

/** What the nodes need from the simulation around them. */
export interface RunnerHost<State> {
  readonly random: KeyedRandom;
  readonly endpoints: readonly string[];
  readonly queue: EventQueue<PendingEvent>;
  readonly recorder: Recorder<State>;
  readonly causes: Causes | undefined;
  mail(): Mail;
  /** Asks for an event after a delay. */
  push(delay: number, kind: EventKind, a: number, b: number): void;
  add(kind: number, a: number, b: number, c: number, content: number, label: string): void;
}

type Process<State extends object, Requests extends Body, Replies extends Body, Config> = NodeProcess<
  State,
  Requests,
  Replies,
  Config
>;

/** The nodes of a run: hands them their events, and does to them what faults do. */
export class NodeRunner<
  State extends object,
  Requests extends Body,
  Replies extends Body,
  Config,
> implements FaultedNodes {
  readonly nodes: readonly Process<State, Requests, Replies, Config>[];
  /** What a watcher said when it stopped the run. */
  alarm: Run["alarm"];
  readonly #scenario: Scenario<State, Requests, Replies, Config>;
  readonly #host: RunnerHost<State>;
  readonly #conditions: readonly NodeCondition[];
  /** The message that was handled, for watchers. */
  #message: Message | undefined;
  readonly #watchers: NonNullable<Scenario<State, Requests, Replies, Config>["watchers"]>;
  /** Hash of each node's state after its last event, where causes are kept; forgotten in a crash. */
  readonly #hashes: (number | undefined)[] = [];
  /** Faults that took their node down by themselves. */
  readonly #takenDown = new Set<number>();
  /** The node whose handler runs, for errors. */
  #current = -1;

  constructor(
    scenario: Scenario<State, Requests, Replies, Config>,
    names: readonly string[],
    host: RunnerHost<State>,
    options: RunOptions,
  ) {
    this.#scenario = scenario;
    this.#host = host;
    this.#watchers = scenario.watchers ?? [];
    this.#conditions = names.map(() => new NodeCondition());
    const checked = options.checked === true ? new Set<number>() : undefined;
    this.nodes = names.map((_, index) => this.#makeNode(index, names, checked));
  }

  #makeNode(
    index: number,
    names: readonly string[],
    checked: Set<number> | undefined,
  ): Process<State, Requests, Replies, Config> {
    const { node, config, clocks, diskLatency = defaultDiskLatency } = this.#scenario;
    const { random, queue, recorder, push, add } = this.#host;
    return new NodeProcess(
      node,
      config,
      {
        index,
        self: names[index]!,
        nodes: names,
        clock: new NodeClock(clocks?.[index] ?? trueClock),
        random,
        time: () => queue.now,
        send: (dest, body, fresh) => this.#send(index, dest, body, fresh),
        startTimer: (id, delay) => push(delay, EventKind.timer, index, id),
        startDisk: (id) => push(diskLatency + this.#conditions[index]!.slowDisk, EventKind.disk, index, id),
        log: (text) => add(TraceKind.log, index, 0, 0, hashText(text), text),
        mark: (label, reached, of) => recorder.mark(index, label, reached, of),
      },
      checked,
    );
  }

  /** Starts all nodes but those that take no part. */
  start(): void {
    for (const node of this.nodes) {
      if (this.#scenario.absent?.includes(node.self)) {
        node.crash();
        continue;
      }
      this.#host.add(TraceKind.start, node.index, 0, 0, 0, "");
      this.#handle(node, "start", "", () => node.start());
    }
  }

  /** How much longer what a node says takes to leave it. */
  sentLater(index: number): number {
    return this.#conditions[index]?.slowDisk ?? 0;
  }

  #send(from: number, dest: string, body: Body, fresh: boolean): void {
    const { outbox } = this.#conditions[from]!;
    if (outbox === undefined) this.#host.mail().send(from, dest, body, fresh);
    else outbox.push([dest, copyPlain(body, "A message")]);
  }

  /** Delivers a message to a node that is not cut off. */
  deliver(event: PendingEvent): void {
    const { a: from, b: to, id } = event;
    const node = this.nodes[to]!;
    if (!node.up) return this.#host.mail().drop(from, to, id, "receiver down");
    const condition = this.#conditions[to]!;
    if (condition.busy && this.#keep(event)) return;
    this.#host.add(TraceKind.deliver, from, to, id, 0, "");
    const before = this.#begin(node, "message", "", event);
    if (condition.armed.length === 0) this.#receive(node, event);
    else this.#handleArmed(node, condition, () => this.#receive(node, event));
    this.#end(node, condition, before);
  }

  #receive(node: Process<State, Requests, Replies, Config>, event: PendingEvent): void {
    const body = event.body!;
    const message = { src: this.#host.endpoints[event.a]!, dest: node.self, body };
    const waited = node.receive(message, event.form);
    if (!waited) this.#host.add(TraceKind.stale, node.index, 0, event.id, 0, body.type);
    else if (this.#watchers.length > 0) this.#message = message;
  }

  /** A timer is due or a disk has done its work. */
  wake(event: PendingEvent): void {
    const node = this.nodes[event.a]!;
    if (this.#conditions[event.a]!.busy && this.#keep(event)) return;
    if (event.kind === EventKind.timer) {
      const timer = node.takeTimer(event.b);
      if (timer === undefined) return;
      this.#host.add(TraceKind.timer, event.a, 0, event.b, hashText(timer.name), timer.name);
      return this.#handle(node, "timer", timer.name, () => node.onTimer(timer), event);
    }
    const question = node.takeDisk(event.b);
    if (question === undefined) return;
    this.#host.add(TraceKind.disk, event.a, 0, event.b, hashText(question.continuation), question.continuation);
    this.#handle(node, "disk", question.continuation, () => node.onDisk(question), event);
  }

  /** Whether the event must wait since the node is paused or busy. */
  #keep(event: PendingEvent): boolean {
    const node = event.kind === EventKind.deliver ? event.b : event.a;
    const condition = this.#conditions[node]!;
    if (!this.nodes[node]!.up) return false;
    if (condition.paused > 0) {
      condition.backlog.push(event);
      return true;
    }
    if (condition.busyUntil <= this.#host.queue.now) return false;
    this.#host.queue.push(condition.busyUntil, event);
    return true;
  }

  /** Runs a handler of a node with all that belongs to it. */
  #handle(
    node: Process<State, Requests, Replies, Config>,
    kind: "start" | "timer" | "disk" | "operator",
    label: string,
    handler: () => void,
    event?: PendingEvent,
  ): void {
    const condition = this.#conditions[node.index]!;
    const before = this.#begin(node, kind, label, event);
    if (condition.armed.length === 0) handler();
    else this.#handleArmed(node, condition, handler);
    this.#end(node, condition, before);
  }

  /** Returns a hash of the state, where causes are kept. */
  #begin(
    node: Process<State, Requests, Replies, Config>,
    kind: HandledEvent["kind"],
    label: string,
    event: PendingEvent | undefined,
  ): number {
    this.#current = node.index;
    if (this.#host.causes === undefined) return 0;
    const delivered = event?.kind === EventKind.deliver ? event : undefined;
    const { body } = delivered ?? {};
    const inner = delivered !== undefined && delivered.a === delivered.b;
    const cause = event?.cause ?? -1;
    const { fate = -1, copy = 0 } = delivered ?? {};
    const what = body?.in_reply_to === undefined ? kind : "answer";
    this.#host.causes.begin(node.index, this.#host.queue.now, what, body?.type ?? label, cause, fate, copy, inner);
    if (this.#host.queue.now > this.#host.causes.until) return 0;
    return this.#hashes[node.index] ?? hashPlain(node.state);
  }

  #end(node: Process<State, Requests, Replies, Config>, condition: NodeCondition, before: number): void {
    if (condition.slowBy > 0) condition.busyUntil = this.#host.queue.now + condition.slowBy;
    this.#noteChange(node, before);
    if (this.#host.recorder.active) this.#host.recorder.handled(node, this.#host.queue.now);
    // An error of a watcher is none of the node's.
    this.#current = -1;
    if (this.#watchers.length === 0) return;
    this.#watch(node);
    this.#message = undefined;
  }

  #noteChange(node: Process<State, Requests, Replies, Config>, before: number): void {
    const { causes, queue } = this.#host;
    if (causes === undefined) return;
    if (queue.now > causes.until) return causes.end(false);
    const after = hashPlain(node.state);
    this.#hashes[node.index] = after;
    causes.end(after !== before);
  }

  /** A handler whose write, if it makes one, goes wrong. */
  #handleArmed(node: Process<State, Requests, Replies, Config>, condition: NodeCondition, handler: () => void): void {
    const before = node.durable();
    condition.outbox = [];
    handler();
    const { outbox } = condition;
    condition.outbox = undefined;
    const after = node.durable();
    const write = hashPlain(before) === hashPlain(after) ? undefined : condition.armed[0];
    if (write === undefined || write.kind === "misdirected-write") {
      if (write !== undefined) {
        const field = Object.keys(after).find((name) => hashPlain(before[name]) !== hashPlain(after[name]))!;
        node.disk.misdirect(field, before, after, write.pick);
        condition.disarm(write.fault);
      }
      for (const [dest, body] of outbox) this.#host.mail().send(node.index, dest, body, true);
      return;
    }
    condition.disarm(write.fault);
    this.#takenDown.add(write.fault);
    this.crash(node, condition.afterCrash(write, before, after));
  }

  #watch(node: Process<State, Requests, Replies, Config>): void {
    if (!node.up || this.alarm !== undefined) return;
    for (const [watcher, watch] of this.#watchers.entries()) {
      const says = watch(node, this.nodes, this.#host.queue.now, this.#message);
      if (says === undefined) continue;
      this.alarm = { watcher, says, node: node.index };
      this.#host.add(TraceKind.alarm, node.index, 0, 0, hashText(says), says);
      return;
    }
  }

  /** An error of a handler with its node and time; others as they are. */
  explained(error: unknown): unknown {
    const node = this.nodes[this.#current];
    if (error instanceof SimulationError || node === undefined) return error;
    const why = error instanceof Error ? error.message : String(error);
    const seconds = (this.#host.queue.now / 1_000_000).toFixed(6);
    return new SimulationError(`${node.self} (${this.#scenario.node.name}) at ${seconds} s: ${why}`, { cause: error });
  }

  /** Makes an alarm of an error of a node's own code; false for any other error. */
  blame(error: unknown): boolean {
    const node = this.nodes[this.#current];
    if (!(error instanceof SimulationError) || node === undefined) return false;
    if (error.cause instanceof DeterminismError) return false;
    this.alarm = { watcher: -1, says: error.message, node: node.index };
    this.#host.add(TraceKind.alarm, node.index, 0, 0, hashText(error.message), error.message);
    return true;
  }

  node(name: string): Process<State, Requests, Replies, Config> {
    return this.nodes[this.#host.endpoints.indexOf(name)]!;
  }

  crash(faulted: FaultedNode, durable?: Record<string, unknown>): void {
    const node = this.nodes[faulted.index]!;
    if (!node.crash(durable)) return;
    this.#conditions[node.index]!.backlog.length = 0;
    this.#hashes[node.index] = undefined;
    this.#host.add(TraceKind.crash, node.index, 0, 0, 0, "");
    this.#host.causes?.note(node.index, this.#host.queue.now, "crash");
    this.#host.recorder.down(node.index, this.#host.queue.now);
  }

  restart(faulted: FaultedNode, { wiped, next }: { readonly wiped: boolean; readonly next: boolean }): void {
    const node = this.nodes[faulted.index]!;
    if (wiped) node.wipe();
    if (next && this.#scenario.next !== undefined) node.upgrade(this.#scenario.next);
    if (!node.restart()) return;
    this.#conditions[node.index]!.busyUntil = 0;
    this.#hashes[node.index] = undefined;
    this.#host.add(TraceKind.restart, node.index, 0, 0, 0, "");
    this.#handle(node, "start", "", () => node.start());
  }

  pause({ index }: FaultedNode, change: 1 | -1): void {
    const condition = this.#conditions[index]!;
    condition.paused += change;
    if (condition.paused > 0) return;
    // At once and in order: what comes to the node now comes after what has waited.
    for (const event of condition.backlog.splice(0)) {
      if (event.kind === EventKind.deliver) this.deliver(event);
      else this.wake(event);
    }
  }

  slow({ index }: FaultedNode, by: number): void {
    this.#conditions[index]!.slowBy += by;
  }

  slowDisk({ index }: FaultedNode, by: number): void {
    this.#conditions[index]!.slowDisk += by;
  }

  arm({ index }: FaultedNode, write: ArmedWrite): void {
    this.#conditions[index]!.armed.push(write);
  }

  disarm({ index }: FaultedNode, fault: number): void {
    this.#conditions[index]!.disarm(fault);
  }

  takenDown(fault: number): boolean {
    return this.#takenDown.delete(fault);
  }

  operator({ index }: FaultedNode, command: string, data: Value): void {
    const node = this.nodes[index]!;
    if (!node.up) return;
    this.#host.add(TraceKind.operator, index, 0, 0, hashPlain([command, data]), command);
    this.#message = { src: "operator", dest: node.self, body: commandBody(command, data) };
    this.#handle(node, "operator", command, () => node.onOperator(command, data));
  }
}

/** An operator's command as watchers see it: a message. */
const commandBody = (type: string, data: Value): Body & { readonly data: Value } => ({ type, data });
