import type { Microseconds } from "@fieldbook/kernel";
import { copyPlain, EventQueue, hashPlain, hashText, keyedRandom, Trace } from "@fieldbook/kernel";
import { Clients } from "./clients.ts";
import type { ClockError } from "./clock.ts";
import { trueClock } from "./clock.ts";
import type { Fault } from "./faults.ts";
import { Cuts, faultProblem } from "./faults.ts";
import type { Body } from "./message.ts";
import type { NetworkModel } from "./network.ts";
import { Network } from "./network.ts";
import type { NodeDefinition } from "./node.ts";
import { NodeProcess } from "./node-process.ts";
import type { Run, ViewedState } from "./run.ts";
import { TraceKind } from "./trace-kind.ts";
import type { Workload } from "./workload.ts";

/** Everything that, with a seed, determines a run. */
export interface Scenario<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly node: NodeDefinition<State, Requests, Replies, Config>;
  readonly config: Config;
  readonly nodes: number;
  readonly network: NetworkModel;
  readonly faults: readonly Fault[];
  /** One per node; true clocks when absent. */
  readonly clocks?: readonly ClockError[];
  readonly workload: Workload<Requests, Replies>;
  /** The run ends here at the latest; earlier when nothing is pending or all clients are done. */
  readonly until: Microseconds;
  /** Whether the run goes on after the last client is done. Default: it ends there. */
  readonly outliveClients?: boolean;
  /** Guards against a system that talks for ever. Default 1,000,000 events. */
  readonly maxEvents?: number;
}

/** Something in a system went wrong that is no matter of faults: a handler threw, an assertion failed, a message had no data. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
}

type SimulationEvent =
  | { readonly kind: "deliver"; readonly from: number; readonly to: number; readonly id: number; readonly body: Body }
  | { readonly kind: "timer"; readonly node: number; readonly id: number }
  | { readonly kind: "begin" | "end"; readonly fault: number }
  | { readonly kind: "call"; readonly client: number }
  | { readonly kind: "timeout"; readonly client: number; readonly operation: number };

const defaultMaxEvents = 1_000_000;

/**
 * Runs a scenario under a seed in virtual time. Pure: equal arguments give an equal run, hash for hash, on every engine.
 *
 * @param options.record keep trace and states for a figure; the run itself is the same
 * @throws SimulationError when a handler throws or an assertion fails, naming node and time, and when a fault names what
 * the system does not have or ends before it begins
 */
export function simulate<State extends object, Requests extends Body, Replies extends Body, Config>(
  scenario: Scenario<State, Requests, Replies, Config>,
  seed: number,
  options: { readonly record?: boolean } = {},
): Run {
  return new Simulation(scenario, seed, options.record ?? false).run();
}

class Simulation<State extends object, Requests extends Body, Replies extends Body, Config> {
  readonly #scenario: Scenario<State, Requests, Replies, Config>;
  readonly #queue = new EventQueue<SimulationEvent>();
  readonly #trace: Trace;
  readonly #network: Network;
  readonly #cuts: Cuts;
  readonly #endpoints: string[];
  readonly #indexes = new Map<string, number>();
  readonly #nodes: NodeProcess<State, Requests, Replies, Config>[];
  readonly #clients: Clients<Requests, Replies>;
  readonly #marks = new Map<string, number>();
  readonly #states: ViewedState[] = [];
  readonly #record: boolean;
  #messages = 0;
  #events = 0;

