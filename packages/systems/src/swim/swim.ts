/**
 * Who is a member and alive, known to all, at a cost for each that does not grow with the group.
 *
 * Das, Gupta, Motivala, "SWIM: Scalable Weakly-consistent Infection-style Process Group Membership Protocol" (DSN 2002):
 * the failure detector of section 3.1 (ping, and ping-req through k others), updates piggybacked on its messages (section
 * 4.1), suspicion with incarnation numbers (4.2) and probing in rounds (4.3).
 *
 * Here the group is fixed and a faulty member stays on the list of those probed, so that one that was only cut off is
 * found again: it hears what is believed of it and refutes it. The incarnation number is on disk; the paper does not speak
 * of restarts.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import { overrides } from "./membership.ts";
import type { Belief, Update } from "./membership.ts";

export interface SwimConfig {
  /** T′, the protocol period, µs. */
  readonly period: Microseconds;
  /** How long a direct ping may go unanswered before others are asked, µs. */
  readonly silence: Microseconds;
  /** k, how many others are asked. */
  readonly helpers: number;
  /** Periods after which a suspect is declared faulty. */
  readonly suspicion: number;
  /** Updates on one message, beside those about its sender and receiver. */
  readonly piggyback: number;
  /** How often an update is piggybacked: λ log n. */
  readonly retell: number;
  /** Whether a member that hears it is suspected raises its incarnation number. */
  readonly refutes: boolean;
  /** Whether the later incarnation wins over "faulty"; otherwise "faulty" wins over all. */
  readonly incarnationDecides: boolean;
  /** Whether only acknowledgements of the present period count for its target. */
  readonly matchesPeriod: boolean;
  /** Whether one that is asked to ping waits for the answer before it gives one. */
  readonly helpersWait: boolean;
  /** Whether members are probed round by round; otherwise at random. */
  readonly rounds: boolean;
}

export type SwimRequest = Body & { readonly type: "members" };
type Requests =
  | SwimRequest
  | (Body & { readonly type: "ping"; readonly updates: readonly Update[] })
  | (Body & { readonly type: "ping_req"; readonly target: string; readonly updates: readonly Update[] });
export type SwimReply = Body & { readonly type: "members_ok"; readonly members: readonly string[] };
type Replies = SwimReply | (Body & { readonly type: "ack"; readonly updates: readonly Update[] });

export interface SwimState {
  readonly config: SwimConfig;
  /** Raised by this member alone, to refute a suspicion. */
  incarnation: number;
  /** The latest of its incarnations that it has heard doubted; −1 for none. */
  doubted: number;
  /** When this life began, on the stopwatch. */
  began: Microseconds;
  /** Protocol periods since then. */
  period: number;
  /** The member that is probed in this period; "" before the first. */
  target: string;
  /** By member, the period in which it last acknowledged. */
  readonly heard: Map<string, number>;
  /** Those who were asked to ping it. */
  asked: readonly string[];
  /** Members still to be probed in this round. */
  round: string[];
  readonly beliefs: Map<string, Belief>;
  /** Pings for others: whose request each answers, and since when it waits. */
  readonly relays: Map<number, { readonly request: Message; readonly target: string; readonly period: number }>;
  relayed: number;
  /** How many messages it has sent to each other member since its start: the load that it makes. */
  readonly sent: Map<string, number>;
}

type State = SwimState;
type Ctx = Context<Requests, Replies>;

