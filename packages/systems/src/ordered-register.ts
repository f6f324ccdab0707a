/**
 * A register whose writes have one order and whose reads are local: sequentially consistent, and not linearizable.
 *
 * Attiya and Welch, "Sequential Consistency versus Linearizability" (ACM TOCS 12(2), 1994), the algorithm with fast
 * reads: writes go through a totally ordered broadcast and end when they come back to the writer; reads take the local
 * copy at once. Here the first node gives the order.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { RegisterReply, RegisterRequest } from "./register-messages.ts";

export interface OrderedConfig {
  /** Whether a copy applies writes in the one order, keeping those that come too early; otherwise as they arrive. */
  readonly applyInOrder: boolean;
  /** Whether reads are answered by the node that gives the order; otherwise by the node that was asked. */
  readonly readAtSequencer: boolean;
}

type Requests =
  | RegisterRequest
  | (Body & { readonly type: "order"; readonly value: number })
  | (Body & { readonly type: "apply"; readonly position: number; readonly value: number })
  | (Body & { readonly type: "fetch" });
type Replies =
  | RegisterReply
  | (Body & { readonly type: "ordered"; readonly position: number })
  | (Body & { readonly type: "fetched"; readonly value: number | null });

interface State {
  readonly config: OrderedConfig;
  value: number | null;
  /** Position in the order of the write that `value` is from. */
  applied: number;
  /** At the sequencer: the position given last. */
  given: number;
  /** Writes that came before their turn. */
  readonly early: Map<number, number>;
  /** Requests of this node's clients that wait for something, by number. */
  readonly waiting: Map<number, Message>;
  started: number;
  /** Writes of this node's clients that wait until the local copy has them: position, then number of the request. */
  readonly unapplied: Map<number, number>;
}

type Ctx = Context<Requests, Replies>;

const sequencer = "n1";

export const orderedRegister = defineNode<State, Requests, Replies, OrderedConfig>({
  name: "ordered-register",
  durable: [],
  init: (config) => ({
    config,
    value: null,
    applied: 0,
    given: 0,
    early: new Map(),
    waiting: new Map(),
    started: 0,
    unapplied: new Map(),
  }),
  on: {
    read(state, message, ctx) {
      if (!state.config.readAtSequencer) return ctx.reply(message, { type: "read_ok", value: state.value });
      ctx.call(sequencer, { type: "fetch" }, "fetched", hold(state, message));
    },
    write(state, message, ctx) {
      ctx.call(sequencer, { type: "order", value: message.body.value }, "ordered", hold(state, message));
    },
    order(state, message, ctx) {
      state.given += 1;
      const { value } = message.body;
      ctx.reply(message, { type: "ordered", position: state.given });
      ctx.broadcast({ type: "apply", position: state.given, value });
      apply(state, state.given, value, ctx);
    },
    apply: (state, message, ctx) => apply(state, message.body.position, message.body.value, ctx),
    fetch: (state, message, ctx) => ctx.reply(message, { type: "fetched", value: state.value }),
  },
  replies: {
    fetched(state, answer, id, ctx) {
      const request = release(state, id);
      if (answer.body.type === "fetched") ctx.reply(request, { type: "read_ok", value: answer.body.value });
    },
    ordered(state, answer, id, ctx) {
      if (answer.body.type !== "ordered") return;
      state.unapplied.set(answer.body.position, id);
      acknowledge(state, ctx);
    },
  },
  view: (state) => (state.value === null ? "empty" : `${String(state.value)} (write ${String(state.applied)})`),
  describe: (body) => ("value" in body ? `${body.type} ${String(body.value ?? "empty")}` : body.type),
});

function hold(state: State, request: Message): number {
  state.started += 1;
  state.waiting.set(state.started, request);
  return state.started;
}

function release(state: State, id: number): Message {
  const request = state.waiting.get(id)!;
  state.waiting.delete(id);
  return request;
}

function apply(state: State, position: number, value: number, ctx: Ctx): void {
  if (!state.config.applyInOrder) {
    state.value = value;
    state.applied = Math.max(state.applied, position);
    state.early.set(position, value);
  } else {
    state.early.set(position, value);
    for (let next = state.applied + 1; state.early.has(next); next += 1) {
      state.value = state.early.get(next)!;
      state.early.delete(next);
      state.applied = next;
    }
  }
  acknowledge(state, ctx);
}

/** A write ends when the local copy has it, so that its writer reads it afterwards. */
function acknowledge(state: State, ctx: Ctx): void {
  for (const [position, id] of state.unapplied) {
    const there = state.config.applyInOrder ? position <= state.applied : state.early.has(position);
    if (!there) continue;
    state.unapplied.delete(position);
    ctx.reply(release(state, id), { type: "write_ok" });
  }
}
