/**
 * Broadcast by gossip: rumours spread fast and die out; anti-entropy finds what they missed.
 *
 * Demers et al., "Epidemic Algorithms for Replicated Database Maintenance" (PODC 1987): rumour mongering, section 1.4, in
 * the variant with feedback and counter (a node loses interest in a rumour after `interest` needless contacts); push-pull
 * anti-entropy, section 1.3, as the backup that section 1.5 asks for. A comparison serves both sides, so of two nodes only
 * the later in the list begins one. Deliveries are on disk; rumours are not, since what a crash cuts short anti-entropy
 * brings.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context } from "@fieldbook/engine";

export interface GossipBroadcastConfig {
  /** How often hot rumours are told, µs. */
  readonly rumour: number;
  /** How often a node compares with another, µs. */
  readonly antiEntropy: number;
  /** Needless contacts after which a rumour is dropped: k of the paper. */
  readonly interest: number;
  /** Whether nodes compare at all. */
  readonly compares: boolean;
  /** What is compared: which messages they have, or only how many. */
  readonly digest: "messages" | "count";
  /** Whether the one who begins a comparison takes what it lacks, and gives what the other lacks: pull and push. */
  readonly pulls: boolean;
  readonly pushes: boolean;
  /** Whether what anti-entropy brings is checked against what has come meanwhile. */
  readonly checksAnswers: boolean;
}

export type GossipRequest =
  | (Body & { readonly type: "broadcast"; readonly value: number })
  | (Body & { readonly type: "read" });
export type GossipReply =
  | (Body & { readonly type: "broadcast_ok" })
  | (Body & { readonly type: "read_ok"; readonly values: readonly number[] });
type Requests =
  | GossipRequest
  | (Body & { readonly type: "rumour"; readonly values: readonly number[] })
  /** Anti-entropy: all that the sender has. */
  | (Body & { readonly type: "compare"; readonly values: readonly number[] })
  /** What the receiver of a comparison asked for. */
  | (Body & { readonly type: "missing"; readonly values: readonly number[] });
type Replies =
  | GossipReply
  /** Feedback: the rumours that were known already. */
  | (Body & { readonly type: "known"; readonly values: readonly number[] })
  /** What the one who asked has not, and what it has that is asked for. */
  | (Body & { readonly type: "compared"; readonly values: readonly number[]; readonly wanted: readonly number[] });

export interface GossipBroadcastState {
  readonly config: GossipBroadcastConfig;
  /** In the order of delivery; the only thing on disk. */
  readonly delivered: number[];
  /** Rumours that are told, each with the needless contacts so far. */
  readonly hot: Map<number, number>;
}

type State = GossipBroadcastState;
type Ctx = Context<Requests, Replies>;

export const gossipBroadcast = defineNode<State, Requests, Replies, GossipBroadcastConfig>({
  name: "gossip-broadcast",
  durable: ["delivered"],
  init: (config) => ({ config, delivered: [], hot: new Map() }),
  start(state, ctx) {
    mongerLater(state, ctx);
    if (state.config.compares && earlierNodes(ctx).length > 0) compareLater(state, ctx);
  },
  on: {
    read(state, message, ctx) {
      ctx.reply(message, { type: "read_ok", values: state.delivered });
    },
    broadcast(state, message, ctx) {
      const { value } = message.body;
      if (isNew(state, value)) deliverHot(state, value);
      ctx.reply(message, { type: "broadcast_ok" });
    },
    rumour(state, message, ctx) {
      const { values } = message.body;
      const known = values.filter((value) => !isNew(state, value));
      for (const value of values) {
        if (isNew(state, value)) deliverHot(state, value);
      }
      ctx.reply(message, { type: "known", values: known });
    },
    compare(state, message, ctx) {
      const { values } = message.body;
      const same = state.config.digest === "count" && values.length === state.delivered.length;
      const missing = state.delivered.filter((value) => !values.includes(value));
      const wanted = values.filter((value) => isNew(state, value));
      if (same || (missing.length === 0 && wanted.length === 0)) return;
      ctx.mark("anti-entropy found a difference");
      ctx.reply(message, { type: "compared", values: missing, wanted });
    },
    missing(state, message, ctx) {
      addMissing(state, message.body.values, ctx);
    },
  },
  replies: {
    /** Section 1.4, feedback and counter. */
    told(state, { body }, _data, ctx) {
      if (body.type !== "known") return;
      for (const value of body.values) {
        const contacts = state.hot.get(value);
        if (contacts === undefined) continue;
        if (contacts + 1 < state.config.interest) {
          state.hot.set(value, contacts + 1);
        } else {
          state.hot.delete(value);
          ctx.mark("a rumour died out");
        }
      }
    },
    compared(state, { src, body }, _data, ctx) {
      if (body.type !== "compared") return;
      if (state.config.pulls) addMissing(state, body.values, ctx);
      if (state.config.pushes && body.wanted.length > 0) ctx.send(src, { type: "missing", values: body.wanted });
    },
  },
  timers: {
    monger(state, _data, ctx) {
      if (state.hot.size > 0) {
        const values = [...state.hot.keys()].toSorted((one, other) => one - other);
        ctx.call(ctx.choose(ctx.peers, "rumour-peer"), { type: "rumour", values }, "told", 0);
      }
      mongerLater(state, ctx);
    },
    compare(state, _data, ctx) {
      const peer = ctx.choose(earlierNodes(ctx), "anti-entropy-peer");
      ctx.call(peer, { type: "compare", values: state.delivered }, "compared", 0);
      compareLater(state, ctx);
    },
  },
  view({ delivered, hot }) {
    const text = delivered.length === 0 ? "empty" : delivered.map(String).join(" ");
    return hot.size === 0 ? text : `${text}, ${String(hot.size)} hot`;
  },
  describe(body) {
    if (body.type === "compared") return `gives ${body.values.join(" ")}, asks for ${body.wanted.join(" ")}`;
    if ("values" in body) return `${body.type} ${body.values.join(" ")}`;
    return body.type === "broadcast" ? `broadcast ${String(body.value)}` : body.type;
  },
});

const isNew = (state: State, value: number): boolean => !state.delivered.includes(value);

/** A node that learns of a message as a rumour tells it on. */
function deliverHot(state: State, value: number): void {
  state.delivered.push(value);
  state.hot.set(value, 0);
}

/** What anti-entropy brings is old: it is delivered and not told on (section 1.5 leaves the choice). */
function addMissing(state: State, values: readonly number[], ctx: Ctx): void {
  for (const value of values) {
    if (!state.config.checksAnswers || isNew(state, value)) state.delivered.push(value);
    else ctx.mark("a rumour was faster than anti-entropy");
  }
}

const earlierNodes = (ctx: Ctx): readonly string[] => ctx.nodes.slice(0, ctx.nodes.indexOf(ctx.self));

function mongerLater(state: State, ctx: Ctx): void {
  ctx.timer("monger", state.config.rumour);
}

function compareLater(state: State, ctx: Ctx): void {
  // Drawn, so that nodes do not all compare at once.
  ctx.timer("compare", state.config.antiEntropy + ctx.random(state.config.antiEntropy, "pause"));
}
