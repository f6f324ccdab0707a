import { defineSystem } from "@fieldbook/engine";
import type { Outcome, Property, Workload } from "@fieldbook/engine";
import { hashPlain, milliseconds, seconds } from "@fieldbook/kernel";
import { allButLostDisks } from "../convergent/survived-faults.ts";
import { growOnlyCounter, positiveNegativeCounter, sum } from "./crdt-counters.ts";
import type { CountersConfig, CountersReply, CountersRequest, CountersState } from "./crdt-counters.ts";
import { hasWrittenEnough } from "../shared/late-writes.ts";

/** Each client changes the counter so often, and most often reads from then on. */
const updates = 5;

export const onlyTheOwnerCounts: Property<CountersState> = {
  id: "only-the-owner-counts",
  says: "No replica holds more in another's entry than that one has counted itself.",
  watch() {
    return ({ name, state }, nodes) => {
      for (const [vector, entries] of state.record.vectors) {
        for (const [replica, count] of entries) {
          const owner = nodes.find((node) => node.name === replica)!;
          const own = owner.state.record.vectors.get(vector)?.get(replica) ?? 0;
          if (count <= own) continue;
          return `${name} holds ${String(count)} ${vector} of ${replica}, who has counted ${String(own)}.`;
        }
      }
      return undefined;
    };
  },
};

export const neverShrinks: Property<CountersState> = {
  id: "never-shrinks",
  says: "What a replica holds only grows, over crashes and upgrades too.",
  watch() {
    const seen = new Map<string, number>();
    return ({ name, state }) => {
      for (const [vector, entries] of state.record.vectors) {
        for (const [replica, count] of entries) {
          const place = `${name} ${vector} ${replica}`;
          const before = seen.get(place) ?? 0;
          seen.set(place, count);
          if (count < before) {
            return `${name} held ${String(before)} ${vector} of ${replica} and now holds ${String(count)}.`;
          }
        }
      }
      for (const [place, before] of seen) {
        const [holder, vector, replica] = place.split(" ");
        if (holder !== name || before === 0 || state.record.vectors.get(vector!)?.has(replica!) === true) continue;
        return `${name} held ${String(before)} ${vector!} of ${replica!} and now holds none.`;
      }
      return undefined;
    };
  },
};

type History = Outcome<CountersState>["history"];

/** The sum of the operations of a kind that `counts` picks. */
const total = (history: History, f: string, counts: (operation: History[number]) => boolean): number =>
  history.reduce((amount, operation) => {
    return operation.f === f && counts(operation) ? amount + Number(operation.input) : amount;
  }, 0);

/** What each vector must come to at the least and at the most when all have heard of everything. */
const bounds = (history: History, f: string): readonly [number, number] => [
  total(history, f, ({ outcome }) => outcome === "ok"),
  total(history, f, ({ outcome }) => outcome !== "fail"),
];

export const allIsCounted: Property<CountersState> = {
  id: "all-is-counted",
  says: "In the end every replica has counted what was acknowledged, and nothing else but what was never answered.",
  judge({ history, nodes }) {
    const settled = nodes.every(({ up }) => up) && new Set(nodes.map(({ state }) => digest(state))).size === 1;
    for (const f of ["increment", "decrement"]) {
      const [least, most] = bounds(history, f);
      for (const { name, state } of nodes) {
        const counted = sum(state, `${f}s`);
        if ((!settled || counted >= least) && counted <= most) continue;
        const says = `${name} has counted ${f}s of ${String(counted)}; acknowledged are ${String(least)}, asked for were ${String(most)}.`;
        return { verdict: "violated", kind: counted > most ? "too much" : "too little", says };
      }
    }
    return { verdict: "holds", says: "Everything was counted once." };
  },
};

