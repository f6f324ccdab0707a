/**
 * Servers in a chain: updates enter at the head, pass from each to the next, and count when the tail has them; queries
 * are answered by the tail alone.
 *
 * van Renesse and Schneider, "Chain Replication for Supporting High Throughput and Availability" (OSDI 2004): section 2
 * gives the protocol, section 3 what happens when the head, the tail or a server between them fails. There servers are
 * fail-stop: who is taken for failed has failed. Here one may be cut off instead and not know, so messages carry the
 * number of the chain, and the tail answers only while the master's word is fresh: a lease (Gray and Cheriton 1989) that
 * ends before the master takes it for failed.
 *
 * n1 is the master.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { KeyValueReply, KeyValueRequest } from "../shared/key-value-clients.ts";

export interface ChainConfig {
  /** Pause between two pings of a server, and before unconfirmed updates are sent again. */
  readonly ping: Microseconds;
  /** A server that the master has not heard of for so long is taken out of the chain. */
  readonly deadAfter: Microseconds;
  /** How long the tail may answer after it asked the master; shorter than `deadAfter`. */
  readonly lease: Microseconds;
  /** Whether updates count only at the tail; otherwise the head answers them. */
  readonly tailAnswers: boolean;
  /** Whether only the tail answers queries. */
  readonly tailReads: boolean;
  /** Whether the tail needs a lease to answer. */
  readonly leases: boolean;
  /** Whether updates that are not confirmed are sent again, to a new successor above all. */
  readonly sendsAgain: boolean;
  /** Whether a server takes updates only one after the other. */
  readonly inOrder: boolean;
}

/** The servers that are in, head first. */
export interface Chain {
  readonly number: number;
  readonly servers: readonly string[];
}

/** The paper's update with its place in the history, and whom to answer. */
export interface Update {
  readonly count: number;
  readonly value: number;
  readonly client: string;
  readonly id: number;
}

/** What a server has on disk, in one record. */
export interface Replica {
  readonly count: number;
  readonly value: number | null;
  /** A hash of the history that led here. */
  readonly digest: number;
  /** The paper's Sent: updates passed on and not yet confirmed by the tail, oldest first. */
  readonly sent: readonly Update[];
}

export type ChainRequest =
  | KeyValueRequest
  | (Body & { readonly type: "ping"; readonly asked: Microseconds })
  | (Body & { readonly type: "chain"; readonly chain: Chain; readonly asked: Microseconds })
  | (Body & { readonly type: "update"; readonly chain: number; readonly update: Update })
  | (Body & { readonly type: "confirm"; readonly chain: number; readonly count: number });

export type ChainReply = KeyValueReply;

export interface ChainState {
  readonly config: ChainConfig;
  /** The chain as this node knows it; the master's is the true one. Durable. */
  chain: Chain;
  replica: Replica;
  /** The number of the last request of each client. Durable: a copy is not carried out. */
  readonly seen: Map<string, number>;
  /** Of the master: when it heard of each server last, by its stopwatch. */
  readonly heard: Map<string, Microseconds>;
  /** Of the tail: until when it may answer, by its stopwatch. */
  leaseUntil: Microseconds;
}

type Ctx = Context<ChainRequest, ChainReply>;

const master = "n1";

