import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Property, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { causalBroadcast } from "./causal-broadcast.ts";
import type { CausalBroadcastConfig, CausalBroadcastState, CausalReply, CausalRequest } from "./causal-broadcast.ts";

/** What is missing is sent again and deliveries are on disk: everything but a disk that lies or is lost. */
const survives: readonly FaultKind[] = [
  "partition",
  "one-way-partition",
  "bridge",
  "isolation",
  "flapping",
  "loss",
  "duplication",
  "delay",
  "reordering",
  "clogging",
  "bandwidth",
  "crash",
  "pause",
  "slow-node",
  "torn-write",
  "full-disk",
  "slow-disk",
  "clock-step",
  "clock-drift",
  "sync-failure",
  "leap-second",
];

/** The deliveries of one node that are new since the watcher looked last. */
function newDeliveries(state: Readonly<CausalBroadcastState>, seen: number): readonly number[] {
  return state.delivered.slice(seen).map(({ value }) => value);
}

export const causalOrder: Property<CausalBroadcastState> = {
  id: "causal-order",
  says: "A member delivers a message only after all that its sender had delivered before sending it.",
  watch() {
    const seen = new Map<string, number>();
    /** What the sender had delivered before, by message: its log, not its vector, is the truth. */
    const before = new Map<number, readonly number[]>();
    return ({ name, state }, nodes) => {
      const values = state.delivered.map(({ value }) => value);
      for (let index = seen.get(name) ?? 0; index < values.length; index += 1) {
        const item = state.delivered[index]!;
        if (nodes[item.sender]?.name === name) {
          if (!before.has(item.value)) before.set(item.value, values.slice(0, index));
          continue;
        }
        const needed = before.get(item.value)?.find((value) => !values.slice(0, index).includes(value));
        if (needed !== undefined) {
          const sender = nodes[item.sender]?.name ?? "nobody";
          return `${name} delivered ${String(item.value)} before ${String(needed)}, which ${sender} had delivered before it sent ${String(item.value)}.`;
        }
      }
      seen.set(name, values.length);
      return undefined;
    };
  },
};

export const deliveredOnce: Property<CausalBroadcastState> = {
  id: "delivered-once",
  says: "A member delivers each message once and forgets no delivery.",
  watch() {
    const logs = new Map<string, number[]>();
    return ({ name, state }) => {
      const log = logs.get(name) ?? [];
      logs.set(name, log);
      if (state.delivered.length < log.length) return `${name} forgot that it had delivered ${String(log.at(-1))}.`;
      for (const value of newDeliveries(state, log.length)) {
        if (log.includes(value)) return `${name} delivered ${String(value)} twice.`;
        log.push(value);
      }
      return undefined;
    };
  },
};

export const nothingInvented: Property<CausalBroadcastState> = {
  id: "nothing-invented",
  says: "What is delivered was broadcast, and under one number.",
  judge({ history, nodes }) {
    const broadcast = new Set(history.filter(({ f }) => f === "broadcast").map(({ input }) => input));
    for (const { name, state } of nodes) {
      for (const { value } of state.delivered) {
        if (!broadcast.has(value)) {
          return { verdict: "violated", says: `${name} delivered ${String(value)}, which nobody broadcast.` };
        }
      }
    }
    return { verdict: "holds", says: "All that was delivered was broadcast." };
  },
};

