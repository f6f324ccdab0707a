import type { Microseconds, TraceEntry } from "@fieldbook/kernel";
import { EventQueue, hashPlain, keyedRandom, Trace } from "@fieldbook/kernel";
import { Causes } from "./causes.ts";
import { Clients } from "./clients.ts";
import type { PendingEvent } from "./event.ts";
import { EventKind } from "./event.ts";
import { Cuts } from "./faults/cuts.ts";
import { FaultDriver } from "./faults/fault-driver.ts";
import { faultProblem } from "./faults/fault-problem.ts";
import { Mail } from "./mail.ts";
import type { Body } from "./message.ts";
import { NodeRunner } from "./node-runner.ts";
import { Recorder } from "./recorder.ts";
import type { Run, RunOptions } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { SimulationError } from "./simulation-error.ts";
import { TraceKind } from "./trace-kind.ts";
import { WeatherNow } from "./weather.ts";

const defaultMaxEvents = 1_000_000;

/** One run under way: takes events in order and hands each to whom it concerns. */
export class Simulation<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly #scenario: Scenario<State, Requests, Replies, Config>;
  readonly #queue = new EventQueue<PendingEvent>();
  readonly #trace: Trace;
  readonly #mail: Mail;
  readonly #faults: FaultDriver;
  readonly #endpoints: readonly string[];
  readonly #nodes: NodeRunner<State, Requests, Replies, Config>;
  readonly #clients: Clients<Requests, Replies>;
  readonly #recorder: Recorder<State>;
  readonly #causes: Causes | undefined;
  #events = 0;
  #recoveredAt: Microseconds = -1;

  constructor(scenario: Scenario<State, Requests, Replies, Config>, seed: number, options: RunOptions) {
    const random = keyedRandom(seed);
    const names = Array.from({ length: scenario.nodes }, (_, index) => `n${String(index + 1)}`);
    const clients = Array.from({ length: scenario.workload.clients }, (_, index) => `c${String(index + 1)}`);
    this.#scenario = scenario;
    this.#trace = new Trace({ recorded: options.record ?? false });
    this.#endpoints = [...names, ...clients];
    this.#causes = options.causes === true ? new Causes(options.changesUntil) : undefined;
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
      recording: this.#recorder.recording,
      describe: (body) => this.#label(body),
      sentLater: (node) => this.#nodes.sentLater(node),
      causes: this.#causes,
      keepFates: options.fates === true || options.causes === true,
    });
    this.#nodes = new NodeRunner(
      scenario,
      names,
      {
        random,
        endpoints: this.#endpoints,
        queue: this.#queue,
        recorder: this.#recorder,
        causes: this.#causes,
        mail: () => this.#mail,
        push: (delay, kind, a, b) => this.#push(delay, kind, a, b),
        add,
      },
      options,
    );
    this.#clients = new Clients(scenario, random, {
      names: clients,
      time: () => this.#queue.now,
      call: (client, at) => this.#push(at - this.#queue.now, EventKind.call, client, 0),
      timeout: (client, operation) => this.#push(scenario.workload.timeout, EventKind.timeout, client, operation),
      send: (client, node, body) =>
        this.#mail.send(names.length + client, names[node] ?? `n${String(node + 1)}`, body, true),
      trace: (kind, client, operation, content) => add(kind, names.length + client, 0, operation, content, ""),
    });
    this.#faults = new FaultDriver(scenario.faults, this.#nodes, {
      cuts,
      weather,
      time: () => this.#queue.now,
      at: (time, fault, step) => this.#push(time - this.#queue.now, EventKind.fault, fault, step),
    });
  }

  run(): Run {
    const { faults, until, maxEvents = defaultMaxEvents } = this.#scenario;
    const names = this.#nodes.nodes.map(({ self }) => self);
    for (const [index, fault] of faults.entries()) {
      const problem = faultProblem(fault, names, this.#endpoints);
      if (problem !== undefined) throw new SimulationError(`Fault ${String(index)} (${fault.kind}): ${problem}`);
    }
    let ended: Run["ended"] = "quiescent";
    try {
      this.#start();
      for (let stop = this.#stopsNow(until, maxEvents); ; stop = this.#stopsNow(until, maxEvents)) {
        if (stop !== undefined) {
          ended = stop;
          break;
        }
        this.#events += 1;
        this.#dispatch(this.#queue.pop()!);
      }
    } catch (error) {
      const explained = this.#nodes.explained(error);
      if (!this.#scenario.errorsAreAlarms || !this.#nodes.blame(explained)) throw explained;
      ended = "alarm";
    }
    return this.#finish(ended);
  }

  #start(): void {
    this.#faults.plan();
    this.#mail.planSchedule();
    this.#nodes.start();
    this.#clients.start();
  }

  /** Why the run is over, before the next event; undefined while it goes on. */
  #stopsNow(until: Microseconds, maxEvents: number): Run["ended"] | undefined {
    if (this.#queue.size === 0) return "quiescent";
    if (this.#nodes.alarm !== undefined) return "alarm";
    if (this.#clients.done) {
      if (this.#scenario.recovery !== undefined) {
        if (this.#hasRecovered()) return "settled";
      } else if (this.#scenario.outliveClients !== true) return "clients-done";
    }
    if (this.#queue.nextTime > until) return "until";
    return this.#events === maxEvents ? "events" : undefined;
  }

  /** Asked when the clients are done. */
  #hasRecovered(): boolean {
    const { from, core, settled } = this.#scenario.recovery!;
    if (this.#recoveredAt >= 0) return true;
    if (this.#queue.now < from) return false;
    if (settled !== undefined && !settled(this.#nodes.nodes.filter(({ self }) => core.includes(self)))) return false;
    this.#recoveredAt = this.#queue.now;
    this.#add(TraceKind.settled, -1, 0, 0, 0, "");
    return true;
  }

  #finish(ended: Run["ended"]): Run {
    const endedAt = this.#queue.now;
    const { recovery } = this.#scenario;
    for (const node of this.#nodes.nodes) this.#add(TraceKind.end, node.index, 0, 0, hashPlain(node.state), ended);
    const trace = this.#trace;
    let lines: readonly TraceEntry[] | undefined;
    return {
      history: this.#clients.history(),
      traceHash: this.#trace.digest(),
      events: this.#events,
      endedAt,
      ended,
      ...(this.#nodes.alarm === undefined ? {} : { alarm: this.#nodes.alarm }),
      ...(recovery === undefined || ended === "alarm" ? {} : { recovered: this.#recovery(recovery.from) }),
      marks: this.#recorder.marks,
      endpoints: this.#endpoints,
      faults: this.#scenario.faults,
      nodes: this.#nodes.nodes.map(({ self, up, state }) => ({ name: self, up, state })),
      // Made when it is first asked for: as objects the lines take longer than all the run.
      get trace() {
        lines ??= [...trace.entries()];
        return lines;
      },
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
        return this.#nodes.wake(event);
      case EventKind.fault:
        return this.#fault(event.a, event.b);
      case EventKind.call:
        this.#causes?.begin(this.#nodes.nodes.length + event.a, this.#queue.now, "call", "", event.cause, -1, 0);
        this.#clients.call(event.a, this.#events);
        return this.#causes?.end(true);
      case EventKind.timeout:
        this.#causes?.begin(this.#nodes.nodes.length + event.a, this.#queue.now, "timeout", "", event.cause, -1, 0);
        this.#clients.giveUp(event.a, event.b);
        return this.#causes?.end(true);
      case EventKind.step:
        this.#mail.step((next) => this.#deliver(next));
        return;
      case EventKind.drain:
        return this.#mail.drain();
    }
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

  #label(body: Body): string {
    // Errors are no part of a node's own message types, so its `describe` never sees one.
    return body.type === "error" ? "error" : (this.#scenario.node.describe?.(body as Requests) ?? body.type);
  }

  #deliver(event: PendingEvent): void {
    const { a: from, b: to, id } = event;
    if (this.#mail.isCut(from, to)) return this.#mail.drop(from, to, id, "partition");
    if (to < this.#nodes.nodes.length) this.#nodes.deliver(event);
    else this.#deliverToClient(event, event.body!);
  }

  #deliverToClient(event: PendingEvent, body: Body): void {
    const { a: from, b: to, id } = event;
    this.#add(TraceKind.deliver, from, to, id, 0, "");
    this.#causes?.begin(to, this.#queue.now, "return", body.type, event.cause, event.fate, event.copy);
    const waited = this.#clients.receive(to - this.#nodes.nodes.length, body, this.#events);
    if (!waited) this.#add(TraceKind.stale, to, 0, id, 0, body.type);
    this.#causes?.end(waited);
  }

  #push(delay: Microseconds, kind: EventKind, a: number, b: number): void {
    const cause = this.#causes?.current ?? -1;
    this.#queue.push(this.#queue.now + delay, {
      kind,
      a,
      b,
      id: 0,
      fate: -1,
      copy: 0,
      sentAt: 0,
      cause,
      body: undefined,
      form: 0,
    });
  }

  #add(kind: number, a: number, b: number, c: number, content: number, label: string): void {
    this.#trace.add(this.#queue.now, kind, a, b, c, content, label);
  }
}