export const swim = defineNode<State, Requests, Replies, SwimConfig>({
  name: "swim",
  durable: ["incarnation"],
  init: (config, self, nodes) => ({
    config,
    incarnation: 0,
    doubted: -1,
    began: 0,
    period: 0,
    target: "",
    heard: new Map(),
    asked: [],
    round: [],
    beliefs: new Map(
      nodes
        .filter((name) => name !== self)
        .map((member) => [member, { member, incarnation: 0, status: "alive", since: 0, told: config.retell }]),
    ),
    relays: new Map(),
    relayed: 0,
    sent: new Map(),
  }),
  start(state, ctx) {
    state.began = ctx.monotonic();
    // Members do not begin their periods together.
    ctx.timer("period", 1 + ctx.random(state.config.period, "first-period"));
  },
  on: {
    members(state, message, ctx) {
      const members = ctx.nodes.filter((name) => state.beliefs.get(name)?.status !== "faulty");
      ctx.reply(message, { type: "members_ok", members });
    },
    ping(state, message, ctx) {
      absorb(state, message.body.updates, ctx);
      acknowledge(state, message, gossip(state, message.src, ctx), ctx);
    },
    /** Section 3.1: M_k pings M_j for M_i and forwards the acknowledgement. */
    ping_req(state, message, ctx) {
      const { target, updates } = message.body;
      absorb(state, updates, ctx);
      state.relayed += 1;
      state.relays.set(state.relayed, { request: message, target, period: state.period });
      ask(state, target, { type: "ping", updates: gossip(state, target, ctx) }, "relayed", state.relayed, ctx);
      if (!state.config.helpersWait) acknowledge(state, message, gossip(state, message.src, ctx), ctx);
    },
  },
  replies: {
    acknowledged(state, { body }, period, ctx) {
      if (body.type !== "ack") return;
      absorb(state, body.updates, ctx);
      if (period !== state.period && state.config.matchesPeriod) return ctx.mark("an acknowledgement came too late");
      if (state.asked.length > 0 && !isHeard(state)) ctx.mark("others reached whom the prober could not");
      state.heard.set(state.target, state.period);
    },
    relayed(state, { body }, relay, ctx) {
      const waiting = state.relays.get(relay);
      if (waiting === undefined || body.type !== "ack") return;
      state.relays.delete(relay);
      absorb(state, body.updates, ctx);
      const updates = [state.beliefs.get(waiting.target)!, ...gossip(state, waiting.request.src, ctx)].map(plain);
      acknowledge(state, waiting.request, updates, ctx);
    },
  },
  timers: {
    period(state, _data, ctx) {
      endPeriod(state, ctx);
      beginPeriod(state, ctx);
    },
    /** Section 3.1: no answer yet, so k others are asked to try. They have the rest of the period for it. */
    silence(state, _data, ctx) {
      const { target, period, config } = state;
      ctx.timer("period", config.period - config.silence);
      if (isHeard(state)) return;
      const doubt = plain(state.beliefs.get(target)!);
      const helpers = shuffled(
        ctx.peers.filter((peer) => peer !== target),
        "helper",
        ctx,
      ).slice(0, config.helpers);
      state.asked = helpers;
      for (const helper of helpers) {
        const updates = [doubt, ...gossip(state, helper, ctx)];
        ask(state, helper, { type: "ping_req", target, updates }, "acknowledged", period, ctx);
      }
    },
  },
  view({ beliefs }) {
    const others = [...beliefs.values()].filter(({ status }) => status !== "alive");
    return others.length === 0
      ? "all alive"
      : others
          .map(({ member, status }) => `${member} ${status}`)
          .toSorted()
          .join(", ");
  },
  describe(body) {
    if (body.type === "ping_req") return `ping-req ${body.target}`;
    if (body.type === "members_ok") return `members ${body.members.join(" ")}`;
    const news = "updates" in body ? body.updates.filter(({ status }) => status !== "alive") : [];
    return [body.type, ...news.map(({ member, status }) => `${member} ${status}`)].join(", ");
  },
});

/** Whether the target of this period has acknowledged. */
const isHeard = ({ heard, target, period }: State): boolean => heard.get(target) === period;