  constructor(scenario: Scenario<State, Requests, Replies, Config>, seed: number, record: boolean) {
    const random = keyedRandom(seed);
    const names = Array.from({ length: scenario.nodes }, (_, index) => `n${String(index + 1)}`);
    const clients = Array.from({ length: scenario.workload.clients }, (_, index) => `c${String(index + 1)}`);
    this.#scenario = scenario;
    this.#record = record;
    this.#trace = new Trace({ recorded: record });
    this.#endpoints = [...names, ...clients];
    for (const [index, name] of this.#endpoints.entries()) this.#indexes.set(name, index);
    this.#network = new Network(random, scenario.network, this.#endpoints);
    this.#cuts = new Cuts(this.#endpoints);
    this.#nodes = names.map(
      (self, index) =>
        new NodeProcess(scenario.node, scenario.config, {
          index,
          self,
          nodes: names,
          clock: scenario.clocks?.[index] ?? trueClock,
          random,
          time: () => this.#queue.now,
          send: (dest, body) => this.#send(index, dest, body),
          startTimer: (id, delay) => this.#queue.push(this.#queue.now + delay, { kind: "timer", node: index, id }),
          note: (kind, label) => this.#note(index, kind, label),
        }),
    );
    this.#clients = new Clients(scenario.workload, random, {
      names: clients,
      time: () => this.#queue.now,
      call: (client, at) => this.#queue.push(at, { kind: "call", client }),
      timeout: (client, operation) =>
        this.#queue.push(this.#queue.now + scenario.workload.timeout, { kind: "timeout", client, operation }),
      send: (client, node, body) => this.#send(names.length + client, names[node] ?? `n${String(node + 1)}`, body),
      trace: (kind, client, operation, content) => this.#add(kind, names.length + client, 0, operation, content, ""),
    });
  }

  run(): Run {
    const { faults, until, outliveClients = false, maxEvents = defaultMaxEvents } = this.#scenario;
    for (const [index, fault] of faults.entries()) {
      const problem = faultProblem(
        fault,
        this.#nodes.map(({ self }) => self),
        this.#endpoints,
      );
      if (problem !== undefined) throw new SimulationError(`Fault ${String(index)} (${fault.kind}): ${problem}`);
      this.#queue.push(fault.at, { kind: "begin", fault: index });
      this.#queue.push(fault.until, { kind: "end", fault: index });
    }
    for (const node of this.#nodes) {
      this.#add(TraceKind.start, node.index, 0, 0, 0, "");
      this.#handle(node, () => node.start());
    }
    this.#clients.start();
    let ended: Run["ended"] = "quiescent";
    while (this.#queue.size > 0) {
      if (!outliveClients && this.#clients.done) {
        ended = "clients-done";
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
    return this.#finish(ended);
  }

  #finish(ended: Run["ended"]): Run {
    const endedAt = this.#queue.now;
    for (const node of this.#nodes) this.#add(TraceKind.end, node.index, 0, 0, hashPlain(node.state), ended);
    return {
      history: this.#clients.history(),
      traceHash: this.#trace.digest(),
      events: this.#events,
      endedAt,
      ended,
      marks: this.#marks,
      endpoints: this.#endpoints,
      faults: this.#scenario.faults,
      trace: [...this.#trace.entries()],
      states: this.#states,
    };
  }

  #dispatch(event: SimulationEvent): void {
    switch (event.kind) {
      case "deliver":
        return this.#deliver(event.from, event.to, event.id, event.body);
      case "timer": {
        const node = this.#nodes[event.node]!;
        const timer = node.takeTimer(event.id);
        if (timer === undefined) return;
        this.#add(TraceKind.timer, event.node, 0, event.id, hashText(timer.name), timer.name);
        return this.#handle(node, () => node.onTimer(timer));
      }
      case "begin":
        return this.#begin(event.fault);
      case "end":
        return this.#end(event.fault);
      case "call":
        return this.#clients.call(event.client, this.#events);
      case "timeout":
        return this.#clients.giveUp(event.client, event.operation);
    }
  }

  #begin(index: number): void {
    const fault = this.#scenario.faults[index]!;
    if (fault.kind !== "crash") {
      this.#cuts.apply(fault, 1);
      return this.#add(TraceKind.cut, index, 0, 0, hashPlain(fault), fault.kind);
    }
    const node = this.#nodeNamed(fault.node);
    if (node.crash()) {
      this.#add(TraceKind.crash, node.index, 0, 0, 0, "");
      if (this.#record) this.#states.push({ node: node.index, at: this.#queue.now, text: "down" });
    }
  }

  #end(index: number): void {
    const fault = this.#scenario.faults[index]!;
    if (fault.kind !== "crash") {
      this.#cuts.apply(fault, -1);
      return this.#add(TraceKind.heal, index, 0, 0, 0, fault.kind);
    }
    const node = this.#nodeNamed(fault.node);
    if (node.restart()) {
      this.#add(TraceKind.restart, node.index, 0, 0, 0, "");
      this.#handle(node, () => node.start());
    }
  }

  #nodeNamed(name: string): NodeProcess<State, Requests, Replies, Config> {
    return this.#nodes[this.#indexes.get(name)!]!;
  }

  #send(from: number, dest: string, body: Body): void {
    const to = this.#indexes.get(dest);
    if (to === undefined) {
      throw new SimulationError(`${this.#endpoints[from]!} sent "${body.type}" to "${dest}", which does not exist.`);
    }
    const id = this.#messages++;
    const time = this.#queue.now;
    const content = copyPlain(body, `The message "${body.type}" of ${this.#endpoints[from]!}`);
    this.#add(TraceKind.send, from, to, id, hashPlain(content), this.#record ? this.#label(content) : "");
    // Decided whether the link is cut or not, so that a partition leaves the fate of all later messages as it was.
    const arrivals = this.#network.decide(from, to, time);
    if (this.#cuts.isCut(from, to)) return this.#drop(from, to, id, "partition");
    if (arrivals.length === 0) return this.#drop(from, to, id, "loss");
    for (const [copy, arrival] of arrivals.entries()) {
      let copyId = id;
      let copyBody = content;
      if (copy > 0) {
        copyId = this.#messages++;
        copyBody = copyPlain(content, "A message");
        this.#add(TraceKind.duplicate, from, to, copyId, id, this.#record ? this.#label(content) : "");
      }
      this.#queue.push(arrival, { kind: "deliver", from, to, id: copyId, body: copyBody });
    }
  }

  #drop(from: number, to: number, id: number, reason: string): void {
    this.#add(TraceKind.drop, from, to, id, hashText(reason), reason);
  }

  #label(body: Body): string {
    // Errors are no part of a node's own message types, so its `describe` never sees one.
    return body.type === "error" ? "error" : (this.#scenario.node.describe?.(body as Requests) ?? body.type);
  }

  #deliver(from: number, to: number, id: number, body: Body): void {
    if (this.#cuts.isCut(from, to)) return this.#drop(from, to, id, "partition");
    const node = this.#nodes[to];
    const message = { src: this.#endpoints[from]!, dest: this.#endpoints[to]!, body };
    if (node === undefined) {
      this.#add(TraceKind.deliver, from, to, id, 0, "");
      const waited = this.#clients.receive(to - this.#nodes.length, body, this.#events);
      if (!waited) this.#add(TraceKind.stale, to, 0, id, 0, body.type);
      return;
    }
    if (!node.up) return this.#drop(from, to, id, "receiver down");
    this.#add(TraceKind.deliver, from, to, id, 0, "");
    this.#handle(node, () => {
      if (!node.receive(message)) this.#add(TraceKind.stale, to, 0, id, 0, body.type);
    });
  }

  #handle(node: NodeProcess<State, Requests, Replies, Config>, handler: () => void): void {
    try {
      handler();
    } catch (error) {
      if (error instanceof SimulationError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const seconds = (this.#queue.now / 1_000_000).toFixed(6);
      throw new SimulationError(`${node.self} (${this.#scenario.node.name}) at ${seconds} s: ${why}`, { cause: error });
    }
    const view = this.#scenario.node.view;
    if (!this.#record || view === undefined) return;
    const text = view(node.state);
    if (text !== node.lastView || this.#states.length === 0) {
      node.lastView = text;
      this.#states.push({ node: node.index, at: this.#queue.now, text });
    }
  }

  #note(node: number, kind: "log" | "mark", label: string): void {
    if (kind === "mark") this.#marks.set(label, (this.#marks.get(label) ?? 0) + 1);
    this.#add(TraceKind[kind], node, 0, 0, hashText(label), label);
  }

  #add(kind: number, a: number, b: number, c: number, content: number, label: string): void {
    this.#trace.add(this.#queue.now, kind, a, b, c, content, label);
  }
}
