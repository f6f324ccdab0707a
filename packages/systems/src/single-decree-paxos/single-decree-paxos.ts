/**
 * One value, chosen once and for all by nodes that crash and messages that get lost.
 *
 * Lamport, "Paxos Made Simple" (ACM SIGACT News 32(4), 2001), section 2. Each node is proposer, acceptor and learner. A
 * client asks a node to propose its value and is told the one that is chosen. A node that has learned the value could say
 * so at once; here each request issues a proposal of its own, so that each tests whether the choice stays.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";

export interface PaxosConfig {
  /** How many acceptors suffice: a majority, or (wrong) half of them. */
  readonly quorum: "majority" | "half";
  /** P2c: the value that is proposed after phase 1. Wrong: that of the first promise that has one, or the proposer's own. */
  readonly adopts: "highest" | "first" | "own";
  /** P1a: whether an acceptor accepts nothing below what it has promised. */
  readonly keepsPromise: boolean;
  /** Whether answers of one acceptor count as one, however often they arrive. */
  readonly countsAcceptors: boolean;
  /** After this long without a choice a proposer tries a higher number; up to as much again is drawn. */
  readonly retry: Microseconds;
}

/** A numbered value. Number 0 is below all proposals. */
export interface Proposal {
  readonly number: number;
  readonly value: number;
}

export type ProposeRequest = Body & { readonly type: "propose"; readonly value: number };
export type ProposeReply = Body & { readonly type: "chosen"; readonly value: number };

type Requests =
  | ProposeRequest
  | (Body & { readonly type: "prepare"; readonly number: number })
  | (Body & { readonly type: "promise"; readonly number: number; readonly accepted: Proposal | null })
  | (Body & { readonly type: "accept"; readonly proposal: Proposal })
  | (Body & { readonly type: "accepted"; readonly number: number })
  | (Body & { readonly type: "rejected"; readonly promised: number });

/** What a proposer has under way. */
interface Attempt {
  /** The value that it proposes if it is free to. */
  readonly wish: number;
  /** The clients that wait for the choice. */
  readonly waiting: Message[];
  number: number;
  readonly promisedBy: Set<string>;
  /** The highest-numbered proposal that the promises tell of. */
  highest: Proposal | null;
  /** What phase 2 proposes; null in phase 1. */
  proposal: Proposal | null;
  readonly acceptedBy: Set<string>;
}

export interface PaxosState {
  readonly config: PaxosConfig;
  /** The acceptor's stable storage: the highest number that it has promised, in answer to a prepare request … */
  promised: number;
  /** … and the highest-numbered proposal that it has accepted. */
  accepted: Proposal | null;
  attempt: Attempt | null;
  /** The highest number that others have told of. */
  heard: number;
  learned: number | null;
}

type State = PaxosState;
type Ctx = Context<Requests, ProposeReply>;

export const singleDecreePaxos = defineNode<State, Requests, ProposeReply, PaxosConfig>({
  name: "single-decree-paxos",
  durable: ["promised", "accepted"],
  init: (config) => ({ config, promised: 0, accepted: null, attempt: null, heard: 0, learned: null }),
  on: {
    propose(state, message, ctx) {
      if (state.attempt !== null) return void state.attempt.waiting.push(message);
      state.attempt = {
        wish: message.body.value,
        waiting: [message],
        number: 0,
        promisedBy: new Set(),
        highest: null,
        proposal: null,
        acceptedBy: new Set(),
      };
      prepare(state, state.attempt, ctx);
    },
    prepare(state, { src, body: { number } }, ctx) {
      // Phase 1 (b): a number greater than that of any prepare request it has answered.
      if (number <= inForce(state)) return reject(state, src, ctx);
      state.promised = number;
      ctx.send(src, { type: "promise", number, accepted: state.accepted });
    },
    promise(state, { src, body }, ctx) {
      const { attempt } = state;
      if (attempt === null || attempt.number !== body.number || attempt.proposal !== null) return;
      note(state, attempt.promisedBy, src);
      if (supersedes(state.config, body.accepted, attempt.highest)) attempt.highest = body.accepted;
      if (attempt.promisedBy.size >= quorum(state, ctx)) propose(state, attempt, ctx);
    },
    accept(state, { src, body: { proposal } }, ctx) {
      // Phase 2 (b): unless it has promised a greater number.
      if (proposal.number < inForce(state) && state.config.keepsPromise) return reject(state, src, ctx);
      state.accepted = proposal;
      ctx.send(src, { type: "accepted", number: proposal.number });
    },
    accepted(state, { src, body }, ctx) {
      const { attempt } = state;
      if (attempt === null || attempt.proposal?.number !== body.number) return;
      note(state, attempt.acceptedBy, src);
      if (attempt.acceptedBy.size >= quorum(state, ctx)) learn(state, attempt, attempt.proposal.value, ctx);
    },
    rejected(state, { body }) {
      state.heard = Math.max(state.heard, body.promised);
    },
  },
  timers: {
    retry(state, number, ctx) {
      if (state.attempt?.number === number) prepare(state, state.attempt, ctx);
    },
  },
  view({ promised, accepted, learned }) {
    if (learned !== null) return `chosen: ${String(learned)}`;
    if (accepted === null) return promised === 0 ? "free" : `promised ${String(promised)}`;
    return `accepted ${String(accepted.value)} (${String(accepted.number)})`;
  },
  describe(body) {
    switch (body.type) {
      case "propose":
      case "chosen":
        return `${body.type} ${String(body.value)}`;
      case "accept":
        return `accept ${String(body.proposal.value)} (${String(body.proposal.number)})`;
      case "rejected":
        return `rejected, promised ${String(body.promised)}`;
      default:
        return `${body.type} (${String(body.number)})`;
    }
  },
});

