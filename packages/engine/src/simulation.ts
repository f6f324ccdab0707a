import type { Microseconds } from "@fieldbook/kernel";
import { EventQueue, hashPlain, hashText, keyedRandom, Trace } from "@fieldbook/kernel";
import { Causes } from "./causes.ts";
import { Clients } from "./clients.ts";
import { NodeClock, trueClock } from "./clock.ts";
import type { PendingEvent } from "./event.ts";
import { EventKind } from "./event.ts";
import { Cuts } from "./faults/cuts.ts";
import { FaultDriver } from "./faults/fault-driver.ts";
import { faultProblem } from "./faults/fault-problem.ts";
import { Mail } from "./mail.ts";
import type { Body } from "./message.ts";
import { NodeCondition } from "./node-condition.ts";
import { NodeProcess } from "./node-process.ts";
import { Recorder } from "./recorder.ts";
import type { Run, RunOptions } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { SimulationError } from "./simulation-error.ts";
import { TraceKind } from "./trace-kind.ts";
import { WeatherNow } from "./weather.ts";

const defaultMaxEvents = 1_000_000;
const defaultDiskLatency = 100;

/** One run under way: takes events in order and hands each to whom it concerns. */
export class Simulation<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly #scenario: Scenario<State, Requests, Replies, Config>;
  readonly #queue = new EventQueue<PendingEvent>();
  readonly #trace: Trace;
  readonly #mail: Mail;
  readonly #faults: FaultDriver;
  readonly #endpoints: readonly string[];
  readonly #nodes: NodeProcess<State, Requests, Replies, Config>[];
  readonly #conditions: NodeCondition[];
  readonly #clients: Clients<Requests, Replies>;
  readonly #recorder: Recorder<State>;
  readonly #causes: Causes | undefined;
  readonly #takenDown = new Set<number>();
  #events = 0;
  /** The node whose handler runs, for errors. */
  #current = -1;
  #alarm: Run["alarm"];
  #recoveredAt: Microseconds = -1;

  constructor(scenario: Scenario<State, Requests, Replies, Config>, seed: number, options: RunOptions) {
    const random = keyedRandom(seed);
    const names = Array.from({ length: scenario.nodes }, (_, index) => `n${String(index + 1)}`);
    const clients = Array.from({ length: scenario.workload.clients }, (_, index) => `c${String(index + 1)}`);
    this.#scenario = scenario;
    this.#trace = new Trace({ recorded: options.record ?? false });
    this.#endpoints = [...names, ...clients];
    this.#causes = options.causes === true ? new Causes() : undefined;
    const add = (kind: number, a: number, b: number, c: number, content: number, label: string): void =>
      this.#trace.add(this.#queue.now, kind, a, b, c, content, label);
    this.#recorder = new Recorder<State>(scenario.node.view, options, add);
    const cuts = new Cuts(names, this.#endpoints);
    const weather = new WeatherNow(random, this.#endpoints);
    this.#mail = new Mail(random, scenario, names.length, this.#endpoints, {
      queue: this.#queue,
      cuts,
      weather,
      add,
      describe: (body) => (this.#recorder.recording ? this.#label(body) : ""),
      sentLater: (node) => this.#conditions[node]?.slowDisk ?? 0,
      cause: () => this.#causes?.current ?? -1,
      keepFates: options.fates === true || options.causes === true,
    });
    const checked = options.checked === true ? new Set<number>() : undefined;
    this.#conditions = names.map(() => new NodeCondition());
    this.#nodes = names.map(
      (self, index) =>
        new NodeProcess(
          scenario.node,
          scenario.config,
          {
            index,
            self,
            nodes: names,
            clock: new NodeClock(scenario.clocks?.[index] ?? trueClock),
            random,
            time: () => this.#queue.now,
            send: (dest, body) => this.#send(index, dest, body),
            startTimer: (id, delay) => this.#push(delay, EventKind.timer, index, id),
            startDisk: (id) => {
              const latency = scenario.diskLatency ?? defaultDiskLatency;
              this.#push(latency + this.#conditions[index]!.slowDisk, EventKind.disk, index, id);
            },
            log: (text) => add(TraceKind.log, index, 0, 0, hashText(text), text),
            mark: (label, reached, of) => this.#recorder.mark(index, label, reached, of),
          },
          checked,
        ),
    );
    this.#clients = new Clients(scenario, random, {
      names: clients,
      time: () => this.#queue.now,
      call: (client, at) => this.#push(at - this.#queue.now, EventKind.call, client, 0),
      timeout: (client, operation) => this.#push(scenario.workload.timeout, EventKind.timeout, client, operation),
      send: (client, node, body) => this.#mail.send(names.length + client, names[node] ?? `n${String(node + 1)}`, body),
      trace: (kind, client, operation, content) => add(kind, names.length + client, 0, operation, content, ""),
    });
    this.#faults = new FaultDriver(scenario.faults, this.#faultHost(cuts, weather));
  }

  #faultHost(cuts: Cuts, weather: WeatherNow): ConstructorParameters<typeof FaultDriver>[1] {
    const process = (index: number): NodeProcess<State, Requests, Replies, Config> => this.#nodes[index]!;
    return {
      cuts,
      weather,
      nodes: this.#nodes,
      time: () => this.#queue.now,
      node: (name) => this.#nodes[this.#endpoints.indexOf(name)]!,
      at: (time, fault, step) => this.#push(time - this.#queue.now, EventKind.fault, fault, step),
      crash: ({ index }) => this.#crash(process(index)),
      restart: ({ index }, how) => this.#restart(process(index), how),
      pause: ({ index }, change) => this.#pause(index, change),
      slow: ({ index }, by) => {
        this.#conditions[index]!.slowBy += by;
      },
      arm: ({ index }, write) => this.#conditions[index]!.armed.push(write),
      disarm: ({ index }, fault) => this.#conditions[index]!.disarm(fault),
      takenDown: (fault) => this.#takenDown.delete(fault),
      slowDisk: ({ index }, by) => {
        this.#conditions[index]!.slowDisk += by;
      },
      operator: ({ index }, command, data) => {
        const node = process(index);
        if (!node.up) return;
        this.#add(TraceKind.operator, index, 0, 0, hashPlain([command, data]), command);
        this.#handle(node, "operator", command, () => node.onOperator(command, data));
      },
    };
  }

  run(): Run {
    const { faults, until, outliveClients = false, maxEvents = defaultMaxEvents, recovery } = this.#scenario;
    const names = this.#nodes.map(({ self }) => self);
    for (const [index, fault] of faults.entries()) {
      const problem = faultProblem(fault, names, this.#endpoints);
      if (problem !== undefined) throw new SimulationError(`Fault ${String(index)} (${fault.kind}): ${problem}`);
    }
    this.#faults.plan();
    this.#mail.planSchedule();
    for (const node of this.#nodes) {
      if (this.#scenario.absent?.includes(node.self)) {
        node.crash();
        continue;
      }
      this.#add(TraceKind.start, node.index, 0, 0, 0, "");
      this.#handle(node, "start", "", () => node.start());
    }
    this.#clients.start();
    let ended: Run["ended"] = "quiescent";
    const staysForClients = !outliveClients && recovery === undefined;
    try {
      while (this.#queue.size > 0) {
        if (this.#alarm !== undefined) {
          ended = "alarm";
          break;
        }
        if (staysForClients && this.#clients.done) {
          ended = "clients-done";
          break;
        }
        if (recovery !== undefined && this.#hasRecovered()) {
          ended = "settled";
          break;
        }
        if (this.#queue.nextTime > until) {
          ended = "until";
          break;
        }
        if (this.#events === maxEvents) {
          ended = "events";
          break;
        }
        this.#events += 1;
        this.#dispatch(this.#queue.pop()!);
      }
    } catch (error) {
      throw this.#explained(error);
    }
    return this.#finish(ended);
  }

  #explained(error: unknown): unknown {
    const node = this.#nodes[this.#current];
    if (error instanceof SimulationError || node === undefined) return error;
    const why = error instanceof Error ? error.message : String(error);
    const seconds = (this.#queue.now / 1_000_000).toFixed(6);
    return new SimulationError(`${node.self} (${this.#scenario.node.name}) at ${seconds} s: ${why}`, { cause: error });
  }

  /** Asked before each event: cheap until the clients are done. */
  #hasRecovered(): boolean {
    const { from, core, settled } = this.#scenario.recovery!;
    if (this.#recoveredAt >= 0) return true;
    if (this.#queue.now < from || !this.#clients.done) return false;
    if (settled !== undefined && !settled(this.#nodes.filter(({ self }) => core.includes(self)))) return false;
    this.#recoveredAt = this.#queue.now;
    this.#add(TraceKind.settled, -1, 0, 0, 0, "");
    return true;
  }

  #finish(ended: Run["ended"]): Run {
    const endedAt = this.#queue.now;
    const { recovery } = this.#scenario;
    for (const node of this.#nodes) this.#add(TraceKind.end, node.index, 0, 0, hashPlain(node.state), ended);
    return {
      history: this.#clients.history(),
      traceHash: this.#trace.digest(),
      events: this.#events,
      endedAt,
      ended,
      ...(this.#alarm === undefined ? {} : { alarm: this.#alarm }),
      ...(recovery === undefined || ended === "alarm" ? {} : { recovered: this.#recovery(recovery.from) }),
      marks: this.#recorder.marks,
      endpoints: this.#endpoints,
      faults: this.#scenario.faults,
      nodes: this.#nodes.map(({ self, up, state }) => ({ name: self, up, state })),
      trace: [...this.#trace.entries()],
      states: this.#recorder.states,
      fates: this.#mail.fates,
      handled: this.#causes?.handled ?? [],
      situations: this.#recorder.situations,
    };
  }

  #recovery(from: Microseconds): NonNullable<Run["recovered"]> {
    const reached = this.#recoveredAt >= 0;
    const waiting = this.#clients.unanswered();
    const missing = reached
      ? ""
      : waiting.length > 0
        ? `${waiting.join(", ")} had no answer after the faults were over`
        : "the core did not settle";
    return { reached, at: reached ? this.#recoveredAt - from : Infinity, missing };
  }

  #dispatch(event: PendingEvent): void {
    switch (event.kind) {
      case EventKind.deliver:
        return this.#deliver(event);
      case EventKind.timer:
      case EventKind.disk:
        return this.#wake(event);
      case EventKind.fault:
        return this.#fault(event.a, event.b);
      case EventKind.call:
        this.#causes?.begin(this.#nodes.length + event.a, this.#queue.now, "call", "", event.cause, -1, 0);
        this.#clients.call(event.a, this.#events);
        return this.#causes?.end(true);
      case EventKind.timeout:
        this.#causes?.begin(this.#nodes.length + event.a, this.#queue.now, "timeout", "", event.cause, -1, 0);
        this.#clients.giveUp(event.a, event.b);
        return this.#causes?.end(true);
      case EventKind.step:
        this.#mail.step((next) => this.#deliver(next));
        return;
      case EventKind.drain:
        return this.#mail.drain();
    }
  }

  /** A timer is due or a disk has done its work; `kept` until the node can take it. */
  #wake(event: PendingEvent): void {
    const node = this.#nodes[event.a]!;
    if (this.#conditions[event.a]!.busy && this.#keep(event)) return;
    if (event.kind === EventKind.timer) {
      const timer = node.takeTimer(event.b);
      if (timer === undefined) return;
      this.#add(TraceKind.timer, event.a, 0, event.b, hashText(timer.name), timer.name);
      return this.#handle(node, "timer", timer.name, () => node.onTimer(timer), event);
    }
    const question = node.takeDisk(event.b);
    if (question === undefined) return;
    this.#add(TraceKind.disk, event.a, 0, event.b, hashText(question.continuation), question.continuation);
    this.#handle(node, "disk", question.continuation, () => node.onDisk(question), event);
  }

  /** Whether the event must wait since the node is paused or busy. */
  #keep(event: PendingEvent): boolean {
    const node = event.kind === EventKind.deliver ? event.b : event.a;
    const condition = this.#conditions[node]!;
    if (!this.#nodes[node]!.up) return false;
    if (condition.paused > 0) {
      condition.backlog.push(event);
      return true;
    }
    if (condition.busyUntil <= this.#queue.now) return false;
    this.#queue.push(condition.busyUntil, event);
    return true;
  }

  #pause(index: number, change: 1 | -1): void {
    const condition = this.#conditions[index]!;
    condition.paused += change;
    if (condition.paused > 0) return;
    for (const event of condition.backlog.splice(0)) this.#queue.push(this.#queue.now, event);
  }

  #fault(index: number, step: number): void {
    const fault = this.#scenario.faults[index]!;
    const node = this.#faults.nodeOf(index);
    const content = step === 0 ? hashPlain(fault) : 0;
    if (fault.kind !== "crash" && fault.kind !== "wipe") {
      if (step === 0) this.#add(TraceKind.cut, index, node, 0, content, fault.kind);
      if (step < 0) this.#add(TraceKind.heal, index, node, 0, content, fault.kind);
    }
    this.#faults.step(index, step);
  }

  #crash(node: NodeProcess<State, Requests, Replies, Config>, durable?: Record<string, unknown>): void {
    if (!node.crash(durable)) return;
    this.#conditions[node.index]!.backlog.length = 0;
    this.#add(TraceKind.crash, node.index, 0, 0, 0, "");
    this.#causes?.note(node.index, this.#queue.now, "crash");
    this.#recorder.down(node.index, this.#queue.now);
  }

  #restart(
    node: NodeProcess<State, Requests, Replies, Config>,
    { wiped, next }: { readonly wiped: boolean; readonly next: boolean },
  ): void {
    if (wiped) node.wipe();
    if (next && this.#scenario.next !== undefined) node.upgrade(this.#scenario.next);
    if (!node.restart()) return;
    this.#conditions[node.index]!.busyUntil = 0;
    this.#add(TraceKind.restart, node.index, 0, 0, 0, "");
    this.#handle(node, "start", "", () => node.start());
  }

  #send(from: number, dest: string, body: Body): void {
    const { outbox } = this.#conditions[from]!;
    if (outbox === undefined) this.#mail.send(from, dest, body);
    else outbox.push([dest, body]);
  }

  #label(body: Body): string {
    // Errors are no part of a node's own message types, so its `describe` never sees one.
    return body.type === "error" ? "error" : (this.#scenario.node.describe?.(body as Requests) ?? body.type);
  }

  #deliver(event: PendingEvent): void {
    const { a: from, b: to, id } = event;
    const body = event.body!;
    if (this.#mail.isCut(from, to)) return this.#mail.drop(from, to, id, "partition");
    const node = this.#nodes[to];
    if (node === undefined) return this.#deliverToClient(event, body);
    if (!node.up) return this.#mail.drop(from, to, id, "receiver down");
    if (this.#conditions[to]!.busy && this.#keep(event)) return;
    this.#add(TraceKind.deliver, from, to, id, 0, "");
    const message = { src: this.#endpoints[from]!, dest: node.self, body };
    const kind = body.in_reply_to === undefined ? "message" : "answer";
    this.#handle(
      node,
      kind,
      body.type,
      () => {
        if (!node.receive(message)) this.#add(TraceKind.stale, to, 0, id, 0, body.type);
      },
      event,
    );
  }

  #deliverToClient(event: PendingEvent, body: Body): void {
    const { a: from, b: to, id } = event;
    this.#add(TraceKind.deliver, from, to, id, 0, "");
    this.#causes?.begin(to, this.#queue.now, "return", body.type, event.cause, event.fate, event.copy);
    const waited = this.#clients.receive(to - this.#nodes.length, body, this.#events);
    if (!waited) this.#add(TraceKind.stale, to, 0, id, 0, body.type);
    this.#causes?.end(waited);
  }

  #handle(
    node: NodeProcess<State, Requests, Replies, Config>,
    kind: "start" | "message" | "answer" | "timer" | "disk" | "operator",
    label: string,
    handler: () => void,
    event?: PendingEvent,
  ): void {
    const condition = this.#conditions[node.index]!;
    this.#current = node.index;
    const before = this.#causes === undefined ? 0 : hashPlain(node.state);
    this.#causes?.begin(
      node.index,
      this.#queue.now,
      kind,
      label,
      event?.cause ?? -1,
      event?.kind === EventKind.deliver ? event.fate : -1,
      event?.copy ?? 0,
      event?.kind === EventKind.deliver && event.a === event.b,
    );
    try {
      if (condition.armed.length === 0) handler();
      else this.#handleArmed(node, condition, handler);
    } catch (error) {
      throw this.#explained(error);
    }
    if (condition.slowBy > 0) condition.busyUntil = this.#queue.now + condition.slowBy;
    if (this.#causes !== undefined) this.#causes.end(hashPlain(node.state) !== before);
    this.#recorder.handled(node, this.#queue.now);
    this.#watch(node);
    this.#current = -1;
  }

  /** A handler whose write, if it makes one, goes wrong. */
  #handleArmed(
    node: NodeProcess<State, Requests, Replies, Config>,
    condition: NodeCondition,
    handler: () => void,
  ): void {
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
      for (const [dest, body] of outbox) this.#mail.send(node.index, dest, body);
      return;
    }
    condition.disarm(write.fault);
    this.#takenDown.add(write.fault);
    this.#crash(node, condition.afterCrash(write, before, after));
  }

  #watch(node: NodeProcess<State, Requests, Replies, Config>): void {
    const { watchers } = this.#scenario;
    if (watchers === undefined || !node.up || this.#alarm !== undefined) return;
    for (const [watcher, watch] of watchers.entries()) {
      const says = watch(node, this.#nodes, this.#queue.now);
      if (says === undefined) continue;
      this.#alarm = { watcher, says, node: node.index };
      this.#add(TraceKind.alarm, node.index, 0, 0, hashText(says), says);
      return;
    }
  }

  #push(delay: Microseconds, kind: EventKind, a: number, b: number): void {
    const cause = this.#causes?.current ?? -1;
    this.#queue.push(this.#queue.now + delay, { kind, a, b, id: 0, fate: -1, copy: 0, sentAt: 0, cause, body: undefined });
  }

  #add(kind: number, a: number, b: number, c: number, content: number, label: string): void {
    this.#trace.add(this.#queue.now, kind, a, b, c, content, label);
  }
}
