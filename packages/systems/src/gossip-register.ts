/**
 * A register of which every node has a copy; the write with the latest time of day wins, and nodes tell each other now
 * and then what they have.
 *
 * Demers et al., "Epidemic Algorithms for Replicated Database Maintenance" (PODC 1987): section 1.2 spreads a write by
 * direct mail, which may be lost, and repairs by anti-entropy, section 1.3. Last writer wins is Thomas's rule, "A
 * Majority Consensus Approach to Concurrency Control" (ACM TODS 4(2), 1979).
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context } from "@fieldbook/engine";
import type { RegisterReply, RegisterRequest } from "./register-messages.ts";
import { isNewer } from "./version.ts";
import type { Version } from "./version.ts";

export interface GossipConfig {
  /** Whether nodes compare what they have with a random peer's, once every `interval` µs. */
  readonly antiEntropy: boolean;
  readonly interval: number;
}

interface Copy {
  /** The counter is the time of day of the writer's clock, in µs: it may be wrong. */
  readonly version: Version;
  readonly value: number | null;
}

type Requests =
  | RegisterRequest
  | (Body & { readonly type: "mail"; readonly copy: Copy })
  | (Body & { readonly type: "compare"; readonly copy: Copy });
type Replies = RegisterReply | (Body & { readonly type: "compared"; readonly copy: Copy });

interface State {
  readonly config: GossipConfig;
  copy: Copy;
  /** The time that this node has given last: no two writes of a node have one time, whatever its clock does. */
  given: number;
}

type Ctx = Context<Requests, Replies>;

/** A clock that is behind may stand before zero: a first write must win over the empty register even then. */
const beforeAllTime: Version = { counter: Number.MIN_SAFE_INTEGER, writer: "" };

export const gossipRegister = defineNode<State, Requests, Replies, GossipConfig>({
  name: "gossip-register",
  durable: ["copy", "given"],
  init: (config) => ({ config, copy: { version: beforeAllTime, value: null }, given: Number.MIN_SAFE_INTEGER }),
  start(state, ctx) {
    if (state.config.antiEntropy) plan(state, ctx);
  },
  on: {
    read: (state, message, ctx) => ctx.reply(message, { type: "read_ok", value: state.copy.value }),
    write(state, message, ctx) {
      state.given = Math.max(ctx.now(), state.given + 1);
      const copy = { version: { counter: state.given, writer: ctx.self }, value: message.body.value };
      if (!adopt(state, copy)) ctx.mark("a write lost against an older one with a later time");
      ctx.broadcast({ type: "mail", copy });
      ctx.reply(message, { type: "write_ok" });
    },
    mail(state, message) {
      adopt(state, message.body.copy);
    },
    compare(state, message, ctx) {
      ctx.reply(message, { type: "compared", copy: state.copy });
      adopt(state, message.body.copy);
    },
  },
  replies: {
    compared(state, answer) {
      if (answer.body.type === "compared") adopt(state, answer.body.copy);
    },
  },
  timers: {
    gossip(state, _data, ctx) {
      ctx.call(ctx.choose(ctx.peers, "gossip-peer"), { type: "compare", copy: state.copy }, "compared", 0);
      plan(state, ctx);
    },
  },
  view: (state) => (state.copy.value === null ? "empty" : String(state.copy.value)),
  describe: (body) => ("copy" in body ? `${body.type} ${String(body.copy.value ?? "empty")}` : body.type),
});

function plan(state: State, ctx: Ctx): void {
  ctx.timer("gossip", state.config.interval);
}

/** Takes a copy that is newer than the own; says whether it was. */
function adopt(state: State, copy: Copy): boolean {
  if (!isNewer(copy.version, state.copy.version)) return false;
  state.copy = copy;
  return true;
}