export const chainReplication = defineNode<ChainState, ChainRequest, ChainReply, ChainConfig>({
  name: "chain-replication",
  durable: ["chain", "replica", "seen"],
  init: (config, _self, nodes) => ({
    config,
    chain: { number: 1, servers: nodes.filter((name) => name !== master) },
    replica: { count: 0, value: null, digest: 0, sent: [] },
    seen: new Map(),
    heard: new Map(),
    leaseUntil: 0,
  }),
  start(state, ctx) {
    if (ctx.self === master) {
      // After a restart nobody is taken for failed who has not had the time to call.
      for (const name of ctx.peers) state.heard.set(name, ctx.monotonic());
      ctx.timer("watch", state.config.ping);
      return;
    }
    ctx.timer("ping", 0);
    // A crash may have come between the writes of the chain and of the replica.
    takePlace(state, ctx);
  },
  on: {
    read(state, message, ctx) {
      const isTail = successorOf(state, ctx) === null;
      if (state.config.tailReads && !isTail) return refuse(message, ctx);
      if (state.config.tailReads && state.config.leases && ctx.monotonic() >= state.leaseUntil) {
        ctx.mark("a tail without a lease did not answer");
        return refuse(message, ctx);
      }
      ctx.reply(message, { type: "read_ok", value: state.replica.value });
    },
    write(state, message, ctx) {
      const id = message.body.msg_id ?? 0;
      if (id <= (state.seen.get(message.src) ?? -1)) return;
      state.seen.set(message.src, id);
      if (state.chain.servers[0] !== ctx.self) return refuse(message, ctx);
      const update = { count: state.replica.count + 1, value: message.body.value, client: message.src, id };
      apply(state, update, ctx);
      if (!state.config.tailAnswers) answer(update, ctx);
    },
    cas: (_state, message, ctx) => refuse(message, ctx),
    ping(state, message, ctx) {
      state.heard.set(message.src, ctx.monotonic());
      takeOutTheSilent(state, ctx);
      ctx.send(message.src, { type: "chain", chain: state.chain, asked: message.body.asked });
    },
    chain(state, message, ctx) {
      const { chain, asked } = message.body;
      if (chain.number < state.chain.number) return;
      if (chain.number > state.chain.number) {
        state.chain = chain;
        takePlace(state, ctx);
      }
      // Counted from the asking: the answer may have been long on its way.
      if (chain.servers.includes(ctx.self)) state.leaseUntil = Math.max(state.leaseUntil, asked + state.config.lease);
    },
    update(state, message, ctx) {
      const { chain, update } = message.body;
      if (chain !== state.chain.number || predecessorOf(state, ctx) !== message.src) {
        return ctx.mark("an update of another chain was refused");
      }
      const { count } = state.replica;
      if (update.count === count + 1 || (!state.config.inOrder && update.count > count)) apply(state, update, ctx);
      // An older one comes again when its confirmation was lost.
      else if (update.count <= count) confirm(state, ctx);
    },
    confirm(state, message, ctx) {
      const { chain, count } = message.body;
      if (chain !== state.chain.number) return;
      const { replica } = state;
      const sent = replica.sent.filter((update) => update.count > count);
      if (sent.length === replica.sent.length) return;
      state.replica = { ...replica, sent };
      confirm(state, ctx);
    },
  },
  timers: {
    watch(state, _data, ctx) {
      takeOutTheSilent(state, ctx);
      ctx.timer("watch", state.config.ping);
    },
    ping(state, _data, ctx) {
      ctx.send(master, { type: "ping", asked: ctx.monotonic() });
      if (state.config.sendsAgain) for (const update of state.replica.sent) passOn(state, update, ctx);
      ctx.timer("ping", state.config.ping);
    },
  },
  view: ({ replica, chain }) =>
    replica.count === 0
      ? `chain ${String(chain.number)}`
      : `${String(replica.value)} (${String(replica.count)}), ${String(replica.sent.length)} under way`,
  describe(body) {
    if (body.type === "update") return `update ${String(body.update.count)}: ${String(body.update.value)}`;
    if (body.type === "confirm") return `confirm ${String(body.count)}`;
    return body.type === "chain" ? `chain ${String(body.chain.number)}` : body.type;
  },
});

const refuse = (message: Message, ctx: Ctx): void =>
  ctx.reply(message, { type: "error", code: 11, text: "another server of the chain answers this" });

/** The master: a server that does not call has failed (section 3). */
function takeOutTheSilent(state: ChainState, ctx: Ctx): void {
  const { chain, config, heard } = state;
  const now = ctx.monotonic();
  const servers = chain.servers.filter((name) => now - (heard.get(name) ?? now) < config.deadAfter);
  // The last one is never taken out: nobody else has the history.
  if (servers.length > 0 && servers.length < chain.servers.length) {
    state.chain = { number: chain.number + 1, servers };
    if (servers[0] !== chain.servers[0]) ctx.mark("a head was taken out");
    if (servers.at(-1) !== chain.servers.at(-1)) ctx.mark("a tail was taken out");
  }
}

/** The next in the chain; null for the tail, and for a server that is not in. */
function successorOf({ chain }: ChainState, ctx: Ctx): string | null {
  const place = chain.servers.indexOf(ctx.self);
  return place < 0 ? "" : (chain.servers[place + 1] ?? null);
}

const predecessorOf = ({ chain }: ChainState, ctx: Ctx): string | undefined =>
  chain.servers[chain.servers.indexOf(ctx.self) - 1];

/** A server takes an update (section 2.2); at the tail it counts from now on. */
function apply(state: ChainState, update: Update, ctx: Ctx): void {
  const { replica } = state;
  const isTail = successorOf(state, ctx) === null;
  const sent = isTail ? replica.sent : [...replica.sent, update];
  const digest = ctx.checksum([replica.digest, update.value]);
  state.replica = { count: update.count, value: update.value, digest, sent };
  if (!isTail) return passOn(state, update, ctx);
  if (state.config.tailAnswers) answer(update, ctx);
  confirm(state, ctx);
}

function passOn(state: ChainState, update: Update, ctx: Ctx): void {
  const next = successorOf(state, ctx);
  if (next !== null && next !== "") ctx.send(next, { type: "update", chain: state.chain.number, update });
}

/** Tells the server before this one what the tail has. */
function confirm(state: ChainState, ctx: Ctx): void {
  const before = predecessorOf(state, ctx);
  const count = state.replica.count - state.replica.sent.length;
  if (before !== undefined) ctx.send(before, { type: "confirm", chain: state.chain.number, count });
}

/** Section 3: a new tail takes what it has sent for done; a new successor is sent what is not confirmed. */
function takePlace(state: ChainState, ctx: Ctx): void {
  if (!state.chain.servers.includes(ctx.self)) return;
  const { sent } = state.replica;
  if (successorOf(state, ctx) !== null) {
    if (state.config.sendsAgain) for (const update of sent) passOn(state, update, ctx);
    return;
  }
  for (const update of sent) if (state.config.tailAnswers) answer(update, ctx);
  state.replica = { ...state.replica, sent: [] };
  confirm(state, ctx);
}

/** The tail answers the client whose request the update was. */
function answer({ client, id }: Update, ctx: Ctx): void {
  ctx.reply({ src: client, dest: ctx.self, body: { type: "write", msg_id: id } }, { type: "write_ok" });
}
