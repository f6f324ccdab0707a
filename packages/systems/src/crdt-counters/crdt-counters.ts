/**
 * Counters that replicas change without asking each other: the G-Counter, and the PN-Counter in its second version.
 *
 * Shapiro, Preguiça, Baquero, Zawirski, "A comprehensive study of Convergent and Commutative Replicated Data Types" (INRIA
 * RR-7506, 2011), section 3.1: a G-Counter is a vector with one entry for each replica, in which only that replica counts;
 * the value is the sum, merging takes the maximum of each entry. A PN-Counter is two of them, for increments and for
 * decrements, since a vector that also went down could not be merged by the maximum. A replica tells another only the
 * entries that it is not known to have: Almeida, Shoker, Baquero, "Delta State Replicated Data Types" (JPDC 2018).
 *
 * Version 1 knows increments only, version 2 decrements too, and both run side by side while a cluster is upgraded. So
 * version 1 merges, keeps and passes on the vectors that it does not know.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message, NodeDefinition } from "@fieldbook/engine";

export interface CountersConfig {
  /** How often a replica tells others what they are not known to have, µs. */
  readonly gossip: number;
  /** How two entries of one replica are merged. */
  readonly merge: "maximum" | "sum";
  /** Whether each replica counts in an entry of its own, or every second replica in the same. */
  readonly entries: "own" | "shared";
  /** Whether a request that the network delivers twice is counted once. */
  readonly countsOnce: boolean;
  /** Whether version 1 keeps vectors that it does not know. */
  readonly keepsUnknown: boolean;
}

export type CountersRequest =
  | (Body & { readonly type: "increment"; readonly amount: number })
  | (Body & { readonly type: "decrement"; readonly amount: number })
  | (Body & { readonly type: "read" });
export type CountersReply =
  | (Body & { readonly type: "increment_ok" | "decrement_ok" })
  /** The value as this version of the node knows it. */
  | (Body & { readonly type: "read_ok"; readonly value: number; readonly version: number });

/** One entry of one vector: what `replica` has counted. */
type Entry = readonly [vector: string, replica: string, count: number];
type Requests = CountersRequest | (Body & { readonly type: "merge"; readonly entries: readonly Entry[] });
type Replies = CountersReply | (Body & { readonly type: "merge_ok"; readonly entries: readonly Entry[] });

/** The payload and the requests that are in it: one record, since a torn write must not part them. */
export interface CountersRecord {
  /** "increments", "decrements": per replica what it has counted. */
  readonly vectors: Map<string, Map<string, number>>;
  /** Per client the number of its last request. */
  readonly lastRequests: Map<string, number>;
}

export interface CountersState {
  readonly config: CountersConfig;
  readonly record: CountersRecord;
  /** Per peer, vector and replica: the count that the peer is known to have. Forgotten in a crash, and told again. */
  readonly known: Map<string, number>;
}

type State = CountersState;
type Ctx = Context<Requests, Replies>;

