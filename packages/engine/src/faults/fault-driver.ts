import type { Value } from "@fieldbook/check";
import type { Microseconds } from "@fieldbook/kernel";
import type { NodeClock } from "../clock.ts";
import type { NodeDisk } from "../node-disk.ts";
import type { WeatherNow } from "../weather.ts";
import type { Cuts } from "./cuts.ts";
import type { Fault } from "./fault.ts";

/** A node as faults see it. */
export interface FaultedNode {
  readonly index: number;
  readonly disk: NodeDisk;
  readonly host: { readonly clock: NodeClock };
  durable(): Record<string, unknown>;
}

/** Writes that will be watched for: the first one in the span goes wrong. */
export interface ArmedWrite {
  readonly kind: "torn-write" | "misdirected-write" | "full-disk";
  readonly fault: number;
  readonly pick: number;
}

/** What faults need from the simulation around them. */
export interface FaultHost {
  readonly cuts: Cuts;
  readonly weather: WeatherNow;
  time(): Microseconds;
  /** Runs `step` of that fault at a time. */
  at(time: Microseconds, fault: number, step: number): void;
}

/** What faults do to nodes. */
export interface FaultedNodes {
  node(name: string): FaultedNode;
  readonly nodes: readonly FaultedNode[];
  crash(node: FaultedNode): void;
  restart(node: FaultedNode, options: { readonly wiped: boolean; readonly next: boolean }): void;
  pause(node: FaultedNode, change: 1 | -1): void;
  slow(node: FaultedNode, by: Microseconds): void;
  arm(node: FaultedNode, write: ArmedWrite): void;
  disarm(node: FaultedNode, fault: number): void;
  /** Whether the fault took the node down by itself, so that its end must bring it up. */
  takenDown(fault: number): boolean;
  slowDisk(node: FaultedNode, by: Microseconds): void;
  operator(node: FaultedNode, command: string, data: Value): void;
}

/** Turns faults into steps: step 0 begins a fault, −1 ends it, others are its own. */
export class FaultDriver {
  readonly #faults: readonly Fault[];
  readonly #nodes: FaultedNodes;
  readonly #host: FaultHost;

  constructor(faults: readonly Fault[], nodes: FaultedNodes, host: FaultHost) {
    this.#faults = faults;
    this.#nodes = nodes;
    this.#host = host;
  }

  /** Asks for the steps of all faults. */
  plan(): void {
    for (const [index, fault] of this.#faults.entries()) {
      this.#host.at(fault.at, index, 0);
      this.#host.at(fault.until, index, -1);
      if (fault.kind === "leap-second") this.#planLeap(index, fault.at);
    }
  }