export const acknowledgedKept: Property<CausalBroadcastState> = {
  id: "acknowledged-delivered",
  says: "A message that was acknowledged to its client is delivered by the members.",
  judge({ history, nodes }) {
    const delivered = new Set(nodes.flatMap(({ state }) => newDeliveries(state, 0)));
    for (const [index, { f, outcome, input }] of history.entries()) {
      if (f !== "broadcast" || outcome !== "ok" || typeof input !== "number" || delivered.has(input)) continue;
      const says = `${String(input)} was acknowledged, and at the end no member has delivered it.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: "All that was acknowledged was delivered." };
  },
};

export const readsShowTheLog: Property<CausalBroadcastState> = {
  id: "reads-show-the-log",
  says: "A read shows what its node had delivered by then: the beginning of its log, with all that was acknowledged there before the read.",
  judge({ history, nodes }) {
    for (const [index, { f, key, output, called }] of history.entries()) {
      if (f !== "read" || !Array.isArray(output)) continue;
      const node = nodes[Number(key)]!;
      const log: readonly number[] = node.state.delivered.map(({ value }) => value);
      const shown = (output as readonly number[]).join(" ");
      if (log.slice(0, output.length).join(" ") !== shown) {
        const says = `A read of ${node.name} showed ${shown}; its log is ${log.join(" ")}.`;
        return { verdict: "violated", kind: "not of the log", says, operations: [index] };
      }
      const missing = history.findIndex(
        (other) =>
          other.f === "broadcast" && other.key === key && other.returned < called && !output.includes(other.input),
      );
      if (missing === -1) continue;
      const says = `${node.name} had acknowledged ${String(history[missing]!.input)}; a later read of it showed ${shown || "nothing"}.`;
      return { verdict: "violated", kind: "stale", says, operations: [missing, index] };
    }
    return { verdict: "holds", says: "All reads show the beginning of a log." };
  },
};

function group(size: { nodes: number; clients: number; operations: number }): Workload<CausalRequest, CausalReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(150), 1);
      if (draws.below(100, 2) < 20) return { f: "read", key: node, input: null, body: { type: "read" }, node, think };
      const value = 1 + client + size.clients * k;
      return { f: "broadcast", key: node, input: value, body: { type: "broadcast", value }, node, think };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.values : null }),
  };
}

/** The correct configuration. */
export const correct: CausalBroadcastConfig = {
  compare: milliseconds(60),
  resends: true,
  waits: true,
  waitsForOthers: true,
  nextOfSender: true,
  countsDeliveries: false,
  once: true,
};

/** Causal broadcast, put to the test. */
export const causalBroadcastSystem = defineSystem({
  id: "causal-broadcast",
  title: "Causal broadcast with vector clocks",
  says: "Members broadcast to their group. An answer is never seen before the question: each message waits for what its sender had seen.",
  leavesOut: "The group is fixed: views, and members that join or leave, are not modelled. Logs are not cut.",
  source: "Birman, Schiper, Stephenson, Lightweight Causal and Atomic Group Multicast, ACM TOCS 9(3), 1991",
  node: causalBroadcast,
  config: correct,
  nodes: { default: 4, min: 2, max: 7 },
  clients: 3,
  operations: 7,
  workload: group,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(8), milliseconds(1)) },
  survives,
  limits: { down: 7 },
  properties: [causalOrder, deliveredOnce, nothingInvented, acknowledgedKept, readsShowTheLog],
  recovers: {
    within: seconds(3),
    settled(core) {
      const sets = core.map(({ state }) =>
        newDeliveries(state, 0)
          .toSorted((one, other) => one - other)
          .join(" "),
      );
      return sets.every((set) => set === sets[0]) && core.every(({ state }) => state.waiting.length === 0);
    },
  },
  sometimes: ["a gap in a sender", "a third member's message was awaited", "a member was sent what it had missed"],
  mutants: [
    {
      id: "order-of-each-sender-only",
      says: "A message waits for the earlier ones of its own sender only: an answer may come before the question.",
      seen: "A common misreading of the delivery condition: its second half, about all other members, is left out. What is left is FIFO broadcast.",
      config: { waitsForOthers: false },
    },
    {
      id: "vectors-merged-not-checked",
      says: "Messages are delivered as they come and vectors are merged.",
      seen: "A common mistake: the vector clock's update rule is taken for the delivery rule.",
      config: { waits: false },
    },
    {
      id: "gaps-allowed",
      says: "Any later message of a sender may be delivered, not just the next.",
      seen: "A common off-by-one in the delivery condition: greater, where the paper asks for equal to one more.",
      config: { nextOfSender: false },
    },
    {
      id: "increments-on-delivery",
      says: "A member counts deliveries in its own place of the vector, so its next message seems to follow others that do not exist.",
      seen: "A common mistake: the vector clock for all events is used where the protocol counts broadcasts only.",
      config: { countsDeliveries: true },
    },
    {
      id: "deliveries-not-on-disk",
      says: "After a crash a member has delivered nothing and numbers its messages from one again.",
      seen: "A common mistake when the protocol, in whose model a failed process does not return, is used with restarts.",
      node: (node) => ({ ...node, durable: [] }),
    },
    {
      id: "nothing-sent-again",
      says: "What the network lost is not sent again: all that follows it waits for ever.",
      seen: "The paper's own assumption of channels that lose nothing, taken for granted.",
      config: { resends: false },
    },
    {
      id: "broadcast-twice",
      says: "A client's request that the network delivers twice is broadcast twice.",
      seen: "A common mistake where at-least-once delivery meets an operation that is not idempotent.",
      config: { once: false },
    },
  ],
});
