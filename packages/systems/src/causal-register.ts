/**
 * A register of which every node has a copy, written and read locally; a write is applied elsewhere only after the
 * writes that its writer had seen.
 *
 * Ahamad, Neiger, Burns, Kohli, Hutto, "Causal memory: definitions, implementation, and programming" (Distributed
 * Computing 9(1), 1995), section 3: vector clocks count the writes of each node that have been applied.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context } from "@fieldbook/engine";
import type { RegisterReply, RegisterRequest } from "./register-messages.ts";

export interface CausalConfig {
  /** Whether a copy waits with a write until it has applied all that the writer had applied before it. */
  readonly waitForCauses: boolean;
}

interface Write {
  readonly writer: string;
  readonly value: number;
  /** Writes of each node that the writer had applied, this one included. */
  readonly clock: Readonly<Record<string, number>>;
}

type Requests = RegisterRequest | (Body & { readonly type: "apply"; readonly write: Write });

interface State {
  readonly config: CausalConfig;
  value: number | null;
  /** How many writes of each node have been applied here. */
  readonly clock: Record<string, number>;
  pending: Write[];
}

export const causalRegister = defineNode<State, Requests, RegisterReply, CausalConfig>({
  name: "causal-register",
  durable: [],
  init: (config) => ({ config, value: null, clock: {}, pending: [] }),
  on: {
    read: (state, message, ctx) => ctx.reply(message, { type: "read_ok", value: state.value }),
    write(state, message, ctx) {
      const { value } = message.body;
      state.clock[ctx.self] = (state.clock[ctx.self] ?? 0) + 1;
      state.value = value;
      ctx.broadcast({ type: "apply", write: { writer: ctx.self, value, clock: { ...state.clock } } });
      ctx.reply(message, { type: "write_ok" });
    },
    apply(state, message, ctx) {
      state.pending.push(message.body.write);
      applyPending(state, ctx);
    },
  },
  view: (state) => (state.value === null ? "empty" : String(state.value)),
  describe: (body) => (body.type === "apply" ? `apply ${String(body.write.value)}` : body.type),
});

function applyPending(state: State, ctx: Context<Requests, RegisterReply>): void {
  for (;;) {
    const index = state.pending.findIndex((write) => !state.config.waitForCauses || isReady(state, write));
    const write = state.pending[index];
    if (write === undefined) return;
    state.pending.splice(index, 1);
    state.clock[write.writer] = Math.max(state.clock[write.writer] ?? 0, write.clock[write.writer]!);
    state.value = write.value;
    if (state.pending.length > 0) ctx.mark("a write waited for its causes");
  }
}

/** The next write of its writer, and everything else that the writer had seen is here. */
function isReady(state: State, write: Write): boolean {
  return Object.entries(write.clock).every(([node, count]) => {
    const here = state.clock[node] ?? 0;
    return node === write.writer ? count === here + 1 : count <= here;
  });
}