  /** Each clock repeats the second when it shows the time itself: some before others. */
  #planLeap(index: number, at: Microseconds): void {
    for (const { index: node, host } of this.#nodes.nodes) {
      const wait = host.clock.trueDelay(Math.max(0, at - host.clock.timeOfDay(0)));
      this.#host.at(wait, index, 1 + node);
    }
  }

  /** The node that a fault is about, or −1. */
  nodeOf(index: number): number {
    const fault = this.#faults[index]!;
    return "node" in fault ? this.#nodes.node(fault.node).index : -1;
  }

  step(index: number, step: number): void {
    const fault = this.#faults[index]!;
    if (step > 0) return this.#further(index, fault, step);
    if (step === 0) this.#begin(index, fault);
    else this.#end(index, fault);
  }

  #begin(index: number, fault: Fault): void {
    const host = this.#host;
    const nodes = this.#nodes;
    switch (fault.kind) {
      case "partition":
      case "one-way-partition":
      case "bridge":
      case "isolation":
        return host.cuts.apply(fault, 1);
      case "flapping":
        host.cuts.apply(fault, 1);
        return host.at(Math.min(fault.until, host.time() + fault.cut), index, 1);
      case "loss":
      case "duplication":
      case "delay":
      case "reordering":
      case "clogging":
      case "bandwidth":
        return host.weather.begin(index, fault);
      case "leap-second":
        return;
      case "operator":
        for (const name of fault.nodes) nodes.operator(nodes.node(name), fault.command, fault.data);
        return;
      case "upgrade": {
        const gap = Math.floor((fault.until - fault.at) / Math.max(1, fault.nodes.length));
        for (const order of fault.nodes.keys()) {
          const down = fault.at + order * gap;
          host.at(down, index, 1 + 2 * order);
          host.at(Math.min(fault.until, down + Math.min(gap, fault.downtime)), index, 2 + 2 * order);
        }
        return;
      }
      default:
        return this.#beginOnNode(index, fault, nodes.node(fault.node));
    }
  }

  #beginOnNode(index: number, fault: Extract<Fault, { node: string }>, node: FaultedNode): void {
    const host = this.#host;
    const nodes = this.#nodes;
    switch (fault.kind) {
      case "isolation":
        return;
      case "crash":
      case "wipe":
        return nodes.crash(node);
      case "pause":
        return nodes.pause(node, 1);
      case "slow-node":
        return nodes.slow(node, fault.by);
      case "torn-write":
      case "misdirected-write":
        return nodes.arm(node, { kind: fault.kind, fault: index, pick: fault.pick });
      case "full-disk":
        node.disk.full += 1;
        return nodes.arm(node, { kind: fault.kind, fault: index, pick: 0 });
      case "lost-fsync":
        return node.disk.beginLostSync(node.durable());
      case "bit-rot":
        node.disk.rot(fault.pick, node.durable());
        return;
      case "slow-disk":
        return nodes.slowDisk(node, fault.by);
      case "clock-step":
        return node.host.clock.step(fault.by);
      case "clock-drift":
      case "sync-failure":
        return node.host.clock.changeDrift(host.time(), fault.drift);
    }
  }

  #end(index: number, fault: Fault): void {
    const host = this.#host;
    const nodes = this.#nodes;
    switch (fault.kind) {
      case "partition":
      case "one-way-partition":
      case "bridge":
      case "isolation":
        return host.cuts.apply(fault, -1);
      case "flapping":
        if (this.#isCut(fault, fault.until)) host.cuts.apply(fault, -1);
        return;
      case "loss":
      case "duplication":
      case "delay":
      case "reordering":
      case "clogging":
      case "bandwidth":
        return host.weather.end(index);
      case "leap-second":
      case "operator":
      case "upgrade":
        return;
      default:
        return this.#endOnNode(index, fault, nodes.node(fault.node));
    }
  }

  #endOnNode(index: number, fault: Extract<Fault, { node: string }>, node: FaultedNode): void {
    const host = this.#host;
    const nodes = this.#nodes;
    switch (fault.kind) {
      case "isolation":
      case "bit-rot":
        return;
      case "crash":
      case "wipe":
        return nodes.restart(node, { wiped: fault.kind === "wipe", next: false });
      case "pause":
        return nodes.pause(node, -1);
      case "slow-node":
        return nodes.slow(node, -fault.by);
      case "torn-write":
      case "misdirected-write":
      case "full-disk":
        if (fault.kind === "full-disk") node.disk.full -= 1;
        nodes.disarm(node, index);
        if (nodes.takenDown(index)) nodes.restart(node, { wiped: false, next: false });
        return;
      case "lost-fsync":
        return node.disk.endLostSync();
      case "slow-disk":
        return nodes.slowDisk(node, -fault.by);
      case "clock-step":
        return node.host.clock.step(-fault.by);
      case "clock-drift":
        return node.host.clock.changeDrift(host.time(), -fault.drift);
      case "sync-failure":
        node.host.clock.changeDrift(host.time(), -fault.drift);
        return node.host.clock.synchronise(host.time());
    }
  }

  /** Whether a flapping partition is cut at a time, its own times of change not included. */
  #isCut(fault: Extract<Fault, { kind: "flapping" }>, time: Microseconds): boolean {
    return (time - fault.at - 1) % (fault.cut + fault.open) < fault.cut;
  }

  #further(index: number, fault: Fault, step: number): void {
    const host = this.#host;
    const nodes = this.#nodes;
    if (fault.kind === "leap-second") {
      return nodes.nodes[step - 1]!.host.clock.step(-1_000_000);
    }
    if (fault.kind === "upgrade") {
      const node = nodes.node(fault.nodes[Math.floor((step - 1) / 2)]!);
      return step % 2 === 1 ? nodes.crash(node) : nodes.restart(node, { wiped: false, next: true });
    }
    if (fault.kind !== "flapping" || host.time() >= fault.until) return;
    // Odd steps open the cut, even ones close it again.
    const closes = step % 2 === 0;
    host.cuts.apply(fault, closes ? 1 : -1);
    host.at(Math.min(fault.until, host.time() + (closes ? fault.cut : fault.open)), index, step + 1);
  }
}
