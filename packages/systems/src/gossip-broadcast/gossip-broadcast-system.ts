import { defineSystem } from "@fieldbook/engine";
import type { Body, FaultKind, Property, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { gossipBroadcast } from "./gossip-broadcast.ts";
import type { GossipBroadcastConfig, GossipBroadcastState, GossipReply, GossipRequest } from "./gossip-broadcast.ts";

/** Deliveries are on disk and compared for ever: everything but a disk that lies or is lost. */
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

export const deliveredOnce: Property<GossipBroadcastState> = {
  id: "delivered-once",
  says: "A node delivers each message once and forgets no delivery.",
  watch() {
    const logs = new Map<string, number[]>();
    return ({ name, state }) => {
      const log = logs.get(name) ?? [];
      logs.set(name, log);
      if (state.delivered.length < log.length) return `${name} forgot that it had delivered ${String(log.at(-1))}.`;
      for (const value of state.delivered.slice(log.length)) {
        if (log.includes(value)) return `${name} delivered ${String(value)} twice.`;
        log.push(value);
      }
      return undefined;
    };
  },
};

export const deliveredOnReceipt: Property<GossipBroadcastState> = {
  id: "delivered-on-receipt",
  says: "What a node is told of it delivers at once; what was new to it, and a rumour, it tells on.",
  watch() {
    const lengths = new Map<string, number>();
    return ({ name, state: { delivered, hot } }, _nodes, _time, message) => {
      const before = lengths.get(name) ?? 0;
      lengths.set(name, delivered.length);
      if (message === undefined || !tellingTypes.has(message.body.type)) return undefined;
      const { type, value, values = [value!] } = message.body as Body & { value?: number; values?: readonly number[] };
      const ignored = values.find((one) => !delivered.includes(one));
      if (ignored !== undefined) return `${name} was told of ${String(ignored)} by "${type}" and has not delivered it.`;
      if (type !== "rumour" && type !== "broadcast") return undefined;
      const cold = delivered.slice(before).find((one) => !hot.has(one));
      return cold === undefined ? undefined : `${name} heard of ${String(cold)} first and does not tell it on.`;
    };
  },
};

/** Messages that say what others have. */
const tellingTypes = new Set(["broadcast", "rumour", "missing", "compared"]);

export const nothingInvented: Property<GossipBroadcastState> = {
  id: "nothing-invented",
  says: "What is delivered was broadcast.",
  judge({ history, nodes }) {
    const broadcast = new Set(history.filter(({ f }) => f === "broadcast").map(({ input }) => input));
    for (const { name, state } of nodes) {
      const invented = state.delivered.find((value) => !broadcast.has(value));
      if (invented === undefined) continue;
      return { verdict: "violated", says: `${name} delivered ${String(invented)}, which nobody broadcast.` };
    }
    return { verdict: "holds", says: "All that was delivered was broadcast." };
  },
};

export const acknowledgedKept: Property<GossipBroadcastState> = {
  id: "acknowledged-delivered",
  says: "A message that was acknowledged to its client is delivered by the nodes.",
  judge({ history, nodes }) {
    const delivered = new Set(nodes.flatMap(({ state }) => state.delivered));
    for (const [index, { f, outcome, input }] of history.entries()) {
      if (f !== "broadcast" || outcome !== "ok" || typeof input !== "number" || delivered.has(input)) continue;
      const says = `${String(input)} was acknowledged, and at the end no node has delivered it.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: "All that was acknowledged was delivered." };
  },
};

export const readsShowTheLog: Property<GossipBroadcastState> = {
  id: "reads-show-the-log",
  says: "A read shows what its node had delivered by then: the beginning of its log, with all that was acknowledged there before the read.",
  judge({ history, nodes }) {
    for (const [index, { f, key, output, called }] of history.entries()) {
      if (f !== "read" || !Array.isArray(output)) continue;
      const node = nodes[Number(key)]!;
      const log: readonly number[] = node.state.delivered;
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

function publishers(size: {
  nodes: number;
  clients: number;
  operations: number;
}): Workload<GossipRequest, GossipReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(250), 1);
      if (draws.below(100, 2) < 20) return { f: "read", key: node, input: null, body: { type: "read" }, node, think };
      const value = 1 + client + size.clients * k;
      return { f: "broadcast", key: node, input: value, body: { type: "broadcast", value }, node, think };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.values : null }),
  };
}

/** The correct configuration. */
export const correct: GossipBroadcastConfig = {
  rumour: milliseconds(20),
  antiEntropy: milliseconds(60),
  interest: 2,
  compares: true,
  digest: "messages",
  pulls: true,
  pushes: true,
  checksAnswers: true,
};

/** Gossip broadcast, put to the test. */
export const gossipBroadcastSystem = defineSystem({
  id: "gossip-broadcast",
  title: "Gossip broadcast with anti-entropy",
  says: "Nodes tell rumours to random others until these are stale, and compare what they have now and then. Every acknowledged message reaches every node.",
  leavesOut:
    "Direct mail, deletion and death certificates, and the choice of peers by distance, which the paper treats too. Logs are not cut.",
  source: "Demers et al., Epidemic Algorithms for Replicated Database Maintenance, PODC 1987",
  node: gossipBroadcast,
  config: correct,
  nodes: { default: 4, min: 2, max: 9 },
  clients: 2,
  operations: 6,
  workload: publishers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(5), milliseconds(1)) },
  survives,
  limits: { down: 9 },
  properties: [deliveredOnce, deliveredOnReceipt, nothingInvented, acknowledgedKept, readsShowTheLog],
  recovers: {
    within: seconds(3),
    settled(core) {
      const sets = core.map(({ state }) => state.delivered.toSorted((one, other) => one - other).join(" "));
      return sets.every((set) => set === sets[0]) && core.every(({ state }) => state.hot.size === 0);
    },
  },
  sometimes: ["a rumour died out", "anti-entropy found a difference", "a rumour was faster than anti-entropy"],
  mutants: [
    {
      id: "rumours-without-anti-entropy",
      says: "There are rumours only: one that dies out, or is lost, before all have heard it is never told again.",
      seen: "The paper's own warning (sections 1.4 and 1.5): rumour mongering leaves a residue and needs a backup.",
      config: { compares: false, interest: 1 },
    },
    {
      id: "digest-is-a-count",
      says: "Two nodes that have equally many messages take themselves for equal.",
      seen: "A common shortcut for the digest; the paper compares checksums and recent updates instead (section 1.3).",
      config: { digest: "count" },
    },
    {
      id: "anti-entropy-only-pushes",
      says: "A node that begins a comparison gives what the other lacks and does not take what it lacks itself.",
      seen: "Section 1.3 compares push, pull and push-pull: with push alone a node that begins every comparison learns nothing.",
      config: { pulls: false },
    },
    {
      id: "anti-entropy-only-pulls",
      says: "A node that begins a comparison takes what it lacks and does not give what the other lacks.",
      seen: "The other half of the same mistake: with pull alone a node that never begins a comparison learns nothing.",
      config: { pushes: false },
    },
    {
      id: "answers-not-checked",
      says: "What anti-entropy brings is delivered although a rumour, or a second answer, has brought it meanwhile.",
      seen: "A common mistake: check and act with a network round trip in between.",
      config: { checksAnswers: false },
    },
    {
      id: "deliveries-not-on-disk",
      says: "A message is acknowledged before it is on disk: a crash forgets it, or it is delivered again.",
      seen: "A common mistake: an acknowledgement that promises more than memory can keep.",
      node: (node) => ({ ...node, durable: [] }),
    },
  ],
});