export const readsAreWithinBounds: Property<CountersState> = {
  id: "reads-within-bounds",
  says: "A read counts all that its replica has acknowledged before, and nothing that was not yet asked for.",
  judge({ history }) {
    for (const [index, read] of history.entries()) {
      if (read.f !== "read" || !Array.isArray(read.output)) continue;
      const [value, version] = read.output as readonly number[];
      const sure = (f: string): number =>
        total(history, f, (one) => one.outcome === "ok" && one.key === read.key && one.returned < read.called);
      const possible = (f: string): number =>
        total(history, f, (one) => one.outcome !== "fail" && one.called < read.returned);
      const least = sure("increment") - (version === 1 ? 0 : possible("decrement"));
      const most = possible("increment") - (version === 1 ? 0 : sure("decrement"));
      if (value! >= least && value! <= most) continue;
      const says = `A read returned ${String(value)}; possible was ${String(least)} to ${String(most)}.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: "All reads are within their bounds." };
  },
};

const digest = ({ record }: CountersState): number => hashPlain(record.vectors);

function callers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<CountersRequest, CountersReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(250), 1);
      const kind = draws.below(100, 2);
      if (hasWrittenEnough(k, updates, draws) || kind < 20)
        return { f: "read", key: node, input: null, body: { type: "read" }, node, think };
      // Late changes are increments: version 1 knows no others.
      const f = kind < 50 || k >= updates ? "increment" : "decrement";
      const amount = 1 + ((client + k) % 3);
      return { f, key: node, input: amount, body: { type: f, amount }, node, think };
    },
    complete: (_invocation, reply) => ({
      outcome: "ok",
      output: reply.type === "read_ok" ? [reply.value, reply.version] : null,
    }),
  };
}

/** The correct configuration. */
export const correct: CountersConfig = {
  gossip: milliseconds(30),
  merge: "maximum",
  entries: "own",
  countsOnce: true,
  keepsUnknown: true,
};

/** G-Counter and PN-Counter, upgraded from one to the other, put to the test. */
export const crdtCountersSystem = defineSystem({
  id: "crdt-counters",
  title: "Counters without coordination (G-Counter, PN-Counter)",
  says: "Each replica counts in an entry of its own and merges the others' by the maximum. The cluster may be upgraded from increments only to decrements too.",
  leavesOut:
    "Replicas do not join or leave, and vectors do not shrink. A replica that loses its disk loses what nobody has heard of.",
  source:
    "Shapiro et al., A comprehensive study of Convergent and Commutative Replicated Data Types, INRIA RR-7506, 2011",
  node: growOnlyCounter,
  next: positiveNegativeCounter,
  config: correct,
  nodes: { default: 3, min: 2, max: 7 },
  clients: 3,
  operations: 6,
  workload: callers,
  survives: [...allButLostDisks, "upgrade"],
  limits: { down: 7 },
  properties: [onlyTheOwnerCounts, neverShrinks, readsAreWithinBounds, allIsCounted],
  recovers: {
    within: seconds(2),
    settled: (core) => new Set(core.map(({ state }) => digest(state))).size === 1,
  },
  sometimes: ["an old entry was merged", "version 1 was asked to decrement", "version 1 was told of decrements"],
  mutants: [
    {
      id: "merge-adds",
      says: "Entries are merged by adding them, so that what is heard twice counts twice.",
      seen: "A common misreading of section 3.1: merging must be idempotent, and a sum is not.",
      config: { merge: "sum" },
    },
    {
      id: "shared-entry",
      says: "Two replicas count in the same entry; of what both count at once the maximum keeps one.",
      seen: "A common misreading of section 3.1: the entry is the replica's own, as when two processes share one configured id.",
      config: { entries: "shared" },
    },
    {
      id: "counter-not-durable",
      says: "The payload is not on disk when a request is acknowledged.",
      seen: "A common mistake: a counter kept in memory, to be fetched from the others after a restart.",
      node: (node) => ({ ...node, durable: [] }),
    },
    {
      id: "counts-copies",
      says: "A request that the network delivers twice is counted twice.",
      seen: "A common mistake: merging is idempotent, so increments are taken to be so too.",
      config: { countsOnce: false },
    },
    {
      id: "drops-unknown-fields",
      says: "Version 1 leaves out the vector that it does not know and acknowledges it as merged.",
      seen: "A known trap of rolling upgrades: Protocol Buffers 3.0 to 3.4 dropped unknown fields when they parsed a message; version 3.5 keeps them again.",
      config: { keepsUnknown: false },
    },
  ],
});