/** A target that nobody has reached is suspected, and suspects whose time is over are faulty (section 4.2). */
function endPeriod(state: State, ctx: Ctx): void {
  const { target, period, config } = state;
  const belief = state.beliefs.get(target);
  if (belief?.status === "alive" && !isHeard(state)) believe(state, { ...belief, status: "suspect" });
  for (const peer of ctx.peers) {
    const suspect = state.beliefs.get(peer)!;
    if (suspect.status !== "suspect" || suspect.since + config.suspicion > period) continue;
    believe(state, { ...suspect, status: "faulty" });
    ctx.mark("a suspect was declared faulty");
  }
  for (const [relay, { period: since }] of state.relays) {
    if (since < period) state.relays.delete(relay);
  }
}

/** Section 4.3: members are probed round by round, each round in a new random order. */
function beginPeriod(state: State, ctx: Ctx): void {
  const { config } = state;
  if (state.round.length === 0) state.round = shuffled(ctx.peers, "round", ctx);
  state.period += 1;
  state.target = config.rounds ? state.round.shift()! : ctx.choose(ctx.peers, "target");
  state.asked = [];
  ask(
    state,
    state.target,
    { type: "ping", updates: gossip(state, state.target, ctx) },
    "acknowledged",
    state.period,
    ctx,
  );
  ctx.timer("silence", config.silence);
}

/** Takes what a message carried about others, and refutes what it said about this member. */
function absorb(state: State, updates: readonly Update[], ctx: Ctx): void {
  for (const update of updates) {
    const belief = state.beliefs.get(update.member);
    if (belief === undefined) refute(state, update, ctx);
    else if (isNews(state, update, belief)) {
      if (belief.status === "faulty") ctx.mark("a faulty member came back");
      believe(state, update);
    }
  }
}

function isNews({ config }: State, update: Update, belief: Belief): boolean {
  if (config.incarnationDecides) return overrides(update, belief);
  if (belief.status === "faulty") return false;
  return update.status === "faulty" || overrides(update, belief);
}

/** Section 4.2: a member that is suspected in its present incarnation goes on in the next one. */
function refute(state: State, { status, incarnation }: Update, ctx: Ctx): void {
  if (status === "alive") return;
  state.doubted = Math.max(state.doubted, incarnation);
  if (state.doubted < state.incarnation || !state.config.refutes) return;
  state.incarnation = state.doubted + 1;
  ctx.mark("a suspicion was refuted");
}

function believe(state: State, { member, incarnation, status }: Update): void {
  state.beliefs.set(member, { member, incarnation, status, since: state.period, told: 0 });
}

function ask(state: State, dest: string, body: Requests, continuation: string, data: number, ctx: Ctx): void {
  countSent(state, dest);
  ctx.call(dest, body, continuation, data);
}

function acknowledge(state: State, request: Message, updates: readonly Update[], ctx: Ctx): void {
  countSent(state, request.src);
  ctx.reply(request, { type: "ack", updates });
}

function countSent({ sent }: State, dest: string): void {
  sent.set(dest, (sent.get(dest) ?? 0) + 1);
}

/**
 * What a message carries: that its sender is alive, what the sender thinks of the receiver if it is bad, and what was told
 * least often so far (section 4.1).
 */
function gossip(state: State, receiver: string, ctx: Ctx): readonly Update[] {
  const { config, beliefs } = state;
  const own: Update = { member: ctx.self, incarnation: state.incarnation, status: "alive" };
  const ofReceiver = beliefs.get(receiver)!;
  const fresh = ctx.peers
    .map((peer) => beliefs.get(peer)!)
    .filter(({ member, told }) => told < config.retell && member !== receiver)
    .toSorted((one, other) => one.told - other.told)
    .slice(0, config.piggyback);
  for (const belief of fresh) belief.told += 1;
  return [own, ...(ofReceiver.status === "alive" ? [] : [plain(ofReceiver)]), ...fresh.map(plain)];
}

const plain = ({ member, incarnation, status }: Update): Update => ({ member, incarnation, status });

function shuffled(names: readonly string[], label: string, ctx: Ctx): string[] {
  const rest = [...names];
  return names.map(() => rest.splice(ctx.random(rest.length, label), 1)[0]!);
}