/** The number below which the acceptor accepts nothing: to accept a proposal is to promise its number. */
export const inForce = ({ promised, accepted }: Pick<State, "promised" | "accepted">): number =>
  Math.max(promised, accepted?.number ?? 0);

/** Section 2.2: it is a good idea to tell a proposer of the higher number, and no more than that. */
function reject(state: State, proposer: string, ctx: Ctx): void {
  ctx.send(proposer, { type: "rejected", promised: inForce(state) });
}

/**
 * Phase 1 (a): a prepare request with a number that this proposer has never used. Section 2.5: numbers of different
 * proposers are from disjoint sets, and the highest one tried is in stable storage: here as the acceptor's own promise.
 */
function prepare(state: State, attempt: Attempt, ctx: Ctx): void {
  const count = ctx.nodes.length;
  const round = Math.floor(Math.max(inForce(state), state.heard) / count) + 1;
  attempt.number = round * count + ctx.nodes.indexOf(ctx.self);
  state.promised = attempt.number;
  attempt.promisedBy.clear();
  attempt.promisedBy.add(ctx.self);
  attempt.highest = state.accepted;
  attempt.proposal = null;
  ctx.broadcast({ type: "prepare", number: attempt.number });
  const { retry } = state.config;
  ctx.timer("retry", retry + ctx.random(retry, "retry"), attempt.number);
}

/** Phase 2 (a): the value of the highest-numbered proposal among the responses, or any value if there is none. */
function propose(state: State, attempt: Attempt, ctx: Ctx): void {
  const { number, highest, wish } = attempt;
  if (number < inForce(state)) return ctx.mark("a proposer was overtaken between its phases");
  if (highest !== null && highest.value !== wish) ctx.mark("a proposer gave up its own value");
  const value = highest === null || state.config.adopts === "own" ? wish : highest.value;
  attempt.proposal = { number, value };
  state.accepted = attempt.proposal;
  attempt.acceptedBy.clear();
  attempt.acceptedBy.add(ctx.self);
  ctx.broadcast({ type: "accept", proposal: attempt.proposal });
}

/** Section 2.3: a value that a majority of acceptors has accepted is chosen, and whoever learns so may tell. */
function learn(state: State, attempt: Attempt, value: number, ctx: Ctx): void {
  state.learned = value;
  state.attempt = null;
  for (const request of attempt.waiting) ctx.reply(request, { type: "chosen", value });
}

function supersedes({ adopts }: PaxosConfig, one: Proposal | null, other: Proposal | null): boolean {
  if (one === null) return false;
  return other === null || (adopts !== "first" && one.number > other.number);
}

function note({ config }: State, names: Set<string>, name: string): void {
  names.add(config.countsAcceptors ? name : `${name} again ${String(names.size)}`);
}

function quorum({ config }: State, ctx: Ctx): number {
  const half = Math.floor(ctx.nodes.length / 2);
  return config.quorum === "half" ? half : half + 1;
}