/** The replica of one version: what it knows of differs, what it keeps does not. */
function counterReplica(version: 1 | 2): NodeDefinition<State, Requests, Replies, CountersConfig> {
  const vectors = version === 1 ? ["increments"] : ["increments", "decrements"];
  return defineNode<State, Requests, Replies, CountersConfig>({
    name: `crdt-counter-${String(version)}`,
    durable: ["record"],
    init: (config) => ({
      config,
      record: { vectors: new Map(vectors.map((name) => [name, new Map<string, number>()])), lastRequests: new Map() },
      known: new Map(),
    }),
    start(state, ctx) {
      // A record of version 1 has no vector for decrements; one of version 2 may.
      for (const name of vectors) vectorOf(state, name);
      gossipLater(state, ctx);
    },
    on: {
      increment(state, message, ctx) {
        if (!isNew(state, message)) return;
        add(state, "increments", message.body.amount, ctx);
        ctx.reply(message, { type: "increment_ok" });
      },
      decrement(state, message, ctx) {
        // A refusal is remembered as well: "no" must stay "no" for a copy that arrives after the upgrade.
        if (!isNew(state, message)) return;
        if (version === 1) {
          ctx.mark("version 1 was asked to decrement");
          return ctx.reply(message, { type: "error", code: 10, text: "version 1 does not decrement" });
        }
        add(state, "decrements", message.body.amount, ctx);
        ctx.reply(message, { type: "decrement_ok" });
      },
      read(state, message, ctx) {
        const decrements = version === 1 ? 0 : sum(state, "decrements");
        ctx.reply(message, { type: "read_ok", value: sum(state, "increments") - decrements, version });
      },
      merge(state, message, ctx) {
        const { entries } = message.body;
        if (entries.some(([vector]) => !vectors.includes(vector))) ctx.mark("version 1 was told of decrements");
        for (const entry of entries) {
          if (state.config.keepsUnknown || vectors.includes(entry[0])) merge(state, entry, ctx);
        }
        noteKnown(state, message.src, entries);
        ctx.reply(message, { type: "merge_ok", entries });
      },
    },
    replies: {
      merged(state, { src, body }) {
        if (body.type === "merge_ok") noteKnown(state, src, body.entries);
      },
    },
    timers: {
      gossip(state, _data, ctx) {
        for (const peer of ctx.peers) {
          const entries = entriesOf(state).filter((entry) => entry[2] > knownOf(state, peer, entry));
          if (entries.length > 0) ctx.call(peer, { type: "merge", entries }, "merged", 0);
        }
        gossipLater(state, ctx);
      },
    },
    view: (state) => `${String(sum(state, "increments"))} − ${String(sum(state, "decrements"))}`,
    describe(body) {
      if (body.type === "increment" || body.type === "decrement") return `${body.type} by ${String(body.amount)}`;
      if (body.type === "read_ok") return `read_ok ${String(body.value)}`;
      if (body.type !== "merge") return body.type;
      return body.entries.map(([vector, replica, count]) => `${vector} of ${replica} ${String(count)}`).join(", ");
    },
  });
}

/** Version 1: a G-Counter (specification 6). */
export const growOnlyCounter = counterReplica(1);
/** Version 2: a PN-Counter (specification 7). */
export const positiveNegativeCounter = counterReplica(2);

function vectorOf({ record }: State, name: string): Map<string, number> {
  const vector = record.vectors.get(name) ?? new Map<string, number>();
  record.vectors.set(name, vector);
  return vector;
}

/** Whether a request comes for the first time; late ones, overtaken by the client's next, are left out for good. */
function isNew({ config, record }: State, { src, body }: Message): boolean {
  const number = body.msg_id ?? 0;
  if (config.countsOnce && number <= (record.lastRequests.get(src) ?? -1)) return false;
  record.lastRequests.set(src, number);
  return true;
}

/** "update increment: let g = myId(), P[g] := P[g] + 1". */
function add(state: State, name: string, amount: number, ctx: Ctx): void {
  const own = state.config.entries === "own" ? ctx.self : ctx.nodes[ctx.nodes.indexOf(ctx.self) % 2]!;
  const vector = vectorOf(state, name);
  vector.set(own, (vector.get(own) ?? 0) + amount);
}

/** "query value: let v = Σ P[i]". */
export function sum({ record }: State, name: string): number {
  let total = 0;
  for (const count of record.vectors.get(name)?.values() ?? []) total += count;
  return total;
}

/** "merge: let Z.P[i] = max(X.P[i], Y.P[i])", vector by vector, whatever its name. */
function merge(state: State, [name, replica, theirs]: Entry, ctx: Ctx): void {
  const vector = vectorOf(state, name);
  const ours = vector.get(replica) ?? 0;
  if (theirs < ours) ctx.mark("an old entry was merged");
  vector.set(replica, state.config.merge === "maximum" ? Math.max(ours, theirs) : ours + theirs);
}

/** All entries, in one order. */
function entriesOf({ record }: State): Entry[] {
  const names = [...record.vectors.keys()].toSorted();
  return names.flatMap((name) => {
    const vector = record.vectors.get(name)!;
    return [...vector.keys()].toSorted().map((replica) => [name, replica, vector.get(replica)!] as const);
  });
}

const knownOf = ({ known }: State, peer: string, [vector, replica]: Entry): number =>
  known.get(`${peer} ${vector} ${replica}`) ?? 0;

/** Whoever tells or acknowledges an entry has it on disk. */
function noteKnown(state: State, peer: string, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const [vector, replica, count] = entry;
    state.known.set(`${peer} ${vector} ${replica}`, Math.max(knownOf(state, peer, entry), count));
  }
}

function gossipLater(state: State, ctx: Ctx): void {
  // Drawn, so that replicas do not all talk at once.
  ctx.timer("gossip", state.config.gossip + ctx.random(state.config.gossip, "pause"));
}
