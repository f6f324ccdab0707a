import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Property, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { lamportMutualExclusion } from "./lamport-mutual-exclusion.ts";
import type {
  EnterReply,
  EnterRequest,
  MutualExclusionConfig,
  MutualExclusionState,
  Request,
} from "./lamport-mutual-exclusion.ts";
import { areQuiet } from "./reliable-links.ts";

/** All that reliable links and a process that forgets nothing survive: everything but a disk that lies. */
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

export const oneAtATime: Property<MutualExclusionState> = {
  id: "one-at-a-time",
  says: "No two processes are in the section at once (condition I).",
  watch: () => (node, nodes) => {
    if (!node.state.process.inSection) return undefined;
    const other = nodes.find(({ name, state }) => name !== node.name && state.process.inSection);
    return other === undefined ? undefined : `${node.name} and ${other.name} are both in the section.`;
  },
};

export const grantedInOrder: Property<MutualExclusionState> = {
  id: "granted-in-order",
  says: "Requests are granted in the order in which they are made: by timestamp, then by process (condition II).",
  watch() {
    let last: Request | undefined;
    return ({ name, state }) => {
      const { inSection, own } = state.process;
      if (!inSection || own === null || (last?.node === name && last.time === own.time)) return undefined;
      const before = last;
      last = { time: own.time, node: name };
      if (before === undefined || before.time < own.time || (before.time === own.time && before.node < name)) {
        return undefined;
      }
      return `${name} entered on a request of time ${String(own.time)} after ${before.node} on one of time ${String(before.time)}.`;
    };
  },
};

export const numbersDiffer: Property<MutualExclusionState> = {
  id: "numbers-differ",
  says: "The counter that the section protects gives every caller a number of its own, and later callers higher ones.",
  judge({ history }) {
    const entered = history.flatMap((operation, index) =>
      operation.outcome === "ok" && typeof operation.output === "number"
        ? [{ index, value: operation.output, called: operation.called, returned: operation.returned }]
        : [],
    );
    for (const one of entered) {
      for (const other of entered) {
        if (one.index < other.index && one.value === other.value) {
          const says = `Two callers got the number ${String(one.value)}.`;
          return { verdict: "violated", kind: "number given twice", says, operations: [one.index, other.index] };
        }
        if (one.returned < other.called && one.value > other.value) {
          const says = `A caller got ${String(other.value)} although ${String(one.value)} had been given before it called.`;
          return { verdict: "violated", kind: "number goes back", says, operations: [one.index, other.index] };
        }
      }
    }
    return { verdict: "holds", says: `${String(entered.length)} callers got different numbers, in order.` };
  },
};

export const onceARequest: Property<MutualExclusionState> = {
  id: "once-a-request",
  says: "A request of a client that was taken once is not taken again.",
  watch() {
    const queues = new Map<string, { readonly served: Set<string>; waiting: readonly string[] }>();
    return ({ name, state }) => {
      const before = queues.get(name) ?? { served: new Set(), waiting: [] };
      queues.set(name, before);
      const now = state.process.clients.map(({ src, body }) => `${src}'s request ${String(body.msg_id)}`);
      for (const request of before.waiting) if (!now.includes(request)) before.served.add(request);
      before.waiting = now;
      const again = now.find((request, index) => before.served.has(request) || now.indexOf(request) !== index);
      return again === undefined ? undefined : `${name} takes ${again} again.`;
    };
  },
};

export const everyEntryWasAsked: Property<MutualExclusionState> = {
  id: "every-entry-was-asked-for",
  says: "The counter has gone up at most once for each request of a client.",
  judge({ history, nodes }) {
    const count = Math.max(0, ...nodes.map(({ state }) => state.process.value));
    const says = `The counter stands at ${String(count)} after ${String(history.length)} requests.`;
    return { verdict: count <= history.length ? "holds" : "violated", says };
  },
};

function callers(size: { nodes: number; clients: number; operations: number }): Workload<EnterRequest, EnterReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next: (_client, k, draws) =>
      k >= size.operations
        ? undefined
        : {
            f: "enter",
            input: null,
            body: { type: "enter" },
            node: draws.below(size.nodes, 0),
            think: draws.below(milliseconds(160), 1),
          },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.value }),
  };
}

/** The correct configuration. */
export const correct: MutualExclusionConfig = {
  hold: milliseconds(10),
  resend: milliseconds(40),
  advancesClock: true,
  breaksTies: true,
  hearsAll: true,
  releasesAtEnd: true,
  inOrder: true,
  once: true,
};

/** Lamport's mutual exclusion, put to the test. */
export const lamportMutualExclusionSystem = defineSystem({
  id: "lamport-mutual-exclusion",
  title: "Mutual exclusion by logical clocks",
  says: "Processes take turns in a section, in the order of the timestamps of their requests. There is no coordinator: each process keeps the whole queue.",
  leavesOut: "A process that fails for good stops all others: the paper says so. A crash here keeps what is on disk.",
  source: "Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, CACM 21(7), 1978",
  node: lamportMutualExclusion,
  config: correct,
  nodes: { default: 3, min: 2, max: 7 },
  clients: 3,
  operations: 6,
  workload: callers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(5), milliseconds(1)) },
  survives,
  limits: { down: 7 },
  properties: [oneAtATime, grantedInOrder, numbersDiffer, onceARequest, everyEntryWasAsked],
  recovers: {
    within: seconds(3),
    settled: (core) =>
      core.every(
        ({ state: { process } }) => process.own === null && process.queue.length === 0 && areQuiet(process.links),
      ),
  },
  sometimes: [
    "two requests had the same timestamp",
    "the first in its queue had to wait for the others' word",
    "a process entered while others waited",
  ],
  mutants: [
    {
      id: "no-tie-break",
      says: "Equal timestamps are not ordered by process: each of two takes itself for the first.",
      seen: "A common misreading of the paper: the clocks alone give a partial order, and “⇒” needs the order of the processes too.",
      config: { breaksTies: false },
    },
    {
      id: "head-of-own-queue-suffices",
      says: "A process enters when its request is the first in its own queue, without the later word of all others.",
      seen: "A common misreading of rule 5: condition (i) without condition (ii).",
      config: { hearsAll: false },
    },
    {
      id: "clock-not-advanced-on-receipt",
      says: "A process does not set its clock ahead of the timestamps that arrive.",
      seen: "A common mistake in exercises on the paper: rule IR1 without IR2 (b).",
      config: { advancesClock: false },
    },
    {
      id: "release-before-the-end",
      says: "The release is sent when the section begins, not when it ends.",
      seen: "A common misreading of rule 3; the same mistake as unlocking before the write is done.",
      config: { releasesAtEnd: false },
    },
    {
      id: "links-without-order",
      says: "Messages are taken as they come, not in the order of sending: an acknowledgement overtakes a request.",
      seen: "The paper's own condition for the algorithm: messages between two processes are received in the order of sending.",
      config: { inOrder: false },
    },
    {
      id: "process-forgets-in-a-crash",
      says: "Nothing is on disk: after a crash a process begins with clock 0 and an empty queue.",
      seen: "The paper assumes that processes do not fail and says that the failure of one halts the system; a restart that forgets is worse.",
      node: (node) => ({ ...node, durable: [] }),
    },
    {
      id: "request-carried-out-twice",
      says: "A client's request that the network delivers twice enters the section twice.",
      seen: "A common mistake where at-least-once delivery meets an operation that counts.",
      config: { once: false },
    },
  ],
});
