/**
 * Timestamps that respect cause and effect, like Lamport's, and stay near the time of day, like a clock.
 *
 * Kulkarni, Demirbas, Madappa, Avva, Leone, "Logical Physical Clocks" (OPODIS 2014): the algorithm of figure 5, in
 * `hybrid-logical-clock.ts`. Every event of a node is stamped: requests of clients, messages sent and received. The paper
 * does not speak of crashes; here the last timestamp is on disk, so that a node that comes back with a clock that is
 * behind still goes forwards.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import { localEvent, receiveEvent, showStamp } from "./hybrid-logical-clock.ts";
import type { ClockRules, Stamp } from "./hybrid-logical-clock.ts";

/** The last event of a node, as the properties need to see it. */
export interface Event {
  /** "n2/7": the seventh event of n2. */
  readonly id: string;
  readonly stamp: Stamp;
  /** What the node's own clock showed. */
  readonly pt: Microseconds;
  /** Of a receive event: the event of sending. */
  readonly cause: string | null;
}

export type ClockRequest =
  /** A local event. */
  | (Body & { readonly type: "stamp" })
  /** A local event that all other nodes are told of. */
  | (Body & { readonly type: "announce" });
export type ClockReply = Body & { readonly type: "stamped"; readonly stamp: Stamp };
type Requests = ClockRequest | (Body & { readonly type: "tell"; readonly event: string; readonly stamp: Stamp });

export interface HybridLogicalClocksState {
  readonly config: ClockRules;
  /** (l.j, c.j), with what led to it. */
  last: Event;
  /** When this life of the node began, on its stopwatch; a new life has a new one. */
  began: Microseconds;
}

type State = HybridLogicalClocksState;
type Ctx = Context<Requests, ClockReply>;

export const hybridLogicalClocks = defineNode<State, Requests, ClockReply, ClockRules>({
  name: "hybrid-logical-clocks",
  durable: ["last"],
  init: (config, self) => ({
    config,
    last: { id: `${self}/0`, stamp: { l: 0, c: 0 }, pt: 0, cause: null },
    began: 0,
  }),
  start(state, ctx) {
    state.began = ctx.monotonic();
  },
  on: {
    stamp(state, message, ctx) {
      happen(state, ctx);
      ctx.reply(message, { type: "stamped", stamp: state.last.stamp });
    },
    announce(state, message, ctx) {
      happen(state, ctx);
      ctx.broadcast({ type: "tell", event: state.last.id, stamp: state.last.stamp });
      ctx.reply(message, { type: "stamped", stamp: state.last.stamp });
    },
    /** Receive event. */
    tell(state, { body }, ctx) {
      const pt = ctx.now();
      const { stamp } = state.last;
      if (body.stamp.l > pt && body.stamp.l > stamp.l) ctx.mark("a message came from the future");
      if (body.stamp.l === stamp.l) ctx.mark("a message had the node's own l");
      state.last = {
        id: nextId(state, ctx),
        stamp: receiveEvent(stamp, body.stamp, pt, state.config),
        pt,
        cause: body.event,
      };
    },
  },
  view: ({ last }) => `${showStamp(last.stamp)} at ${String(last.pt)}`,
  describe(body) {
    return body.type === "tell" || body.type === "stamped" ? `${body.type} ${showStamp(body.stamp)}` : body.type;
  },
});

/** Send or local event. */
function happen(state: State, ctx: Ctx): void {
  const pt = ctx.now();
  if (pt < state.last.stamp.l) ctx.mark("the clock was behind the timestamp");
  state.last = { id: nextId(state, ctx), stamp: localEvent(state.last.stamp, pt, state.config), pt, cause: null };
}

function nextId({ last }: State, { self }: Ctx): string {
  return `${self}/${String(Number(last.id.slice(self.length + 1)) + 1)}`;
}
