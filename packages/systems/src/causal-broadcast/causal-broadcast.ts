/**
 * Messages to a group that no member sees before what their senders had seen.
 *
 * Birman, Schiper, Stephenson, "Lightweight Causal and Atomic Group Multicast" (ACM TOCS 9(3), 1991): CBCAST, the protocol
 * with vector timestamps, in which a message waits until all that its sender had delivered is delivered here. Its three
 * steps are named below.
 * The definition of the order, and the same idea for messages to one receiver, is in Raynal, Schiper, Toueg, "The Causal
 * Ordering Abstraction and a Simple Way to Implement It" (IPL 39, 1991). The papers stand on channels that lose nothing;
 * here members compare vectors now and then and send each other what is missing. The log of deliveries is on disk.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context } from "@fieldbook/engine";

export interface CausalBroadcastConfig {
  /** How often a member compares with another, µs. */
  readonly compare: number;
  /** Whether what is missing is sent again. */
  readonly resends: boolean;
  /** Whether a message waits at all; otherwise vectors are only merged. */
  readonly waits: boolean;
  /** Whether it waits for messages of third members, too, and not only for earlier ones of its sender. */
  readonly waitsForOthers: boolean;
  /** Whether it must be its sender's very next message, and not just a later one. */
  readonly nextOfSender: boolean;
  /** Whether a member counts in its own place what it delivers of others: it must not. */
  readonly countsDeliveries: boolean;
  /** Whether a client's request that the network delivers twice is carried out once. */
  readonly once: boolean;
}

/** A message of the group. */
export interface Item {
  /** Index of its sender. */
  readonly sender: number;
  /** VT(m): how many messages of each member its sender had delivered; in the sender's place its own number. */
  readonly vector: readonly number[];
  readonly value: number;
}

export type CausalRequest =
  | (Body & { readonly type: "broadcast"; readonly value: number })
  | (Body & { readonly type: "read" });
export type CausalReply =
  | (Body & { readonly type: "broadcast_ok" })
  | (Body & { readonly type: "read_ok"; readonly values: readonly number[] });
type Requests =
  | CausalRequest
  | (Body & { readonly type: "item"; readonly item: Item })
  /** What the sender has delivered: whoever has more sends it. */
  | (Body & { readonly type: "compare"; readonly vector: readonly number[] })
  | (Body & { readonly type: "missing"; readonly items: readonly Item[] });

export interface CausalBroadcastState {
  readonly config: CausalBroadcastConfig;
  /** VT(p): how many messages of each member were delivered, its own included. */
  vector: number[];
  /** In the order of delivery. The only thing on disk: the vector follows from it. */
  readonly delivered: Item[];
  /** Received and not yet delivered. */
  waiting: Item[];
}

type State = CausalBroadcastState;
type Ctx = Context<Requests, CausalReply>;

export const causalBroadcast = defineNode<State, Requests, CausalReply, CausalBroadcastConfig>({
  name: "causal-broadcast",
  durable: ["delivered"],
  init: (config, _self, nodes) => ({ config, vector: nodes.map(() => 0), delivered: [], waiting: [] }),
  start(state, ctx) {
    for (const item of state.delivered) state.vector = merged(state.vector, item.vector);
    compareLater(state, ctx);
  },
  on: {
    read(state, message, ctx) {
      ctx.reply(message, { type: "read_ok", values: state.delivered.map(({ value }) => value) });
    },
    broadcast(state, message, ctx) {
      const { value } = message.body;
      const again = state.config.once && state.delivered.some((item) => item.value === value);
      if (!again) {
        // Step 1: the sender increments its own place and timestamps the message. It has delivered it by sending it.
        const sender = ctx.nodes.indexOf(ctx.self);
        state.vector[sender]! += 1;
        const item: Item = { sender, vector: [...state.vector], value };
        state.delivered.push(item);
        ctx.broadcast({ type: "item", item });
      }
      ctx.reply(message, { type: "broadcast_ok" });
    },
    item(state, message, ctx) {
      receive(state, message.body.item, ctx);
    },
    compare(state, { src, body }, ctx) {
      const items = state.delivered.filter(({ sender, vector }) => vector[sender]! > body.vector[sender]!);
      if (items.length === 0 || !state.config.resends) return;
      ctx.mark("a member was sent what it had missed");
      ctx.send(src, { type: "missing", items });
    },
    missing(state, message, ctx) {
      for (const item of message.body.items) receive(state, item, ctx);
    },
  },
  timers: {
    compare(state, _data, ctx) {
      ctx.send(ctx.choose(ctx.peers, "peer"), { type: "compare", vector: state.vector });
      compareLater(state, ctx);
    },
  },
  view({ delivered, waiting }) {
    const text = delivered.length === 0 ? "empty" : delivered.map(({ value }) => String(value)).join(" ");
    return waiting.length === 0 ? text : `${text}, ${String(waiting.length)} waiting`;
  },
  describe(body) {
    if (body.type === "item") return `${String(body.item.value)} [${body.item.vector.join(" ")}]`;
    if (body.type === "compare") return `has [${body.vector.join(" ")}]`;
    if (body.type === "missing") return `missing ${body.items.map(({ value }) => String(value)).join(" ")}`;
    return body.type === "broadcast" ? `broadcast ${String(body.value)}` : body.type;
  },
});

/** Step 2: a message waits until it may be delivered; then others may follow. */
function receive(state: State, item: Item, ctx: Ctx): void {
  if (isKnown(state, item)) return;
  state.waiting.push(item);
  for (let next = deliverable(state); next !== undefined; next = deliverable(state)) deliver(state, next, ctx);
  if (!state.waiting.includes(item)) return;
  ctx.mark(
    item.vector[item.sender]! > state.vector[item.sender]! + 1
      ? "a gap in a sender"
      : "a third member's message was awaited",
  );
}

/** Delivered or waiting already: a copy. */
function isKnown({ vector, waiting }: State, item: Item): boolean {
  const number = item.vector[item.sender]!;
  return (
    number <= vector[item.sender]! ||
    waiting.some((other) => other.sender === item.sender && other.vector[other.sender] === number)
  );
}

function deliverable(state: State): Item | undefined {
  return state.waiting.find((item) => mayBeDelivered(state, item));
}

/** VT(m)[k] = VT(p)[k] + 1 for the sender k, and VT(m)[k] ≤ VT(p)[k] for all others. */
function mayBeDelivered({ vector, config }: State, item: Item): boolean {
  if (!config.waits) return true;
  return item.vector.every((count, member) => {
    if (member !== item.sender) return !config.waitsForOthers || count <= vector[member]!;
    return config.nextOfSender ? count === vector[member]! + 1 : count > vector[member]!;
  });
}

/** Step 3: on delivery the vectors are merged. */
function deliver(state: State, item: Item, ctx: Ctx): void {
  state.waiting = state.waiting.filter((other) => other !== item);
  state.delivered.push(item);
  state.vector = merged(state.vector, item.vector);
  if (state.config.countsDeliveries) state.vector[ctx.nodes.indexOf(ctx.self)]! += 1;
}

function merged(one: readonly number[], other: readonly number[]): number[] {
  return one.map((count, member) => Math.max(count, other[member]!));
}

function compareLater(state: State, ctx: Ctx): void {
  // Drawn, so that members do not all compare at once.
  ctx.timer("compare", state.config.compare + ctx.random(state.config.compare, "pause"));
}
